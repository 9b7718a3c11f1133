/** How far the primary is, and whether a replica has come as far. */
import { setTimeout as pause } from "node:timers/promises";
import type { Knex } from "knex";

/** Where the primary's log ends of what is kept: no commit that was answered lies beyond. */
export async function flushedLsn(primary: Knex): Promise<string> {
  const { rows } = await primary.raw("SELECT pg_current_wal_flush_lsn()::text AS lsn");
  return rows[0].lsn;
}

// a server that is not in recovery was promoted, or was never a replica: it may have things that the primary has not
export const REACHED = "SELECT pg_is_in_recovery() AND pg_last_wal_replay_lsn() >= $1::pg_lsn AS level";

/** `REACHED`, of the position given. */
type Ask = (lsn: string) => Promise<{ rows: { level: boolean | null }[] }>;

/** Asks until the replica has come as far as `target`, or the time is over. `silent`: it does not answer at all. */
export async function reaches(ask: Ask, target: string, deadline: number): Promise<"level" | "behind" | "silent"> {
  for (let pauseMs = 1; ; pauseMs *= 2) {
    const answer = await soon(ask(target), deadline);
    if (answer === undefined) return "silent";
    if (answer.rows[0]?.level === true) return "level";
    if (performance.now() + pauseMs >= deadline) return "behind";
    await pause(pauseMs);
  }
}

/** What is promised, when it comes before the deadline; undefined when it is late or fails. */
export async function soon<T>(promise: Promise<T>, deadline: number): Promise<T | undefined> {
  const leave = new AbortController();
  const late = pause(Math.max(1, deadline - performance.now()), undefined, { signal: leave.signal });
  const heard = promise.catch(() => undefined);
  try {
    return await Promise.race([heard, late.catch(() => undefined)]);
  } finally {
    leave.abort();
  }
}
