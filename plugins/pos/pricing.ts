/**
 * What a sale costs. Prices include tax unless it is added; each line is rounded once, half away from zero, and everything else is a sum of
 * lines: what is shown, charged, stored, printed and reported are the same numbers. Amounts in minor units.
 */
import { allocate, extend, includedTax, share, sum } from "../../kernel/money.ts";

import type { TaxKind } from "../inventory/api.ts";
import { type Rule, sumsOf, type Taken, takenFrom } from "./promotions/taking.ts";

/** A part of an amount in basis points, or an amount; never more than what it is taken from. */
export type Discount = ({ kind: "percent"; bp: number } | { kind: "amount"; minor: number }) & {
  /** what it may take at most beyond the shop's limit, when somebody allowed more than that */
  allowedMinor?: number;
};

export interface PricedLine {
  productId?: number;
  factorMilli?: number;
  quantityMilli: number;
  unitPriceMinor: number;
  taxRateBp: number;
  taxKind?: TaxKind;
  /** what the scale's label says the goods cost: it stands in for price by quantity */
  labelMinor?: number | undefined;
  /** its price was changed by hand */
  listPriceMinor?: number | undefined;
  discount?: Discount | undefined;
}

export interface LineAmounts {
  totalMinor: number;
  taxMinor: number;
}

export interface LinePrice extends LineAmounts {
  /** price by quantity, without a tax that is added */
  grossMinor: number;
  /** of its promotion, of the line itself, and its part of the sale's */
  discountMinor: number;
  promotion: Taken | undefined;
}

export interface CartPrice<L> {
  lines: (L & LinePrice)[];
  totals: Totals;
  discountMinor: number;
  /** what each took of all lines; part of the discount */
  promotions: Taken[];
}

export interface Totals {
  /** without tax */
  subtotalMinor: number;
  taxMinor: number;
  totalMinor: number;
}

export interface TaxShare {
  rateBp: number;
  /** reports from before kinds were told apart have none */
  kind?: TaxKind;
  /** without tax */
  baseMinor: number;
  taxMinor: number;
}

/** What a discount takes from an amount. */
export function discountOf(amountMinor: number, discount: Discount | undefined): number {
  if (!discount) return 0;
  const wanted = discount.kind === "percent" ? share(amountMinor, discount.bp) : discount.minor;
  return Math.min(amountMinor, wanted);
}

/**
 * A promotion takes first, a discount by hand on the line from what that leaves, the sale's discount from what all lines leave.
 * The sale's discount is shared among the lines by what they cost after their own, so that each rate's tax is right.
 */
export function priceCart<L extends PricedLine>(
  lines: readonly L[],
  whole?: Discount,
  promotions: readonly Rule[] = [],
): CartPrice<L> {
  const grosses = lines.map(
    ({ labelMinor, unitPriceMinor, quantityMilli }) => labelMinor ?? extend(unitPriceMinor, quantityMilli),
  );
  const offered =
    promotions.length > 0 ? lines.map((line, index) => ({ ...line, grossMinor: grosses[index] ?? 0 })) : [];
  const taken = takenFrom(offered, promotions);
  const own = lines.map(({ discount }, index) => {
    const grossMinor = grosses[index] ?? 0;
    const promotion = taken[index];
    const leftMinor = grossMinor - (promotion?.amountMinor ?? 0);
    const netMinor = leftMinor - discountOf(leftMinor, discount);
    return { grossMinor, discountMinor: grossMinor - netMinor, netMinor, promotion };
  });
  const nets = own.map(({ netMinor }) => netMinor);
  const shares = allocate(discountOf(sum(nets), whole), nets);
  const priced = lines.map((line, index) => {
    const { grossMinor = 0, discountMinor = 0, netMinor = 0, promotion } = own[index] ?? {};
    const part = shares[index] ?? 0;
    const chargedMinor = netMinor - part;
    const onTop = line.taxKind === "added" ? share(chargedMinor, line.taxRateBp) : 0;
    const price: LinePrice = {
      grossMinor,
      discountMinor: discountMinor + part,
      promotion,
      totalMinor: chargedMinor + onTop,
      taxMinor: line.taxKind === "added" ? onTop : includedTax(chargedMinor, line.taxRateBp),
    };
    // five names added to `{ ...line }` take Node 20 over ten times as long
    return Object.assign({}, line, price);
  });
  return {
    lines: priced,
    totals: totalsOf(priced),
    discountMinor: sum(priced.map((line) => line.discountMinor)),
    promotions: sumsOf(priced),
  };
}

export function totalsOf(lines: readonly LineAmounts[]): Totals {
  const totalMinor = sum(lines.map((line) => line.totalMinor));
  const taxMinor = sum(lines.map((line) => line.taxMinor));
  return { subtotalMinor: totalMinor - taxMinor, taxMinor, totalMinor };
}

/** What a discount is taken from: the goods without a tax that is added, after promotions and the discounts of the lines. */
export function beforeDiscount(lines: readonly PricedLine[], promotions: readonly Rule[] = []): number {
  return sum(
    priceCart(lines, undefined, promotions).lines.map(({ grossMinor, discountMinor }) => grossMinor - discountMinor),
  );
}
