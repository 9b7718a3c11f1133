/** Reads of the stock: what is on hand, what runs low, what moved. */
import type { Knex } from "knex";
import type { Movement, Product } from "../domain.ts";
import { STOCKED } from "./goods.ts";
import { PRODUCT_COLUMNS, PRODUCT_JOINS, type ProductRow, type StoreId, toProduct } from "./rows.ts";
import { type MovementRow, toMovement } from "./stock.ts";

export type OnHand = Product & { sortKey: string };

const LOW = "p.reorder_point_milli > 0 AND coalesce(i.on_hand_milli, 0) <= p.reorder_point_milli";

/** Active products of a store by name; `low`: only those at or under their reorder point. */
export async function onHand(
  db: Knex,
  storeId: StoreId,
  low: boolean,
  after: { sortKey: string; id: number } | undefined,
  limit: number,
): Promise<OnHand[]> {
  const { rows } = await db.raw(
    `SELECT ${PRODUCT_COLUMNS}, p.sort_key FROM products p ${PRODUCT_JOINS}
     WHERE p.active AND p.kind IN ${STOCKED} AND (p.sort_key, p.id) > (:sortKey, :id) ${low ? `AND ${LOW}` : ""}
     ORDER BY p.sort_key, p.id LIMIT :limit`,
    { sortKey: after?.sortKey ?? "", id: after?.id ?? 0, storeId: storeId ?? null, limit },
  );
  return rows.map((row: ProductRow & { sort_key: string }) => ({ ...toProduct(row), sortKey: row.sort_key }));
}

/** Of each of the stores in which something is low, by id. */
export async function countLow(db: Knex, storeIds: readonly number[]): Promise<{ storeId: number; low: number }[]> {
  const { rows } = await db.raw(
    `SELECT store.id AS "storeId", count(*) AS low FROM unnest(:storeIds::bigint[]) AS store (id) CROSS JOIN products p
       LEFT JOIN inventory i ON i.product_id = p.id AND i.store_id = store.id
     WHERE p.active AND p.kind IN ${STOCKED} AND ${LOW} GROUP BY store.id ORDER BY store.id`,
    { storeIds: [...storeIds] },
  );
  return rows;
}

/** How much of a product stands in each store, by store. */
export async function shelvesOf(db: Knex, productId: number): Promise<ReadonlyMap<number, number>> {
  const { rows } = await db.raw(
    `SELECT store_id AS "storeId", on_hand_milli AS "onHandMilli" FROM inventory WHERE product_id = ?`,
    [productId],
  );
  return new Map(rows.map((row: { storeId: number; onHandMilli: number }) => [row.storeId, row.onHandMilli]));
}

export interface MovementFilter {
  productId?: number | undefined;
  storeIds: readonly number[];
}

/** Newest first, before the id given. */
export async function movements(
  db: Knex,
  { productId, storeIds }: MovementFilter,
  before: number | undefined,
  limit: number,
): Promise<Movement[]> {
  const { rows } = await db.raw(
    `SELECT ${MOVEMENT_COLUMNS}
     WHERE m.id < :before AND m.store_id = ANY(:storeIds::bigint[]) ${productId === undefined ? "" : "AND m.product_id = :productId"}
     ORDER BY m.id DESC LIMIT :limit`,
    { before: before ?? Number.MAX_SAFE_INTEGER, productId: productId ?? 0, storeIds: [...storeIds], limit },
  );
  return rows.map((row: MovementRow) => toMovement(row));
}

export async function movementById(db: Knex, id: number): Promise<Movement | undefined> {
  const { rows } = await db.raw(`SELECT ${MOVEMENT_COLUMNS} WHERE m.id = :id`, { id });
  return rows[0] && toMovement(rows[0]);
}

const MOVEMENT_COLUMNS = `m.id, m.store_id, s.name AS store_name, m.product_id, p.sku, p.name, p.unit, m.reason, m.quantity_milli, m.balance_milli,
  m.cost_minor, m.document_type, m.document_id, m.document_number, m.note, m.user_name, m.created_at
  FROM stock_movements m JOIN products p ON p.id = m.product_id JOIN stores s ON s.id = m.store_id`;
