/**
 * What a sale costs. Prices include tax; each line is rounded once, half away from zero, and everything else is a sum of
 * lines: what is shown, charged, stored, printed and reported are the same numbers. Amounts in minor units.
 */
import { extend, includedTax, sum } from "../../kernel/money.ts";

export interface PricedLine {
  quantityMilli: number;
  unitPriceMinor: number;
  taxRateBp: number;
}

export interface LineAmounts {
  totalMinor: number;
  taxMinor: number;
}

export interface Totals {
  /** without tax */
  subtotalMinor: number;
  taxMinor: number;
  totalMinor: number;
}

export interface TaxShare {
  rateBp: number;
  /** without tax */
  baseMinor: number;
  taxMinor: number;
}

export function priceLine(line: PricedLine): LineAmounts {
  const totalMinor = extend(line.unitPriceMinor, line.quantityMilli);
  return { totalMinor, taxMinor: includedTax(totalMinor, line.taxRateBp) };
}

export function totalsOf(lines: readonly LineAmounts[]): Totals {
  const totalMinor = sum(lines.map((line) => line.totalMinor));
  const taxMinor = sum(lines.map((line) => line.taxMinor));
  return { subtotalMinor: totalMinor - taxMinor, taxMinor, totalMinor };
}

/** Base and tax by rate, highest rate first; their sums are the sale's subtotal and tax. */
export function taxShares(lines: readonly (LineAmounts & { taxRateBp: number })[]): TaxShare[] {
  const byRate = new Map<number, LineAmounts[]>();
  for (const line of lines) byRate.set(line.taxRateBp, [...(byRate.get(line.taxRateBp) ?? []), line]);
  return [...byRate]
    .sort(([a], [b]) => b - a)
    .map(([rateBp, group]) => {
      const { subtotalMinor, taxMinor } = totalsOf(group);
      return { rateBp, baseMinor: subtotalMinor, taxMinor };
    });
}

/** What the customer gets back, or undefined when the payment does not cover the total. */
export function changeFor(totalMinor: number, paidMinor: number): number | undefined {
  return paidMinor < totalMinor ? undefined : paidMinor - totalMinor;
}
