/** Days as whole months and what is left of them before and after: what is there by month need not be added up by day. */
import { plusDays } from "../../kernel/clock.ts";
import type { Range } from "./domain.ts";

/** From `from` to `headTo` by day, months from `monthsFrom` to `monthsTo` (their first days), from `tailFrom` to `to` by day. */
export interface Span {
  headTo: string;
  monthsFrom: string;
  monthsTo: string;
  tailFrom: string;
}

/** What is not there ends before it begins. */
export function spanOf({ from, to }: Range): Span {
  const monthsFrom = from.endsWith("-01") ? from : nextMonth(from);
  const after = firstOf(plusDays(to, 1));
  const monthsTo = firstOf(plusDays(after, -1));
  if (monthsTo < monthsFrom) return { headTo: to, monthsFrom, monthsTo, tailFrom: plusDays(to, 1) };
  return { headTo: plusDays(monthsFrom, -1), monthsFrom, monthsTo, tailFrom: after };
}

const firstOf = (day: string) => `${day.slice(0, 8)}01`;
const nextMonth = (day: string) => firstOf(plusDays(firstOf(day), 31));
