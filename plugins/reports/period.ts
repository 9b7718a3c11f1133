/** Days of a report, and those that it is set against. */
import { daysBetween, plusDays } from "../../kernel/clock.ts";
import type { Compared, Range } from "./domain.ts";

export const COMPARISONS = ["previous", "year"] as const;
export type Comparison = (typeof COMPARISONS)[number];

/**
 * What people set a period against: whole months against as many whole months, others against as many days right before, or the same dates
 * of the year before (29 February: the 28th). April is so set against all of March, and 2025 against all of 2024.
 */
export function comparedTo(range: Range, how: Comparison): Compared {
  const { from, to } = range;
  const whole = wholeMonths(range);
  if (how === "year") {
    const last = plusMonths(to, -12);
    return { from: plusMonths(from, -12), to: whole > 0 ? endOfMonth(last) : last, months: 12, days: 0 };
  }
  const before = plusDays(from, -1);
  if (whole > 0) return { from: plusMonths(from, -whole), to: before, months: whole, days: 0 };
  const days = daysBetween(from, to) + 1;
  return { from: plusDays(from, -days), to: before, months: 0, days };
}

/** The other period has days that the months they are set against have not, such as 31 March beside April. */
export function hasDaysLeft({ from, to, months }: Compared): boolean {
  if (months === 0) return false;
  for (let month = firstOfMonth(from); month <= to; month = plusMonths(month, 1)) {
    const last = endOfMonth(month) < to ? endOfMonth(month) : to;
    if (plusMonths(last, months).slice(8) !== last.slice(8)) return true;
  }
  return false;
}

/** How many the days are from the first of one to the last of another; 0: they are not whole months. */
function wholeMonths({ from, to }: Range): number {
  return from === firstOfMonth(from) && to === endOfMonth(to) ? monthNumber(to) - monthNumber(from) + 1 : 0;
}

const monthNumber = (day: string) => Number(day.slice(0, 4)) * 12 + Number(day.slice(5, 7)) - 1;

/** The same day so many months later, or before; the last day of that month if it has no such day. */
function plusMonths(day: string, months: number): string {
  const number = monthNumber(day) + months;
  const year = String(Math.floor(number / 12)).padStart(4, "0");
  const month = `${year}-${String((number % 12) + 1).padStart(2, "0")}`;
  const end = endOfMonth(`${month}-01`);
  return `${month}${day.slice(7)}` < end ? `${month}${day.slice(7)}` : end;
}

export const firstOfMonth = (day: string) => `${day.slice(0, 8)}01`;
export const endOfMonth = (day: string) => plusDays(firstOfMonth(plusDays(firstOfMonth(day), 31)), -1);

/** Periods that people ask for, by today. */
export function usualPeriods(today: string): { name: string; range: Range }[] {
  const month = `${today.slice(0, 8)}01`;
  const lastOfMonthBefore = plusDays(month, -1);
  // Monday begins a week
  const weekday = (new Date(`${today}T00:00:00Z`).getUTCDay() + 6) % 7;
  return [
    { name: "today", range: { from: today, to: today } },
    { name: "yesterday", range: { from: plusDays(today, -1), to: plusDays(today, -1) } },
    { name: "week", range: { from: plusDays(today, -weekday), to: today } },
    { name: "month", range: { from: month, to: today } },
    { name: "last_month", range: { from: `${lastOfMonthBefore.slice(0, 8)}01`, to: lastOfMonthBefore } },
    { name: "year", range: { from: `${today.slice(0, 4)}-01-01`, to: today } },
  ];
}

/** These days, in their order, month by month: each from its first to its last day of them. */
export function monthsOf(days: readonly string[]): Range[] {
  const months: Range[] = [];
  for (const day of days) {
    const last = months.at(-1);
    if (last?.from.slice(0, 7) === day.slice(0, 7)) last.to = day;
    else months.push({ from: day, to: day });
  }
  return months;
}
