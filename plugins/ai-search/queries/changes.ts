/** SQL of what changed in the catalogue, in the order in which every instance hears of it. */
import type { Knex } from "knex";
import type { Tx } from "../../../kernel/db/database.ts";

/** in place of a product: the words that mean the same are others now */
export const SYNONYMS_CHANGED = 0;
/** in place of a product: each instance is to count anew what sells and what people look for */
export const DEMAND_CHANGED = -1;
/** in place of a change that was forgotten, as was all before it: who did not read it in time has missed something */
export const FORGOTTEN = -2;

/** One after the other, each until its commit: whoever has read a change has read all with a smaller id, and reads on from there. */
export async function recordChanges(tx: Tx, productIds: readonly number[], occurredAt?: Date): Promise<void> {
  await tx.raw("SELECT pg_advisory_xact_lock(hashtextextended('search_changes', 0))");
  await tx.raw(
    "INSERT INTO search_changes (product_id, occurred_at) SELECT id, :occurredAt FROM unnest(:ids::bigint[]) AS id",
    { ids: [...productIds], occurredAt: occurredAt ?? null },
  );
}

export interface Change {
  id: number;
  productId: number;
  /** seconds since it was true, by the clock of the database; undefined: nobody wrote that down */
  age: number | undefined;
}

export async function changesAfter(db: Knex, id: number, limit: number): Promise<Change[]> {
  const { rows } = await db.raw(
    `SELECT id, product_id, extract(epoch FROM clock_timestamp() - occurred_at)::float8 AS age
     FROM search_changes WHERE id > :id ORDER BY id LIMIT :limit`,
    { id, limit },
  );
  return rows.map((row: { id: number; product_id: number; age: number | null }) => ({
    id: row.id,
    productId: row.product_id,
    age: row.age ?? undefined,
  }));
}

/** Where to go on from: what it and those before it tell of was committed before. */
export async function lastChange(db: Knex): Promise<number> {
  const { rows } = await db.raw("SELECT coalesce(max(id), 0) AS id FROM search_changes");
  return rows[0].id;
}

/** All up to the last one from before then; in its place a mark stays. */
export async function forgetChanges(tx: Tx, before: Date): Promise<void> {
  const { rows } = await tx.raw("SELECT max(id) AS last FROM search_changes WHERE created_at < ?", [before]);
  const { last } = rows[0];
  await tx.raw("DELETE FROM search_changes WHERE id < ?", [last]);
  await tx.raw("UPDATE search_changes SET product_id = :forgotten WHERE id = :last", { forgotten: FORGOTTEN, last });
}
