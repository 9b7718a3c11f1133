/** Which backups are too old to keep. */
import type { Listed } from "./archive/file.ts";

const DAY_MS = 86_400_000;
/** How old one is the clock says, which may be wrong by years: however old they seem to it, a week of nights stays, or as many as are wanted. */
const STAY = 7;

/** `proven`: names of those that a drill has restored. */
export interface Keeping {
  proven: ReadonlySet<string>;
  now: Date;
  keepDays: number;
}

/**
 * Those older than `keepDays`, but for the newest few that a drill has proven and the newest few at all. Of our own as many stay
 * whatever else stands there: who can write there pushes none of them out. Others go by the same rule, for older ones are nobody's.
 */
export function outdated<M extends Pick<Listed, "name" | "made_at" | "origin">>(
  backups: readonly M[],
  { proven, now, keepDays }: Keeping,
): M[] {
  const many = Math.min(STAY, keepDays);
  const newestFirst = [...backups].sort((a, b) => (a.made_at < b.made_at ? 1 : -1));
  const newest = (among: M[]) => [
    ...among.filter(({ name }) => proven.has(name)).slice(0, many),
    ...among.slice(0, many),
  ];
  const stay = new Set([...newest(newestFirst), ...newest(newestFirst.filter(({ origin }) => origin === "own"))]);
  const limit = now.getTime() - keepDays * DAY_MS;
  return newestFirst.filter((one) => !stay.has(one) && new Date(one.made_at).getTime() < limit);
}
