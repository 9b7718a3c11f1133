/** SQL of files of long reports. */
import type { Knex } from "knex";
import type { Tx } from "../../../kernel/db/database.ts";
import type { FORMATS } from "../schema.ts";

export interface ReportFile {
  id: number;
  userId: number;
  report: string;
  format: (typeof FORMATS)[number];
  storeIds: number[];
  /** costs are in it */
  costs: boolean;
  state: "waiting" | "making" | "done" | "failed";
  linesDone: number;
  linesAll: number;
  bytes: number;
  type: string | null;
  filename: string | null;
  beatAt: Date;
}

/** How many that person has waiting or being made; nobody else starts one of theirs until the transaction ends. */
export async function lockAndCountMaking(tx: Tx, userId: number, beatAfter: Date): Promise<number> {
  await tx.raw("SELECT pg_advisory_xact_lock(hashtextextended('report files ' || cast(? AS text), 0))", [userId]);
  const { rows } = await tx.raw(
    "SELECT count(*)::int AS n FROM report_files WHERE user_id = :userId AND state IN ('waiting', 'making') AND beat_at > :beatAfter",
    { userId, beatAfter },
  );
  return rows[0].n;
}

export async function insertFile(
  tx: Tx,
  file: Pick<ReportFile, "userId" | "report" | "format" | "storeIds" | "costs" | "linesAll"> & { now: Date },
): Promise<number> {
  const { rows } = await tx.raw(
    `INSERT INTO report_files (user_id, report, format, store_ids, costs, lines_all, created_at, beat_at)
     VALUES (:userId, :report, :format, :storeIds::bigint[], :costs, :linesAll, :now, :now) RETURNING id`,
    file,
  );
  return rows[0].id;
}

export async function fileById(db: Knex, id: number): Promise<ReportFile | undefined> {
  const { rows } = await db.raw(
    `SELECT id, user_id AS "userId", report, format, store_ids AS "storeIds", costs, state, lines_done AS "linesDone", lines_all AS "linesAll", bytes, type, filename,
       beat_at AS "beatAt"
     FROM report_files WHERE id = ?`,
    [id],
  );
  return rows[0];
}

export async function addPart(
  db: Knex,
  at: { id: number; part: number; linesDone: number; now: Date },
  content: Buffer,
): Promise<void> {
  await db.raw(
    `WITH added AS (INSERT INTO report_file_parts (file_id, part, content) VALUES (:id, :part, :content))
     UPDATE report_files SET lines_done = :linesDone, bytes = bytes + :size, beat_at = :now WHERE id = :id`,
    { ...at, content, size: content.length },
  );
}

export async function beginFile(db: Knex, id: number, now: Date): Promise<void> {
  await db.raw("UPDATE report_files SET state = 'making', beat_at = ? WHERE id = ?", [now, id]);
}

export async function beat(db: Knex, id: number, now: Date): Promise<void> {
  await db.raw("UPDATE report_files SET beat_at = ? WHERE id = ?", [now, id]);
}

export async function finishFile(
  db: Knex,
  id: number,
  { linesDone, type, filename }: { linesDone: number; type: string; filename: string },
): Promise<void> {
  await db.raw(
    "UPDATE report_files SET state = 'done', lines_done = :linesDone, lines_all = :linesDone, type = :type, filename = :filename WHERE id = :id",
    { id, linesDone, type, filename },
  );
}

export async function failFile(db: Knex, id: number): Promise<void> {
  await db.raw(
    "WITH gone AS (DELETE FROM report_file_parts WHERE file_id = :id) UPDATE report_files SET state = 'failed' WHERE id = :id",
    { id },
  );
}

export async function partOf(db: Knex, id: number, part: number): Promise<Buffer | undefined> {
  const { rows } = await db.raw("SELECT content FROM report_file_parts WHERE file_id = ? AND part = ?", [id, part]);
  return rows[0]?.content;
}

/** Of that person, all that are made but the newest so many. */
export async function keepNewest(tx: Tx, userId: number, kept: number): Promise<void> {
  await tx.raw(
    `DELETE FROM report_files WHERE id IN (
       SELECT id FROM report_files WHERE user_id = :userId AND state IN ('done', 'failed') ORDER BY id DESC OFFSET :kept)`,
    { userId, kept },
  );
}

/** Of before then, and what its maker left behind. */
export async function deleteFiles(db: Knex, before: Date, beatBefore: Date): Promise<number> {
  const { rowCount } = await db.raw(
    "DELETE FROM report_files WHERE created_at < :before OR (state <> 'done' AND beat_at < :beatBefore)",
    { before, beatBefore },
  );
  return rowCount;
}
