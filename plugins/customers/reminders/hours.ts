/**
 * When a reminder of a debt may go out: Monday to Friday from 7 to 19, Saturday from 8 to 15, never on a Sunday, by the clock of the store.
 * Holidays are not known here.
 */
const OPEN: Readonly<Record<string, { from: number; to: number }>> = {
  Mon: { from: 7, to: 19 },
  Tue: { from: 7, to: 19 },
  Wed: { from: 7, to: 19 },
  Thu: { from: 7, to: 19 },
  Fri: { from: 7, to: 19 },
  Sat: { from: 8, to: 15 },
};

/** every time zone's hours begin at a quarter of an hour of UTC */
const STEP_MS = 15 * 60_000;
/** from Saturday's end to Monday's begin it is forty hours */
const MOST_STEPS = (4 * 24 * 3_600_000) / STEP_MS;

/** Undefined: now. Else the next moment at which the hours begin. */
export function opensAt(now: Date, timeZone: string): Date | undefined {
  const clock = new Intl.DateTimeFormat("en-US", { timeZone, weekday: "short", hour: "2-digit", hourCycle: "h23" });
  const isOpen = (instant: number): boolean => {
    const parts = Object.fromEntries(clock.formatToParts(instant).map(({ type, value }) => [type, value]));
    const hours = OPEN[parts["weekday"] ?? ""];
    const hour = Number(parts["hour"]);
    return hours !== undefined && hour >= hours.from && hour < hours.to;
  };
  const from = now.getTime();
  if (isOpen(from)) return undefined;
  const first = Math.ceil(from / STEP_MS) * STEP_MS;
  for (let step = 0; step < MOST_STEPS; step += 1) {
    const instant = first + step * STEP_MS;
    if (isOpen(instant)) return new Date(instant);
  }
  throw new Error(`no hours open in ${timeZone}`);
}
