/** What goods cost: pure. Costs in minor units of the shop's currency a unit, quantities in thousandths. */
import { toSafe } from "../../kernel/decimal.ts";
import { divideRounded } from "../../kernel/money.ts";

export interface Costed {
  quantityMilli: number;
  costMinor: number;
}

/**
 * The moving average after goods came in: the value of what stood there and of what came, by the quantity of both, rounded once.
 * What is not there has no value: with nothing or less than nothing on the shelf the new cost holds.
 */
export function movingAverage(onHand: Costed, received: Costed): number {
  return averageOf([{ ...onHand, quantityMilli: Math.max(onHand.quantityMilli, 0) }, received]);
}

/** By quantity, rounded once; nothing at all costs what the last one does. */
export function averageOf(parts: readonly Costed[]): number {
  let value = 0n;
  let quantity = 0n;
  for (const { quantityMilli, costMinor } of parts) {
    value += BigInt(quantityMilli) * BigInt(costMinor);
    quantity += BigInt(quantityMilli);
  }
  return quantity === 0n ? (parts.at(-1)?.costMinor ?? 0) : toSafe(divideRounded(value, quantity));
}

/**
 * What is earned of a price: the money without tax less the cost, and that in basis points of the money; undefined of nothing.
 */
export function marginOf(netMinor: number, costMinor: number): { minor: number; bp: number | undefined } {
  const minor = netMinor - costMinor;
  return { minor, bp: netMinor > 0 ? toSafe(divideRounded(BigInt(minor) * 10_000n, BigInt(netMinor))) : undefined };
}
