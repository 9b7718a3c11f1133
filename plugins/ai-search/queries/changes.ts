/** SQL of what changed in the catalogue, in the order in which every instance hears of it. */
import type { Knex } from "knex";
import type { Tx } from "../../../kernel/db/database.ts";

/** in place of a product: the words that mean the same are others now */
export const SYNONYMS_CHANGED = 0;

export async function recordChanges(tx: Tx, productIds: readonly number[]): Promise<void> {
  await tx.raw("INSERT INTO search_changes (product_id) SELECT * FROM unnest(:ids::bigint[])", {
    ids: [...productIds],
  });
}

/** Ids are given out before they are committed: one that is smaller may appear later, so the last few seconds are read again. */
export async function changesAfter(db: Knex, id: number, limit: number): Promise<{ id: number; productId: number }[]> {
  const { rows } = await db.raw("SELECT id, product_id FROM search_changes WHERE id > :id ORDER BY id LIMIT :limit", {
    id,
    limit,
  });
  return rows.map((row: { id: number; product_id: number }) => ({ id: row.id, productId: row.product_id }));
}

/** Where to go on from: everything before it was committed when the catalogue was read. */
export async function lastSettledChange(db: Knex, before: Date): Promise<number> {
  const { rows } = await db.raw("SELECT coalesce(max(id), 0) AS id FROM search_changes WHERE created_at < ?", [before]);
  return rows[0].id;
}

export async function forgetChanges(db: Knex, before: Date): Promise<void> {
  await db.raw("DELETE FROM search_changes WHERE created_at < ?", [before]);
}
