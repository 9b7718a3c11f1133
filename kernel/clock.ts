/** The only source of time and chance, so that tests can hold both still. */
export interface Clock {
  now(): Date;
}

export const systemClock: Clock = { now: () => new Date() };

/**
 * The shop's calendar day, `YYYY-MM-DD`, of an instant: a sale at 01:30 with a cut-off at 4 belongs to the day before.
 * `timeZone` is an IANA name, `cutoffHour` 0 to 12.
 */
export function businessDate(instant: Date, timeZone: string, cutoffHour: number): string {
  const shifted = instant.getTime() - cutoffHour * 3_600_000;
  const minute = Math.floor(shifted / 60_000);
  const last = lastMinute.get(timeZone);
  if (last?.minute === minute) return last.day;
  const day = dayFormat(timeZone).format(new Date(shifted));
  lastMinute.set(timeZone, { minute, day });
  return day;
}

/** A day ends with a minute everywhere, and who is told one asks for it again at once: a format takes microseconds. */
const lastMinute = new Map<string, { minute: number; day: string }>();

const dayFormat = ofTimeZone(
  (timeZone) => new Intl.DateTimeFormat("en-CA", { timeZone, year: "numeric", month: "2-digit", day: "2-digit" }),
);

/** Making a format costs many times what using it does: each time zone's is made once. There are some hundreds. */
export function ofTimeZone(make: (timeZone: string) => Intl.DateTimeFormat): (timeZone: string) => Intl.DateTimeFormat {
  const made = new Map<string, Intl.DateTimeFormat>();
  return (timeZone) => {
    const known = made.get(timeZone) ?? make(timeZone);
    made.set(timeZone, known);
    return known;
  };
}

const DAY_MS = 86_400_000;

/** How many days from one day to another, each YYYY-MM-DD. */
export function daysBetween(from: string, to: string): number {
  return Math.round((Date.parse(`${to}T00:00:00Z`) - Date.parse(`${from}T00:00:00Z`)) / DAY_MS);
}

/** The day so many days later, or before, YYYY-MM-DD. */
export function plusDays(day: string, days: number): string {
  return new Date(Date.parse(`${day}T00:00:00Z`) + days * DAY_MS).toISOString().slice(0, 10);
}
