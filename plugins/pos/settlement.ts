/**
 * How payments cover a total. Change comes from cash only; cash is rounded to the smallest coin in use, and the difference
 * is a line of its own: `sum(payments) - change = total + rounding`. Amounts in minor units.
 */
import { toSafe } from "../../kernel/decimal.ts";
import { divideRounded, sum } from "../../kernel/money.ts";

/** The last four are booked on a balance that the shop keeps (booked-tenders.ts), the others are handed over. */
export const TENDER_KINDS = [
  "cash",
  "card",
  "transfer",
  "wallet",
  "other",
  "customer_credit",
  "gift_card",
  "store_credit",
  "points",
] as const;
export type TenderKind = (typeof TENDER_KINDS)[number];

export interface Offer {
  method: string;
  kind: TenderKind;
  amountMinor: number;
}

export type Settlement =
  | { ok: true; roundingMinor: number; paidMinor: number; changeMinor: number }
  | { ok: false; missingMinor: number }
  /** more than the total without cash to give back */
  | { ok: false; overMinor: number };

/** To the nearest multiple of the coin, half away from zero; a coin of 0 rounds nothing. */
export function roundToCoin(amountMinor: number, coinMinor: number): number {
  if (coinMinor <= 0) return amountMinor;
  return toSafe(divideRounded(BigInt(amountMinor), BigInt(coinMinor)) * BigInt(coinMinor));
}

/** `coinMinor`: the smallest coin in use, 0 where every amount can be paid. */
export function settle(totalMinor: number, offers: readonly Offer[], coinMinor: number): Settlement {
  const amounts = (cash: boolean) =>
    sum(offers.filter(({ kind }) => (kind === "cash") === cash).map(({ amountMinor }) => amountMinor));
  const [inCash, otherwise] = [amounts(true), amounts(false)];
  const dueMinor = totalMinor - otherwise;
  if (dueMinor < 0) return { ok: false, overMinor: -dueMinor };
  const paysCash = offers.some(({ kind }) => kind === "cash");
  const cashMinor = paysCash ? roundToCoin(dueMinor, coinMinor) : dueMinor;
  if (inCash < cashMinor) return { ok: false, missingMinor: cashMinor - inCash };
  return {
    ok: true,
    roundingMinor: cashMinor - dueMinor,
    paidMinor: inCash + otherwise,
    changeMinor: inCash - cashMinor,
  };
}
