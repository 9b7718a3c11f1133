/** SQL of tenders. */
import type { Knex } from "knex";
import type { Tx } from "../../../kernel/db/database.ts";
import type { Tender } from "../domain.ts";

interface Row {
  code: string;
  kind: Tender["kind"];
  name: string | null;
  needs_reference: boolean;
  active: boolean;
  provider: string | null;
}

export async function listTenders(db: Knex): Promise<Tender[]> {
  const { rows } = await db.raw(
    "SELECT code, kind, name, needs_reference, active, provider FROM tenders ORDER BY position, code LIMIT 200",
  );
  return rows.map((row: Row) => ({
    code: row.code,
    kind: row.kind,
    name: row.name ?? undefined,
    needsReference: row.needs_reference,
    active: row.active,
    provider: row.provider ?? undefined,
  }));
}

/** False: the code is taken. */
export async function insertTender(tx: Tx, tender: Tender): Promise<boolean> {
  const { rowCount } = await tx.raw(
    `INSERT INTO tenders (code, kind, name, needs_reference, active, provider, position)
     SELECT :code, :kind, :name, :needsReference, :active, :provider, coalesce(max(position), 0) + 1 FROM tenders
     ON CONFLICT (code) DO NOTHING`,
    { ...tender, name: tender.name ?? null, provider: tender.provider ?? null },
  );
  return rowCount === 1;
}

export async function updateTender(tx: Tx, tender: Omit<Tender, "kind">): Promise<void> {
  await tx.raw(
    "UPDATE tenders SET name = :name, needs_reference = :needsReference, active = :active, provider = :provider WHERE code = :code",
    { ...tender, name: tender.name ?? null, provider: tender.provider ?? null },
  );
}
