/**
 * Money is an integer count of minor units (centavos) of one currency; quantity is thousandths; a rate is basis points.
 * There is one rounding: half away from zero, once, at the line. Everything shown, charged, stored, printed and reported
 * is a sum of those lines, so two screens cannot differ by a cent.
 */
import { toSafe } from "./decimal.ts";

/** numerator / denominator rounded half away from zero. The denominator is positive. */
export function divideRounded(numerator: bigint, denominator: bigint): bigint {
  if (denominator <= 0n) throw new RangeError("the denominator must be positive");
  const negative = numerator < 0n;
  const magnitude = negative ? -numerator : numerator;
  const rounded = (2n * magnitude + denominator) / (2n * denominator);
  return negative ? -rounded : rounded;
}

/** unit price (minor) x quantity (thousandths), in minor units. */
export function extend(unitPriceMinor: number, quantityMilli: number): number {
  return toSafe(divideRounded(BigInt(unitPriceMinor) * BigInt(quantityMilli), 1000n));
}

/** The tax inside an amount that includes it, in minor units. `rateBp` 1900 is 19 %. */
export function includedTax(grossMinor: number, rateBp: number): number {
  const gross = BigInt(grossMinor);
  return toSafe(gross - divideRounded(gross * 10_000n, 10_000n + BigInt(rateBp)));
}

/** A share of an amount in basis points, rounded: 1000 is 10 %. */
export function share(amountMinor: number, bp: number): number {
  return toSafe(divideRounded(BigInt(amountMinor) * BigInt(bp), 10_000n));
}

/**
 * Splits an amount in proportion to the weights, none below zero, so that the parts add up to it exactly: each gets its
 * share rounded down, and what is left goes by units to the largest remainders (Hamilton's method), earlier ones first.
 * Weights that are all zero share nothing, so the amount must be zero then.
 */
export function allocate(amountMinor: number, weights: readonly number[]): number[] {
  const whole = sum(weights);
  if (whole === 0) {
    if (amountMinor !== 0) throw new RangeError("there is nothing to share the amount among");
    return weights.map(() => 0);
  }
  const exact = weights.map((weight) => BigInt(amountMinor) * BigInt(weight));
  const parts = exact.map((one) => one / BigInt(whole));
  const remainders = exact.map((one, index) => ({ index, rest: one % BigInt(whole) }));
  remainders.sort((a, b) => (a.rest === b.rest ? a.index - b.index : a.rest < b.rest ? 1 : -1));
  let left = BigInt(amountMinor) - parts.reduce((total, part) => total + part, 0n);
  for (const { index } of remainders) {
    if (left <= 0n) break;
    parts[index] = (parts[index] ?? 0n) + 1n;
    left -= 1n;
  }
  return parts.map(toSafe);
}

/** A sum that refuses to lose a digit. */
export function sum(amounts: Iterable<number>): number {
  let total = 0n;
  for (const amount of amounts) total += BigInt(amount);
  return toSafe(total);
}

/** ISO 4217 minor units that are not 2. A table, since what Intl says differs between versions of its data (COP: 0 or 2). */
const MINOR_DIGITS = new Map<string, number>([
  ..."BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF".split(" ").map((code) => [code, 0] as const),
  ..."BHD IQD JOD KWD LYD OMR TND".split(" ").map((code) => [code, 3] as const),
  ..."CLF UYW".split(" ").map((code) => [code, 4] as const),
]);

/** Digits of the minor unit of an ISO 4217 currency: 2 for COP and USD, 0 for CLP. */
export function currencyDigits(currency: string): number {
  return MINOR_DIGITS.get(currency) ?? 2;
}
