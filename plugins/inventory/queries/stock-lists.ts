/** Reads of the stock: what is on hand, what runs low. */
import type { Knex } from "knex";
import type { Product } from "../domain.ts";
import { STOCKED } from "./goods.ts";
import { PRODUCT_COLUMNS, PRODUCT_JOINS, type ProductRow, STORE, type StoreId, toProduct } from "./rows.ts";

export type OnHand = Product & { sortKey: string };

const LOW = "p.reorder_point_milli > 0 AND coalesce(i.on_hand_milli, 0) <= p.reorder_point_milli";

/** `low`: only those at or under their reorder point. `notCounting`: none that an open count of the store has. */
export interface OnHandFilter {
  low?: boolean;
  notCounting?: boolean;
}

const COUNTED_IN = "SELECT FROM stock_count_lines o WHERE o.open AND o.product_id = p.id AND o.store_id =";

/** Active products of a store by name. */
export async function onHand(
  db: Knex,
  storeId: StoreId,
  { low, notCounting }: OnHandFilter,
  after: { sortKey: string; id: number } | undefined,
  limit: number,
): Promise<OnHand[]> {
  const { rows } = await db.raw(
    `SELECT ${PRODUCT_COLUMNS}, p.sort_key FROM products p ${PRODUCT_JOINS}
     WHERE p.active AND p.kind IN ${STOCKED} AND (p.sort_key, p.id) > (:sortKey, :id) ${low ? `AND ${LOW}` : ""} ${notCounting ? `AND NOT EXISTS (${COUNTED_IN} ${STORE})` : ""}
     ORDER BY p.sort_key, p.id LIMIT :limit`,
    { sortKey: after?.sortKey ?? "", id: after?.id ?? 0, storeId: storeId ?? null, limit },
  );
  return rows.map((row: ProductRow & { sort_key: string }) => ({ ...toProduct(row), sortKey: row.sort_key }));
}

/** Of each of the stores in which something is low, by id. */
export async function countLow(
  db: Knex,
  storeIds: readonly number[],
  { notCounting }: Pick<OnHandFilter, "notCounting">,
): Promise<{ storeId: number; low: number }[]> {
  const { rows } = await db.raw(
    `SELECT store.id AS "storeId", count(*) AS low FROM unnest(:storeIds::bigint[]) AS store (id) CROSS JOIN products p
       LEFT JOIN inventory i ON i.product_id = p.id AND i.store_id = store.id
     WHERE p.active AND p.kind IN ${STOCKED} AND ${LOW} ${notCounting ? `AND NOT EXISTS (${COUNTED_IN} store.id)` : ""}
     GROUP BY store.id ORDER BY store.id`,
    { storeIds: [...storeIds] },
  );
  return rows;
}

export interface ShelfOf {
  storeId: number;
  onHandMilli: number;
  /** an open count of the store has it */
  counting: boolean;
}

/** How much of a product stands in each store, by store. */
export async function shelvesOf(db: Knex, productId: number): Promise<ReadonlyMap<number, ShelfOf>> {
  const { rows } = await db.raw(
    `SELECT i.store_id AS "storeId", i.on_hand_milli AS "onHandMilli", EXISTS (SELECT FROM stock_count_lines l
       WHERE l.open AND l.store_id = i.store_id AND l.product_id = i.product_id) AS counting
     FROM inventory i WHERE i.product_id = ?`,
    [productId],
  );
  return new Map(rows.map((row: ShelfOf) => [row.storeId, row]));
}
