/**
 * How old a debt is. Goods that came back take off the charge of their own sale; payments pay the oldest charge first (FIFO), so what is
 * owed is always the newest of what is left, back to where it makes up the balance. Amounts in minor units.
 */
import { sum } from "../../../kernel/money.ts";

export const AGES = ["d30", "d60", "d90", "older"] as const;
export type Age = (typeof AGES)[number];

export interface Charge {
  amountMinor: number;
  /** whole days since it was charged, by the shop's calendar */
  days: number;
}

export interface Aging {
  /** what is owed by its age; the parts add up to `totalMinor` */
  parts: Record<Age, number>;
  totalMinor: number;
  /** of the oldest charge that is not paid whole */
  oldestDays: number;
}

export const ageOf = (days: number): Age => (days <= 30 ? "d30" : days <= 60 ? "d60" : days <= 90 ? "d90" : "older");

export const NO_AGING: Aging = { parts: { d30: 0, d60: 0, d90: 0, older: 0 }, totalMinor: 0, oldestDays: 0 };

/** `newestFirst`: the charges, at least as many as make up the balance. Below zero, or at zero, nothing is owed. */
export function agingOf(balanceMinor: number, newestFirst: readonly Charge[]): Aging {
  const parts = { ...NO_AGING.parts };
  let left = Math.max(balanceMinor, 0);
  let oldestDays = 0;
  for (const { amountMinor, days } of newestFirst) {
    const unpaid = Math.min(amountMinor, left);
    if (unpaid <= 0) break;
    parts[ageOf(days)] += unpaid;
    oldestDays = days;
    left -= unpaid;
  }
  return { parts, totalMinor: sum(Object.values(parts)), oldestDays };
}

export function addAging(a: Aging, b: Aging): Aging {
  const part = (age: Age) => sum([a.parts[age], b.parts[age]]);
  return {
    parts: { d30: part("d30"), d60: part("d60"), d90: part("d90"), older: part("older") },
    totalMinor: sum([a.totalMinor, b.totalMinor]),
    oldestDays: Math.max(a.oldestDays, b.oldestDays),
  };
}
