/** Imports as rows: the file in parts, the state, the faults. */
import type { Knex } from "knex";
import type { Tx } from "../db/database.ts";
import type { Fault } from "./fault.ts";
import type { Layout } from "./layout.ts";
import type { ImportCounts, ImportState, ListImport } from "./state.ts";

const COLUMNS = `id, owner, list, permission, file_name AS "fileName", status, dry_run AS "dryRun", atomic, layout, total, processed, created, updated,
  unchanged, failed, preview, fault, user_id AS "userId", user_name AS "userName", address, store_id AS "storeId", created_at AS "createdAt"`;

export async function insertImport(
  tx: Tx,
  one: {
    owner: string;
    list: string;
    permission: string;
    fileName: string;
    storeId: number | null;
    dryRun: boolean;
    atomic: boolean;
    layout: Layout;
    total: number;
    user: { id: number; username: string };
    address: string | null;
    now: Date;
  },
): Promise<ListImport> {
  const { rows } = await tx.raw(
    `INSERT INTO list_imports (owner, list, permission, file_name, store_id, status, dry_run, atomic, layout, total, user_id, user_name, address,
       created_at)
     VALUES (:owner, :list, :permission, :fileName, :storeId, 'checking', :dryRun, :atomic, :layout, :total, :userId, :userName, :address, :now) RETURNING ${COLUMNS}`,
    { ...one, layout: JSON.stringify(one.layout), userId: one.user.id, userName: one.user.username, user: null },
  );
  return rows[0];
}

const PART_BYTES = 262_144;

export async function insertParts(tx: Tx, importId: number, content: Buffer): Promise<void> {
  for (let part = 0; part * PART_BYTES < content.length; part += 1) {
    const piece = content.subarray(part * PART_BYTES, (part + 1) * PART_BYTES);
    await tx.raw("INSERT INTO list_import_parts (import_id, part, content) VALUES (:importId, :part, :piece)", {
      importId,
      part,
      piece,
    });
  }
}

export async function importPart(db: Knex, importId: number, part: number): Promise<Buffer | undefined> {
  const { rows } = await db.raw("SELECT content FROM list_import_parts WHERE import_id = :importId AND part = :part", {
    importId,
    part,
  });
  return rows[0]?.content;
}

export async function importById(db: Knex, id: number): Promise<ListImport | undefined> {
  const { rows } = await db.raw(`SELECT ${COLUMNS} FROM list_imports WHERE id = :id`, { id });
  return rows[0];
}

/** Two who work on one import wait for each other; the second sees that the first has gone on. */
export async function importForUpdate(tx: Tx, id: number): Promise<ListImport | undefined> {
  const { rows } = await tx.raw(`SELECT ${COLUMNS} FROM list_imports WHERE id = :id FOR UPDATE`, { id });
  return rows[0];
}

export async function advanceImport(
  tx: Tx,
  id: number,
  { processed, counts, preview }: { processed: number; counts: ImportCounts; preview: readonly unknown[] },
): Promise<void> {
  await tx.raw(
    `UPDATE list_imports SET processed = :processed, total = greatest(total, :processed), created = created + :created,
       updated = updated + :updated, unchanged = unchanged + :unchanged, failed = failed + :failed,
       preview = preview || :preview::jsonb
     WHERE id = :id`,
    { id, processed, ...counts, preview: JSON.stringify(preview) },
  );
}

/** The phase is over: the number of rows is known now, not guessed from line breaks. */
export async function endPhase(
  tx: Tx,
  id: number,
  end: { status: ImportState; finishedAt: Date | null; fault?: { code: string; text: string; params: object } },
): Promise<void> {
  await tx.raw(
    `UPDATE list_imports SET status = :status, total = processed, finished_at = :finishedAt, fault = :fault
     WHERE id = :id`,
    { id, status: end.status, finishedAt: end.finishedAt, fault: end.fault ? JSON.stringify(end.fault) : null },
  );
}

/** Back to the first row, for the next phase. */
export async function beginPhase(tx: Tx, id: number, status: ImportState): Promise<void> {
  await tx.raw("DELETE FROM list_import_faults WHERE import_id = :id", { id });
  await tx.raw(
    `UPDATE list_imports SET status = :status, dry_run = false, processed = 0, created = 0, updated = 0, unchanged = 0,
       failed = 0, preview = '[]' WHERE id = :id`,
    { id, status },
  );
}

/** Who checks a list and who has it written may be two people: the second answers for it. */
export async function takeOver(
  tx: Tx,
  id: number,
  user: { id: number; username: string },
  address: string | null,
): Promise<void> {
  await tx.raw("UPDATE list_imports SET user_id = :userId, user_name = :userName, address = :address WHERE id = :id", {
    id,
    userId: user.id,
    userName: user.username,
    address,
  });
}

export async function dropParts(tx: Tx, importId: number): Promise<void> {
  await tx.raw("DELETE FROM list_import_parts WHERE import_id = :importId", { importId });
}

export async function insertFaults(tx: Tx, importId: number, faults: readonly Fault[]): Promise<void> {
  if (faults.length === 0) return;
  const places = new Map<number, number>();
  const place = (row: number) => {
    const next = (places.get(row) ?? 0) + 1;
    places.set(row, next);
    return next;
  };
  await tx.raw(
    `INSERT INTO list_import_faults (import_id, row_number, place, field, code, message, params, written)
     SELECT :importId, line.row_number, line.place, line.field, line.code, line.message, line.params::jsonb, line.written
     FROM unnest(:rows::int[], :places::int[], :fields::text[], :codes::text[], :messages::text[], :params::text[],
       :written::text[]) AS line (row_number, place, field, code, message, params, written)`,
    {
      importId,
      rows: faults.map(({ row }) => row),
      places: faults.map(({ row }) => place(row)),
      fields: faults.map(({ field }) => field),
      codes: faults.map(({ code }) => code),
      messages: faults.map(({ message }) => message),
      params: faults.map(({ params }) => JSON.stringify(params)),
      written: faults.map(({ written }) => written),
    },
  );
}

export type FaultPlace = { row: number; place: number };
export type KeptFault = Fault & { place: number };

/** In the order of the file, after the place given. */
export async function faultsAfter(
  db: Knex,
  importId: number,
  after: FaultPlace | undefined,
  limit: number,
): Promise<KeptFault[]> {
  const { rows } = await db.raw(
    `SELECT row_number AS row, place, field, code, message, params, written FROM list_import_faults
     WHERE import_id = :importId AND (row_number, place) > (:row, :place) ORDER BY row_number, place LIMIT :limit`,
    { importId, row: after?.row ?? 0, place: after?.place ?? 0, limit },
  );
  return rows;
}
