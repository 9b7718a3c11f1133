/** By which tenders a return gives money back. Amounts in minor units. */
import { formatDecimal } from "../../kernel/decimal.ts";
import { sum } from "../../kernel/money.ts";
import type { Payment } from "./domain.ts";
import { errors } from "./errors.ts";
import { type Due, refundAsPaid, refundDue } from "./returning.ts";

/** Amounts above zero; undefined: by the tenders that paid. A method alone gets all of it. */
export type WantedRefund = Payment[] | { method: string } | undefined;

export const STORE_CREDIT = "store_credit";

/** What is given back, below zero. Throws REFUND_TENDER, REFUND_MISMATCH. */
export function refunds(
  wanted: WantedRefund,
  held: ReadonlyMap<string, number>,
  due: Due & { digits: number },
): Payment[] {
  const plan = planned(wanted, held, due);
  const text = (minor: number) => formatDecimal(minor, due.digits);
  const given = new Map<string, number>();
  for (const { method, amountMinor } of plan) given.set(method, (given.get(method) ?? 0) + amountMinor);
  for (const [method, amountMinor] of given) {
    const most = Math.max(held.get(method) ?? 0, 0);
    // store credit is given for any of it, however it was paid
    if (method !== STORE_CREDIT && amountMinor > most)
      throw errors.REFUND_TENDER({ params: { method }, data: { method, held: text(most) } });
  }
  const sumMinor = sum(given.values());
  const dueMinor = refundDue(due, sumMinor - (given.get("cash") ?? 0));
  if (sumMinor !== dueMinor) throw errors.REFUND_MISMATCH({ data: { due: text(dueMinor) } });
  return plan.map((one) => ({ ...one, amountMinor: -one.amountMinor }));
}

function planned(wanted: WantedRefund, held: ReadonlyMap<string, number>, due: Due & { digits: number }): Payment[] {
  if (Array.isArray(wanted)) return wanted.filter(({ amountMinor }) => amountMinor > 0);
  if (wanted !== undefined) {
    const { method } = wanted;
    const amountMinor = refundDue(due, method === "cash" ? 0 : due.linesMinor);
    return amountMinor > 0 ? [{ method, amountMinor, reference: undefined }] : [];
  }
  const asPaid = refundAsPaid(held, due);
  if (!asPaid) throw errors.REFUND_MISMATCH({ data: { due: formatDecimal(due.linesMinor, due.digits) } });
  return asPaid;
}
