/** The rows of job_runs: what ran when, and how it ended. */
import type { Database } from "../db/database.ts";
import type { OwnedJob } from "./runner.ts";

export const INTERRUPTED = "interrupted";
/** it runs once more; what ends the process this time too is not tried again, or it would end it each minute */
const ONCE_MORE = "once more";
const AGAIN = "interrupted again";

/** undefined: the tick was run before, and not cut off */
export async function startTick(db: Database, { plugin, name }: OwnedJob, tickAt: Date): Promise<number | undefined> {
  const { rows } = await db.primary.raw(
    `INSERT INTO job_runs (plugin, job, tick_at) VALUES (:plugin, :name, :tickAt)
     ON CONFLICT (plugin, job, tick_at) DO UPDATE SET started_at = now(), finished_at = NULL, ok = NULL, error = :onceMore
       WHERE job_runs.error = :interrupted RETURNING id`,
    { plugin, name, tickAt, interrupted: INTERRUPTED, onceMore: ONCE_MORE },
  );
  return rows[0]?.id;
}

/**
 * Nobody ran it at that tick or since, or it was cut off. What came with the last upgrade has missed nothing from before. What a
 * clock that was ahead noted does not count.
 */
export async function isMissed(db: Database, { plugin, name }: OwnedJob, tickAt: Date, now: Date): Promise<boolean> {
  const { rows } = await db.primary.raw(
    `SELECT coalesce(
         (SELECT max(tick_at) FROM job_runs WHERE plugin = :plugin AND job = :name AND finished_at IS NOT NULL
            AND error IS DISTINCT FROM :interrupted AND tick_at <= :now),
         (SELECT max(migration_time) FROM knex_migrations), '-infinity') < :tickAt AS missed`,
    { plugin, name, tickAt, now, interrupted: INTERRUPTED },
  );
  return rows[0].missed;
}

export async function finish(db: Database, id: number, error?: string): Promise<void> {
  await db.primary.raw("UPDATE job_runs SET finished_at = now(), ok = :ok, error = :error WHERE id = :id", {
    id,
    ok: error === undefined,
    error: error?.replaceAll("\0", "").slice(0, 2000) ?? null,
  });
}

/** Who holds the job's lock knows that a run without an end was ended by a kill or a power cut. */
export async function interruptOthers(db: Database, { plugin, name }: OwnedJob): Promise<void> {
  await db.primary.raw(
    `UPDATE job_runs SET finished_at = now(), ok = false, error = CASE error WHEN :onceMore THEN :again ELSE :interrupted END
     WHERE plugin = :plugin AND job = :name AND finished_at IS NULL`,
    { plugin, name, interrupted: INTERRUPTED, onceMore: ONCE_MORE, again: AGAIN },
  );
}
