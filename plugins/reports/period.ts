/** Days of a report, and those that it is set against. */
import { daysBetween, plusDays } from "../../kernel/clock.ts";
import type { Range } from "./domain.ts";

export const COMPARISONS = ["previous", "year"] as const;
export type Comparison = (typeof COMPARISONS)[number];

/** As many days: those right before, or those from the same day of the year before on (29 February: from the 28th). */
export function comparedTo({ from, to }: Range, how: Comparison): Range {
  const length = daysBetween(from, to);
  if (how === "previous") return { from: plusDays(from, -length - 1), to: plusDays(from, -1) };
  const start = yearBefore(from);
  return { from: start, to: plusDays(start, length) };
}

function yearBefore(day: string): string {
  const same = `${String(Number(day.slice(0, 4)) - 1).padStart(4, "0")}${day.slice(4)}`;
  return same.endsWith("02-29") ? same.replace("02-29", "02-28") : same;
}

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
