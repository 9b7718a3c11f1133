/**
 * Days as whole months and the few days by which these are too many or too few: what is there by month need not be added up by day, and
 * a month less its first week is nearer than three weeks of days.
 */
import { daysBetween, plusDays } from "../../kernel/clock.ts";
import type { Range } from "./domain.ts";
import { endOfMonth, firstOfMonth } from "./period.ts";

/** Days that are added to the months (1), or taken off them (-1). What is not there ends before it begins. */
export interface Beside extends Range {
  sign: 1 | -1;
}

/** Months from `monthsFrom` to `monthsTo` (their first days), with the days beside them at either end. */
export interface Span {
  monthsFrom: string;
  monthsTo: string;
  head: Beside;
  tail: Beside;
}

/** The nearer way at each end; nothing was sold after `today`, so that these days cost nothing. */
export function spanOf({ from, to }: Range, today: string): Span {
  const [first, last] = [firstOfMonth(from), firstOfMonth(to)];
  const before: Beside = { from: first, to: plusDays(from, -1), sign: -1 };
  const after: Beside = { from: plusDays(to, 1), to: endOfMonth(to), sign: -1 };
  const length = (days: Range) => Math.max(0, daysBetween(days.from, days.to < today ? days.to : today) + 1);
  const nearer = (less: Beside, more: Beside) => (length(less) < length(more) ? less : more);
  if (first === last) {
    if (length(before) + length(after) < length({ from, to }))
      return { monthsFrom: first, monthsTo: first, head: before, tail: after };
    return {
      monthsFrom: first,
      monthsTo: plusDays(first, -1),
      head: { from, to, sign: 1 },
      tail: { from: after.from, to, sign: 1 },
    };
  }
  const head = nearer(before, { from, to: endOfMonth(from), sign: 1 });
  const tail = nearer(after, { from: last, to, sign: 1 });
  return {
    monthsFrom: head.sign < 0 ? first : plusDays(head.to, 1),
    monthsTo: tail.sign < 0 ? last : firstOfMonth(plusDays(last, -1)),
    head,
    tail,
  };
}
