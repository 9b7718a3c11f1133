/** SQL of opening stock. */
import type { Knex } from "knex";
import type { Tx } from "../../../kernel/db/database.ts";

export interface Opened {
  /** anything but an opening moved it in this store */
  moved: boolean;
  /** with which it was opened; null: not yet, or moved since */
  openedMilli: number | null;
  counted: boolean;
}

/** By product; one that has no shelf in the store is not there. */
export async function openings(db: Knex, storeId: number, productIds: readonly number[]): Promise<Map<number, Opened>> {
  const { rows } = await db.raw(
    `SELECT shelf.product_id AS id, shelf.counted, shelf.moved,
       CASE WHEN NOT shelf.moved THEN (SELECT sum(m.quantity_milli)::bigint FROM stock_movements m
         WHERE m.store_id = shelf.store_id AND m.product_id = shelf.product_id) END AS "openedMilli"
     FROM (
       SELECT i.store_id, i.product_id, i.counted, EXISTS (SELECT FROM stock_movements m
         WHERE m.store_id = i.store_id AND m.product_id = i.product_id AND m.reason <> 'opening') AS moved
       FROM inventory i WHERE i.store_id = :storeId AND i.product_id = ANY(:ids::bigint[]) OFFSET 0) AS shelf`,
    { storeId, ids: [...productIds] },
  );
  return new Map(rows.map(({ id, ...state }: Opened & { id: number }) => [id, state]));
}

/** Somebody has looked: from now on the shelf sells no more than it has. */
export async function markCounted(tx: Tx, storeId: number, productIds: readonly number[]): Promise<void> {
  await tx.raw(
    "UPDATE inventory SET counted = true WHERE store_id = :storeId AND product_id = ANY(:ids::bigint[]) AND NOT counted",
    { storeId, ids: [...productIds] },
  );
}
