/** Counters of wrong tries. A try is counted before the password is looked at, so that many at once are not judged for free. */
import type { Knex } from "knex";
import type { Tx } from "../../../kernel/db/database.ts";

/** asker: who asks for approvals; pin: whose PIN is tried */
export type Scope = "account" | "device" | "address" | "session" | "asker" | "pin";

export interface Counter {
  scope: Scope;
  key: string;
  userId: number | null;
}

export interface Delay {
  /** wrong tries in a row before the first delay */
  limit: number;
  /** seconds of the first delay, doubled at each further failure up to `longest` */
  first: number;
  longest: number;
}

/** The lock that this try set in advance, null for none; undefined, and nothing is counted, while another one holds. */
export async function countTry(
  tx: Tx,
  { scope, key, userId }: Counter,
  { limit, first, longest }: Delay,
  now: Date,
  forgotten: Date,
): Promise<Date | null | undefined> {
  const { rows } = await tx.raw(
    `INSERT INTO sign_in_failures AS f (scope, key, user_id, failures, last_failed_at)
     VALUES (:scope, :key, :userId, 1, :now)
     ON CONFLICT (scope, key) DO UPDATE SET
       failures = CASE WHEN f.last_failed_at < :forgotten THEN 1 ELSE f.failures + 1 END,
       last_failed_at = :now,
       locked_until = CASE WHEN f.last_failed_at >= :forgotten AND f.failures + 1 >= :limit
         THEN cast(:now AS timestamptz)
              + make_interval(secs => least(:first * power(2, least(f.failures + 1 - :limit, 20)), :longest)) END
     WHERE f.locked_until IS NULL OR f.locked_until <= :now
     RETURNING locked_until`,
    { scope, key, userId, now, forgotten, limit, first, longest },
  );
  return rows[0]?.locked_until;
}

export async function lockOf(tx: Tx, { scope, key }: Counter): Promise<Date | null> {
  const { rows } = await tx.raw("SELECT locked_until FROM sign_in_failures WHERE scope = :scope AND key = :key", {
    scope,
    key,
  });
  return rows[0]?.locked_until ?? null;
}

/** The try was no failure after all: it is not counted, and the lock that it set in advance is lifted. */
export async function giveBack(tx: Tx, { scope, key }: Counter, lock: Date | null): Promise<void> {
  await tx.raw(
    `UPDATE sign_in_failures
     SET failures = greatest(failures - 1, 0),
         locked_until = CASE WHEN locked_until = cast(:lock AS timestamptz) THEN NULL ELSE locked_until END
     WHERE scope = :scope AND key = :key`,
    { scope, key, lock },
  );
}

export async function forget(tx: Tx, { scope, key }: Counter): Promise<void> {
  await tx.raw("DELETE FROM sign_in_failures WHERE scope = :scope AND key = :key", { scope, key });
}

/** All that is counted against a person; answers how many of the counters were locked. */
export async function forgetPerson(tx: Tx, userId: number, now: Date): Promise<number> {
  const { rows } = await tx.raw("DELETE FROM sign_in_failures WHERE user_id = :userId RETURNING locked_until", {
    userId,
  });
  return rows.filter((row: { locked_until: Date | null }) => row.locked_until !== null && row.locked_until > now)
    .length;
}

export async function personLockedUntil(db: Knex, userId: number, now: Date): Promise<Date | undefined> {
  const { rows } = await db.raw(
    "SELECT max(locked_until) AS until FROM sign_in_failures WHERE user_id = :userId AND locked_until > :now",
    { userId, now },
  );
  return rows[0].until ?? undefined;
}

/** At most `limit` at once, so that no lock is long. Answers how many went. */
export async function deleteForgotten(tx: Tx, before: Date, limit: number): Promise<number> {
  const { rowCount } = await tx.raw(
    `DELETE FROM sign_in_failures WHERE (scope, key) IN (
       SELECT scope, key FROM sign_in_failures WHERE last_failed_at < :before LIMIT :limit)`,
    { before, limit },
  );
  return rowCount;
}
