/** When a schedule is due, by the clock of its store, and the days that it tells of then. */
import { businessDate, plusDays } from "../../../kernel/clock.ts";
import type { Range } from "../domain.ts";

export const RHYTHMS = ["daily", "weekly", "monthly"] as const;
export type Rhythm = (typeof RHYTHMS)[number];

export interface Timing {
  rhythm: Rhythm;
  /** Monday is 1; of weekly */
  weekday: number | undefined;
  /** 1 to 28, which every month has; of monthly */
  monthDay: number | undefined;
  hour: number;
}

/** Where days end. */
export interface Calendar {
  timeZone: string;
  dayCutoffHour: number;
}

const HOUR_MS = 3_600_000;
/** a month and a day: one of them is due */
const MOST_DAYS = 32;
const HOURS = Array.from({ length: 24 }, (_, hour) => hour);

/** The first moment after `now`. An hour that a change of the clock leaves out comes an hour later. */
export function nextDue(now: Date, timing: Timing, timeZone: string): Date {
  const today = plusDays(localOf(now, timeZone).day, -1);
  for (let ahead = 0; ahead <= MOST_DAYS + 1; ahead += 1) {
    const day = plusDays(today, ahead);
    const due = instantOf(day, timing.hour, timeZone);
    if (isDay(day, timing) && due > now) return due;
  }
  throw new Error(`a schedule that is never due: ${JSON.stringify(timing)}`);
}

function isDay(day: string, { rhythm, weekday, monthDay }: Timing): boolean {
  if (rhythm === "weekly") return (new Date(`${day}T00:00:00Z`).getUTCDay() || 7) === weekday;
  return rhythm === "daily" || Number(day.slice(8)) === monthDay;
}

/** The latest business day that is over in all of these places. */
export function lastOver(at: Date, places: readonly Calendar[]): string {
  const days = places.map(({ timeZone, dayCutoffHour }) => plusDays(businessDate(at, timeZone, dayCutoffHour), -1));
  const [first] = days.sort();
  if (first === undefined) throw new Error("days that are over nowhere");
  return first;
}

/**
 * From which hour of that clock on the day before is over in all of these places. Undefined: some are so far that it is not at any hour,
 * and letters tell of an earlier day.
 */
export function firstHour(now: Date, timeZone: string, places: readonly Calendar[]): number | undefined {
  return HOURS.find((hour) => {
    const due = nextDue(now, { rhythm: "daily", weekday: undefined, monthDay: undefined, hour }, timeZone);
    return lastOver(due, places) >= plusDays(localOf(due, timeZone).day, -1);
  });
}

/** Whole business days that end with `last`: one, seven, or the last calendar month that was over by then. */
export function rangeOf(rhythm: Rhythm, last: string): Range {
  if (rhythm === "daily") return { from: last, to: last };
  if (rhythm === "weekly") return { from: plusDays(last, -6), to: last };
  // the day after belongs to the month that goes on
  const to = plusDays(`${plusDays(last, 1).slice(0, 8)}01`, -1);
  return { from: `${to.slice(0, 8)}01`, to };
}

/** The instant at which a clock there shows that day and hour. */
function instantOf(day: string, hour: number, timeZone: string): Date {
  const wanted = Date.parse(`${day}T00:00:00Z`) + hour * HOUR_MS;
  let instant = wanted;
  // a second look, for the offset may change between the two
  for (let look = 0; look < 2; look += 1) instant = wanted - offsetAt(instant, timeZone);
  // left out by a change of the clock: the same hour counted by the clock of before
  return new Date(instant + offsetAt(instant, timeZone) < wanted ? instant + HOUR_MS : instant);
}

function offsetAt(instant: number, timeZone: string): number {
  const { day, time } = localOf(new Date(instant), timeZone);
  return Date.parse(`${day}T${time}Z`) - Math.floor(instant / 1000) * 1000;
}

function localOf(instant: Date, timeZone: string): { day: string; time: string } {
  const format = new Intl.DateTimeFormat("en-GB", {
    timeZone,
    year: "numeric",
    month: "2-digit",
    day: "2-digit",
    hour: "2-digit",
    minute: "2-digit",
    second: "2-digit",
    hourCycle: "h23",
  });
  const of = Object.fromEntries(format.formatToParts(instant).map(({ type, value }) => [type, value]));
  return {
    day: `${of["year"]}-${of["month"]}-${of["day"]}`,
    time: `${of["hour"]}:${of["minute"]}:${of["second"]}`,
  };
}
