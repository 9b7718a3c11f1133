/** What stands on the axis of a chart in time: every day, hour or weekday of it, those on which nothing was sold too; long times by month or year. */
import { daysBetween, plusDays } from "../../kernel/clock.ts";
import type { Line, Range } from "./domain.ts";

/** What a bar is about. `line`: a line of the report. */
export const BARS = ["line", "month", "year"] as const;
export type BarOf = (typeof BARS)[number];

/** A bar: of a key of the report, or of the month `YYYY-MM` or the year `YYYY`. */
export interface Point {
  key: string;
  name: string | null;
  value: number;
  before: number;
  /** false: the report has no line of it */
  there: boolean;
}

/** Side by side they can still be told apart. */
const MOST_DAYS = 400;
const MOST_MONTHS = 400 * 28;
const KEY_LENGTH = { line: 10, month: 7, year: 4 } as const;

/** How the days from one to another are drawn. */
export function barsOf({ from, to }: Range): BarOf {
  const days = daysBetween(from, to) + 1;
  if (days <= MOST_DAYS) return "line";
  return days <= MOST_MONTHS ? "month" : "year";
}

/** Adds lines of a report up to bars. */
export function createBars(measure: string, bar: BarOf) {
  const points = new Map<string, Point>();
  return {
    add(lines: readonly Line[]): void {
      for (const { key: own, name, values, before } of lines) {
        const key = bar === "line" ? own : own.slice(0, KEY_LENGTH[bar]);
        const point = points.get(key) ?? { key, name, value: 0, before: 0, there: true };
        const value = values[measure];
        point.value += typeof value === "number" ? value : 0;
        point.before += before ?? 0;
        points.set(key, point);
      }
    },
    /** In the order of `keys`; nothing where a key has no line. */
    on: (keys: readonly string[]): Point[] =>
      keys.map((key) => points.get(key) ?? { key, name: null, value: 0, before: 0, there: false }),
    keys: (): string[] => [...points.keys()],
  };
}

/** Every day, month or year from one day to another, but none that is still to come unless something is `found` there. */
export function daysOn({ from, to }: Range, bar: BarOf, today: string, found: readonly string[]): string[] {
  const short = (day: string) => day.slice(0, KEY_LENGTH[bar]);
  const latest = found.reduce((a, b) => (a > b ? a : b), "");
  const end = today >= from && today < to ? [short(today), latest].reduce((a, b) => (a > b ? a : b)) : short(to);
  const keys: string[] = [];
  for (let day = from; short(day) <= end; day = nextOf(day, bar)) keys.push(short(day));
  return keys;
}

function nextOf(day: string, bar: BarOf): string {
  if (bar === "line") return plusDays(day, 1);
  if (bar === "year") return `${String(Number(day.slice(0, 4)) + 1).padStart(4, "0")}-01-01`;
  return `${plusDays(`${day.slice(0, 8)}28`, 4).slice(0, 8)}01`;
}

/** Every hour from the first to the last with a sale. */
export function hoursOn(found: readonly string[]): string[] {
  const hours = found.map(Number);
  const first = Math.min(...hours);
  return Array.from({ length: Math.max(...hours) - first + 1 }, (_, place) => String(first + place).padStart(2, "0"));
}

export const WEEKDAYS = ["1", "2", "3", "4", "5", "6", "7"] as const;
