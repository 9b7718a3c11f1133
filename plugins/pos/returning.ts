/**
 * What comes back of a sale: any number of returns of one line together give back exactly what was charged for it, since
 * each takes the difference of two rounded shares and is not rounded by itself. Amounts in minor units.
 */
import { toSafe } from "../../kernel/decimal.ts";
import { divideRounded, sum } from "../../kernel/money.ts";
import type { Condition, Payment, SaleLine } from "./domain.ts";
import { roundToCoin } from "./settlement.ts";

/** What earlier returns took back of a line: all above zero. */
export interface TakenBack {
  quantityMilli: number;
  totalMinor: number;
  taxMinor: number;
  discountMinor: number;
  promotionMinor: number;
}

export const NOTHING: TakenBack = { quantityMilli: 0, totalMinor: 0, taxMinor: 0, discountMinor: 0, promotionMinor: 0 };

/** The line of the document that takes `quantityMilli` of it back: as the sale's, below zero. */
export function lineBack(
  sold: SaleLine,
  earlier: TakenBack,
  { quantityMilli, condition }: { quantityMilli: number; condition: Condition },
): SaleLine {
  const upTo = earlier.quantityMilli + quantityMilli;
  const share = (amountMinor: number, part = upTo, whole = sold.quantityMilli) =>
    whole === 0 ? 0 : toSafe(divideRounded(BigInt(amountMinor) * BigInt(part), BigInt(whole)));
  const totalUpTo = share(sold.totalMinor);
  return {
    ...sold,
    labelMinor: undefined,
    quantityMilli: -quantityMilli,
    promotion: sold.promotion && {
      ...sold.promotion,
      amountMinor: negated(share(sold.promotion.amountMinor) - earlier.promotionMinor),
    },
    goods: sold.goods?.map((good) => ({
      ...good,
      quantityMilli: negated(share(good.quantityMilli) - share(good.quantityMilli, earlier.quantityMilli)),
    })),
    discountMinor: negated(share(sold.discountMinor) - earlier.discountMinor),
    totalMinor: negated(totalUpTo - earlier.totalMinor),
    // by what is given back and not by quantity: where no money comes back there is no tax in it
    taxMinor: negated(share(sold.taxMinor, totalUpTo, sold.totalMinor) - earlier.taxMinor),
    returnsLine: sold.line,
    condition,
  };
}

/** What each tender of a sale still holds, in the order in which it was paid: change and refunds are taken off. */
export function tendersHeld(
  sale: { payments: readonly Payment[]; changeMinor: number },
  refunds: readonly Payment[],
): Map<string, number> {
  const held = new Map<string, number>();
  for (const { method, amountMinor } of [...sale.payments, ...refunds])
    held.set(method, (held.get(method) ?? 0) + amountMinor);
  if (sale.changeMinor > 0) held.set("cash", (held.get("cash") ?? 0) - sale.changeMinor);
  return held;
}

export interface Due {
  /** of the lines that come back, above zero */
  linesMinor: number;
  /** what of the sale was paid and not given back yet */
  leftMinor: number;
  /** nothing of the sale is left after this */
  complete: boolean;
  /** smallest coin in use, 0 where every amount can be paid */
  coinMinor: number;
}

/** What has to be given back when so much of it is not cash: never more than is left, which rounding made less, and the last return all of that. */
export function refundDue({ linesMinor, leftMinor, complete, coinMinor }: Due, otherwiseMinor: number): number {
  const most = Math.max(leftMinor, 0);
  if (complete) return most;
  const inCash = linesMinor - otherwiseMinor;
  return Math.min(inCash > 0 ? otherwiseMinor + roundToCoin(inCash, coinMinor) : linesMinor, most);
}

/** By the tenders that paid, in their order, as far as each holds; undefined when they hold less than is due. */
export function refundAsPaid(held: ReadonlyMap<string, number>, due: Due): Payment[] | undefined {
  const plan: Payment[] = [];
  let rest = refundDue(due, due.linesMinor);
  for (const [method, amountMinor] of held) {
    if (method === "cash") continue;
    const part = Math.min(amountMinor, rest);
    if (part > 0) plan.push({ method, amountMinor: part, reference: undefined });
    rest -= Math.max(part, 0);
  }
  const otherwise = sum(plan.map(({ amountMinor }) => amountMinor));
  const inCash = refundDue(due, otherwise) - otherwise;
  if (inCash > (held.get("cash") ?? 0)) return undefined;
  if (inCash > 0) plan.push({ method: "cash", amountMinor: inCash, reference: undefined });
  return plan;
}

function negated(amount: number): number {
  return amount === 0 ? 0 : -amount;
}
