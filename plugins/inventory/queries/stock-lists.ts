/** Reads of the stock: what is on hand, what runs low, what moved. */
import type { Knex } from "knex";
import type { Movement, Product } from "../domain.ts";
import { STOCKED } from "./goods.ts";
import { PRODUCT_COLUMNS, PRODUCT_JOINS, type ProductRow, STORE, type StoreId, toProduct } from "./rows.ts";
import { type MovementRow, toMovement } from "./stock.ts";

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

export interface MovementFilter {
  productId?: number | undefined;
  storeIds: readonly number[];
  reason?: string | undefined;
  /** first and last day, `YYYY-MM-DD`, in `timeZone` */
  from?: string | undefined;
  to?: string | undefined;
  timeZone?: string | undefined;
  /** true: nothing of what an open count has */
  notCounting?: boolean | undefined;
}

const NOTHING_COUNTED =
  "NOT EXISTS (SELECT FROM stock_count_lines o WHERE o.open AND o.store_id = m.store_id AND o.product_id = m.product_id)";

const CONDITIONS = {
  productId: "m.product_id = :productId",
  reason: "m.reason = :reason",
  from: "m.created_at >= (:from::date)::timestamp AT TIME ZONE :timeZone",
  to: "m.created_at < (:to::date + 1)::timestamp AT TIME ZONE :timeZone",
} as const;

function matchingSql(filter: MovementFilter): string {
  const wanted = (Object.keys(CONDITIONS) as (keyof typeof CONDITIONS)[]).filter((key) => filter[key] !== undefined);
  const shown = filter.notCounting ? [NOTHING_COUNTED] : [];
  return ["m.store_id = ANY(:storeIds::bigint[])", ...shown, ...wanted.map((key) => CONDITIONS[key])].join(" AND ");
}

function bound(filter: MovementFilter): Record<string, string | number | number[]> {
  const { notCounting: _, ...rest } = filter;
  const given = Object.entries({ timeZone: "UTC", ...rest }).filter(([, value]) => value !== undefined);
  return { ...Object.fromEntries(given), storeIds: [...filter.storeIds] };
}

/** Newest first, before the id given. */
export async function movements(
  db: Knex,
  filter: MovementFilter,
  before: number | undefined,
  limit: number,
): Promise<Movement[]> {
  const { rows } = await db.raw(
    `SELECT ${MOVEMENT_COLUMNS} WHERE m.id < :before AND ${matchingSql(filter)} ORDER BY m.id DESC LIMIT :limit`,
    { ...bound(filter), before: before ?? Number.MAX_SAFE_INTEGER, limit },
  );
  return rows.map((row: MovementRow) => toMovement(row));
}

/** Oldest first, after the id given: for the export. */
export async function movementsAfter(
  db: Knex,
  filter: MovementFilter,
  after: number,
  limit: number,
): Promise<Movement[]> {
  const { rows } = await db.raw(
    `SELECT ${MOVEMENT_COLUMNS} WHERE m.id > :after AND ${matchingSql(filter)} ORDER BY m.id LIMIT :limit`,
    { ...bound(filter), after, limit },
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
