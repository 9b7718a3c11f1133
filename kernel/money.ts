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
