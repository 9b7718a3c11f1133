/** The journal of backups: all instances read the same one. */
import type { Knex } from "knex";
import type { Tx } from "../../../kernel/db/database.ts";
import type { CopyResult, Drill, Entry, Fault, Method, Trigger } from "../domain.ts";

const LOCK = "hashtextextended('backup', 0)";
/** Whether somebody has the turn now, here or elsewhere: what is under way in the journal and nobody's was killed. */
const AT_WORK = `EXISTS (SELECT FROM pg_locks WHERE locktype = 'advisory' AND objsubid = 1 AND granted
  AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
  AND (classid::bigint << 32 | objid::bigint) = ${LOCK})`;
const COLUMNS = `id, name, CASE WHEN state = 'running' AND NOT ${AT_WORK} THEN 'failed' ELSE state END AS state,
  CASE WHEN state = 'running' AND NOT ${AT_WORK} THEN 'INTERRUPTED' ELSE fault END AS fault, trigger, made_by AS "madeBy", host, method, started_at AS "startedAt",
  finished_at AS "finishedAt", bytes, rows, sha256, encrypted, drill, drill_at AS "drillAt",
  drill_detail AS "drillDetail", copies, removed_at AS "removedAt"`;

const REGULAR = "name !~ '-(upgrade|rollback)$'";

/** True: nobody else makes one, here or elsewhere, until the transaction ends. */
export async function takeTurn(tx: Tx): Promise<boolean> {
  const { rows } = await tx.raw(
    `SELECT set_config('idle_in_transaction_session_timeout', '0', true),
       pg_try_advisory_xact_lock(${LOCK}) AS mine`,
  );
  return rows[0].mine;
}

/** Waits until nobody else makes one; it needs no table, for a database of another version. */
export async function waitForTurn(tx: Tx): Promise<void> {
  await tx.raw(
    "SELECT set_config('statement_timeout', '0', true), set_config('idle_in_transaction_session_timeout', '0', true)",
  );
  await tx.raw(`SELECT pg_advisory_xact_lock(${LOCK})`);
}

/** A backup that was made where the journal could not be written. */
export async function adopt(
  db: Knex,
  entry: { name: string; trigger: Trigger; host: string; startedAt: string; finishedAt: string },
  drilled: { drill: Drill; drillAt: string | null; detail: string | null },
  made: Made,
): Promise<void> {
  // one that was proven only at a later try is in the journal already
  await db.raw(
    `INSERT INTO backups (name, trigger, host, started_at, finished_at, state, method, bytes, rows, sha256, encrypted, drill, drill_at, drill_detail)
     VALUES (:name, :trigger, :host, :startedAt, :finishedAt, 'good', :method, :bytes, :rows, :sha256, :encrypted, :drill, :drillAt, :detail)
     ON CONFLICT (name) DO UPDATE SET drill = excluded.drill, drill_at = excluded.drill_at, drill_detail = excluded.drill_detail
       WHERE excluded.drill_at IS NOT NULL AND excluded.drill_at IS DISTINCT FROM backups.drill_at`,
    { ...entry, ...drilled, ...made },
  );
}

export async function begin(
  tx: Tx,
  entry: { name: string; trigger: Trigger; madeBy: string | null; host: string; now: Date },
): Promise<number> {
  const { rows } = await tx.raw(
    `INSERT INTO backups (name, trigger, made_by, host, started_at) VALUES (:name, :trigger, :madeBy, :host, :now) RETURNING id`,
    entry,
  );
  return rows[0].id;
}

/** Whoever has the turn knows that one without an end was ended by a kill or a power cut. */
export async function interruptOthers(tx: Tx, now: Date): Promise<void> {
  await tx.raw(
    "UPDATE backups SET state = 'failed', fault = 'INTERRUPTED', finished_at = :now WHERE state = 'running'",
    { now },
  );
}

export interface Made {
  method: Method;
  bytes: number;
  rows: number;
  sha256: string;
  encrypted: boolean;
}

export async function keepGood(db: Knex, id: number, made: Made, now: Date): Promise<void> {
  await db.raw(
    `UPDATE backups SET state = 'good', finished_at = :now, method = :method, bytes = :bytes, rows = :rows, sha256 = :sha256,
       encrypted = :encrypted WHERE id = :id`,
    { id, now, ...made },
  );
}

export async function keepFailed(db: Knex, id: number, fault: Fault, now: Date): Promise<void> {
  await db.raw("UPDATE backups SET state = 'failed', fault = :fault, finished_at = :now WHERE id = :id", {
    id,
    fault,
    now,
  });
}

export async function keepDrill(db: Knex, id: number, drill: Drill, detail: string | null, now: Date): Promise<void> {
  await db.raw("UPDATE backups SET drill = :drill, drill_detail = :detail, drill_at = :now WHERE id = :id", {
    id,
    drill,
    detail,
    now,
  });
}

export async function keepCopies(db: Knex, id: number, copies: readonly CopyResult[]): Promise<void> {
  await db.raw("UPDATE backups SET copies = :copies::jsonb WHERE id = :id", { id, copies: JSON.stringify(copies) });
}

export async function keepRemoved(db: Knex, names: readonly string[], now: Date): Promise<void> {
  await db.raw("UPDATE backups SET removed_at = :now WHERE name = ANY(:names::text[]) AND removed_at IS NULL", {
    names: [...names],
    now,
  });
}

/** Lines of what is long gone. */
export async function forgetBefore(db: Knex, before: Date): Promise<void> {
  await db.raw("DELETE FROM backups WHERE started_at < :before AND (state = 'failed' OR removed_at IS NOT NULL)", {
    before,
  });
}

/** In a database that was restored: its own journal had the backup it comes from as under way. */
export async function keepRestored(tx: Tx, name: string, made: Made, now: Date): Promise<void> {
  const { rows } = await tx.raw("SELECT id FROM backups WHERE name = ?", [name]);
  if (rows[0] !== undefined) await keepGood(tx, rows[0].id, made, now);
  await interruptOthers(tx, now);
}

/** True: the database is this backup as pg_restore left it: whoever restored it has not come to its end, nor has an app worked on it. */
export async function isUnfinished(tx: Tx, name: string): Promise<boolean> {
  const { rows } = await tx.raw("SELECT to_regclass('backups') IS NOT NULL AS found");
  if (!rows[0].found) return false;
  // it had itself under way when it was made; a restore that ends, and an app that makes the next one, say otherwise
  const { rows: own } = await tx.raw("SELECT FROM backups WHERE name = ? AND state = 'running'", [name]);
  return own.length > 0;
}

export async function entries(db: Knex, before: number | undefined, limit: number): Promise<Entry[]> {
  const { rows } = await db.raw(
    `SELECT ${COLUMNS} FROM backups WHERE id < coalesce(:before::bigint, 9223372036854775807) ORDER BY id DESC LIMIT :limit`,
    { before: before ?? null, limit },
  );
  return rows;
}

export async function entryOf(db: Knex, id: number): Promise<Entry | undefined> {
  const { rows } = await db.raw(`SELECT ${COLUMNS} FROM backups WHERE id = ?`, [id]);
  return rows[0];
}

export async function namesDrilled(db: Knex): Promise<string[]> {
  const { rows } = await db.raw("SELECT name FROM backups WHERE state = 'good' AND drill IN ('ok', 'findings')");
  return rows.map(({ name }: { name: string }) => name);
}

export interface Summary {
  /** when this system began to have backups */
  since: Date;
  lastGood: Entry | undefined;
  /** the last that has ended, however */
  last: Entry | undefined;
  /** the last that was proven or found wanting */
  lastDrill: Entry | undefined;
  isRunning: boolean;
}

/**
 * Of those that are made each night and by people. One that was set aside before an upgrade, or before the way back, is copied nowhere and
 * its books were not looked at: it is no reason to leave tonight's out, nor to tell that all is well.
 */
export async function summaryOf(db: Knex): Promise<Summary> {
  const one = async (rows: Promise<{ rows: Entry[] }>) => (await rows).rows[0];
  const { rows } = await db.raw(
    `SELECT coalesce((SELECT min(migration_time) FROM knex_migrations WHERE name LIKE 'backup/%'), now()) AS since,
       ${AT_WORK} AS "isRunning"`,
  );
  return {
    ...rows[0],
    lastGood: await one(
      db.raw(
        `SELECT ${COLUMNS} FROM backups WHERE state = 'good' AND removed_at IS NULL AND ${REGULAR} ORDER BY started_at DESC, id DESC LIMIT 1`,
      ),
    ),
    last: await one(
      db.raw(`SELECT ${COLUMNS} FROM backups WHERE state <> 'running' AND ${REGULAR} ORDER BY id DESC LIMIT 1`),
    ),
    lastDrill: await one(
      db.raw(`SELECT ${COLUMNS} FROM backups WHERE drill <> 'none' AND ${REGULAR} ORDER BY drill_at DESC LIMIT 1`),
    ),
  };
}
