/** Which backups are too old to keep. */
import type { Manifest } from "./manifest.ts";

const DAY_MS = 86_400_000;

/**
 * Those older than `keepDays`, but for the last good one: the newest that a drill has proven, and, while none was proven, the
 * newest at all. `proven`: names.
 */
export function outdated<M extends Pick<Manifest, "name" | "made_at">>(
  backups: readonly M[],
  { proven, now, keepDays }: { proven: ReadonlySet<string>; now: Date; keepDays: number },
): M[] {
  const newestFirst = [...backups].sort((a, b) => (a.made_at < b.made_at ? 1 : -1));
  const last = newestFirst.find(({ name }) => proven.has(name)) ?? newestFirst[0];
  const limit = now.getTime() - keepDays * DAY_MS;
  return newestFirst.filter((one) => one !== last && new Date(one.made_at).getTime() < limit);
}
