/** What is done once a night: a PC that was off then catches up when it is on. */

/** The hour at which shops of the Americas are closed, UTC. */
const NIGHT = 8;
const DAY_MS = 86_400_000;

/** The night's hour that was last, in milliseconds of the epoch. */
export function lastNight(now: Date): number {
  const night = Date.UTC(now.getUTCFullYear(), now.getUTCMonth(), now.getUTCDate(), NIGHT);
  return night <= now.getTime() ? night : night - DAY_MS;
}

/** `times`: when each of its parts was done last. */
export function isDue(now: Date, times: readonly Date[]): boolean {
  return times.length === 0 || Math.min(...times.map((time) => time.getTime())) < lastNight(now);
}
