/** SQL of what waits to be printed. */
import type { Knex } from "knex";
import type { Tx } from "../../../kernel/db/database.ts";
import type { NewJob, PrintJob } from "../printing/domain.ts";

const JOB = `j.id, j.printer_id, p.name AS printer_name, j.kind, j.sale_id, s.number AS sale_number, j.shift_id, r.name AS register_name,
  z.z_number, j.copy, j.state, j.repeated,
  j.tries, j.next_try_at, j.last_error, j.created_at`;
const FROM = `FROM print_jobs j JOIN printers p ON p.id = j.printer_id LEFT JOIN sales s ON s.id = j.sale_id
  LEFT JOIN shifts h ON h.id = j.shift_id LEFT JOIN registers r ON r.id = h.register_id
  LEFT JOIN shift_closings z ON z.shift_id = j.shift_id`;

/** The new job's id; undefined: the sale's receipt is in the queue already. */
export async function insertJob(tx: Tx, job: NewJob, now: Date): Promise<number | undefined> {
  const { rows } = await tx.raw(
    `INSERT INTO print_jobs (printer_id, kind, sale_id, shift_id, copy, next_try_at, created_at)
     VALUES (:printerId, :kind, :saleId, :shiftId, :copy, :now, :now)
     ON CONFLICT (sale_id) WHERE kind = 'receipt' DO NOTHING RETURNING id`,
    {
      printerId: job.printerId,
      kind: job.kind,
      saleId: "saleId" in job ? job.saleId : null,
      shiftId: "shiftId" in job ? job.shiftId : null,
      copy: ("copy" in job ? job.copy : undefined) ?? null,
      now,
    },
  );
  return rows[0]?.id;
}

export interface JobFilter {
  before: number | undefined;
  limit: number;
  open: boolean;
  /** what is of no store, as a test page, is everybody's */
  storeIds: readonly number[];
}

const STORE = "coalesce(s.store_id, h.store_id)";

/** The store whose document it prints; undefined: none, or no such job. */
export async function storeOfJob(db: Knex, id: number): Promise<number | undefined> {
  const { rows } = await db.raw(
    `SELECT ${STORE} AS store_id FROM print_jobs j LEFT JOIN sales s ON s.id = j.sale_id LEFT JOIN shifts h ON h.id = j.shift_id
     WHERE j.id = ?`,
    [id],
  );
  return rows[0]?.store_id ?? undefined;
}

/** Newest first, one more than `limit`; `open`: only what is not done or cancelled. */
export async function listJobs(db: Knex, { before, limit, open, storeIds }: JobFilter): Promise<PrintJob[]> {
  const { rows } = await db.raw(
    `SELECT ${JOB} ${FROM} WHERE (:before::bigint IS NULL OR j.id < :before)
       ${open ? "AND j.state IN ('queued', 'sending', 'failed')" : ""}
       AND (${STORE} IS NULL OR ${STORE} = ANY(:storeIds::bigint[])) ORDER BY j.id DESC LIMIT :count`,
    { before: before ?? null, count: limit + 1, storeIds: [...storeIds] },
  );
  return rows.map(toJob);
}

export async function findJob(db: Knex, id: number): Promise<PrintJob | undefined> {
  const { rows } = await db.raw(`SELECT ${JOB} ${FROM} WHERE j.id = ?`, [id]);
  return rows[0] && toJob(rows[0]);
}

/** Printers whose first waiting job is due and to which nobody sends. */
export async function duePrinters(db: Knex, now: Date): Promise<number[]> {
  const { rows } = await db.raw(
    `SELECT p.id FROM printers p CROSS JOIN LATERAL (
       SELECT next_try_at FROM print_jobs WHERE printer_id = p.id AND state IN ('queued', 'sending') ORDER BY id LIMIT 1) j
     WHERE p.active AND (p.busy_until IS NULL OR p.busy_until <= :now) AND j.next_try_at <= :now`,
    { now },
  );
  return rows.map((row: { id: number }) => row.id);
}

/**
 * The first waiting job of a printer, which is the caller's to send until `until`; undefined: somebody else sends, or nothing
 * is due. A job that is found half sent was left by a process that died: it is marked as repeated.
 */
export async function claimJob(tx: Tx, printerId: number, now: Date, until: Date): Promise<PrintJob | undefined> {
  const { rowCount } = await tx.raw(
    `SELECT FROM printers WHERE id = :printerId AND active AND (busy_until IS NULL OR busy_until <= :now)
     FOR NO KEY UPDATE SKIP LOCKED`,
    { printerId, now },
  );
  if (rowCount === 0) return undefined;
  const { rows } = await tx.raw(
    `UPDATE print_jobs SET repeated = repeated OR state = 'sending', state = 'sending', tries = tries + 1
     WHERE next_try_at <= :now AND id = (
       SELECT id FROM print_jobs WHERE printer_id = :printerId AND state IN ('queued', 'sending') ORDER BY id LIMIT 1)
     RETURNING id`,
    { printerId, now },
  );
  if (!rows[0]) return undefined;
  await tx.raw("UPDATE printers SET busy_until = :until WHERE id = :printerId", { printerId, until });
  return findJob(tx, rows[0].id);
}

export interface Outcome {
  state: "queued" | "done" | "failed";
  repeated: boolean;
  nextTryAt: Date;
  error: string | undefined;
  doneAt: Date | undefined;
}

/** What became of a try; the printer is free again. What somebody cancelled meanwhile stays cancelled. */
export async function settleJob(tx: Tx, job: Pick<PrintJob, "id" | "printerId">, outcome: Outcome): Promise<void> {
  await tx.raw(
    `UPDATE print_jobs SET state = :state, repeated = :repeated, next_try_at = :nextTryAt, last_error = :error,
       done_at = :doneAt WHERE id = :id AND state = 'sending'`,
    { ...outcome, error: outcome.error ?? null, doneAt: outcome.doneAt ?? null, id: job.id },
  );
  await tx.raw("UPDATE printers SET busy_until = NULL WHERE id = ?", [job.printerId]);
}

/** False: it is neither waiting nor failed. */
export async function requeueJob(tx: Tx, id: number, now: Date): Promise<boolean> {
  const { rowCount } = await tx.raw(
    `UPDATE print_jobs SET state = 'queued', next_try_at = :now, tries = CASE WHEN state = 'failed' THEN 0 ELSE tries END
     WHERE id = :id AND state IN ('queued', 'failed')`,
    { id, now },
  );
  return rowCount === 1;
}

/** False: it is done, or just being sent. */
export async function cancelJob(tx: Tx, id: number): Promise<boolean> {
  const { rowCount } = await tx.raw(
    "UPDATE print_jobs SET state = 'cancelled' WHERE id = ? AND state IN ('queued', 'failed')",
    [id],
  );
  return rowCount === 1;
}

export interface QueueStats {
  waiting: number;
  failed: number;
  /** of the job that waits longest */
  oldest: Date | undefined;
}

export async function queueStats(db: Knex): Promise<QueueStats> {
  const { rows } = await db.raw(
    `SELECT count(*) FILTER (WHERE state <> 'failed') AS waiting, count(*) FILTER (WHERE state = 'failed') AS failed,
       min(created_at) FILTER (WHERE state <> 'failed') AS oldest
     FROM print_jobs WHERE state IN ('queued', 'sending', 'failed')`,
  );
  const [row] = rows;
  return { waiting: row.waiting, failed: row.failed, oldest: row.oldest ?? undefined };
}

export async function deleteOldJobs(db: Knex, before: Date): Promise<number> {
  const { rowCount } = await db.raw(
    "DELETE FROM print_jobs WHERE created_at < ? AND state IN ('done', 'cancelled', 'failed')",
    [before],
  );
  return rowCount;
}

// biome-ignore lint/suspicious/noExplicitAny: a row as pg gives it
function toJob(row: any): PrintJob {
  return {
    id: row.id,
    printerId: row.printer_id,
    printerName: row.printer_name,
    kind: row.kind,
    saleId: row.sale_id ?? undefined,
    saleNumber: row.sale_number ?? undefined,
    shift:
      row.shift_id === null
        ? undefined
        : { id: row.shift_id, registerName: row.register_name, zNumber: row.z_number ?? undefined },
    copy: row.copy ?? undefined,
    state: row.state,
    repeated: row.repeated,
    tries: row.tries,
    nextTryAt: row.next_try_at,
    lastError: row.last_error ?? undefined,
    createdAt: row.created_at,
  };
}
