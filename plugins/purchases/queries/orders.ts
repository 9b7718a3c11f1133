/** SQL of purchase orders. */
import type { Knex } from "knex";
import type { Tx } from "../../../kernel/db/database.ts";
import { type Line, type Order, type OrderHead, type OrderStatus, orderNumber } from "../domain.ts";

// biome-ignore lint/suspicious/noExplicitAny: a row as pg gives it
type Row = any;

const HEAD = `o.id, o.store_id, s.name AS store_name, o.supplier_id, p.name AS supplier_name, o.status, o.currency, o.total_minor,
  o.note, o.user_name, o.version, o.created_at, o.sent_at
  FROM purchase_orders o JOIN stores s ON s.id = o.store_id JOIN suppliers p ON p.id = o.supplier_id`;

function headOf(row: Row): OrderHead {
  return {
    id: row.id,
    storeId: row.store_id,
    storeName: row.store_name,
    supplierId: row.supplier_id,
    supplierName: row.supplier_name,
    status: row.status,
    currency: row.currency,
    totalMinor: row.total_minor,
    note: row.note ?? undefined,
    userName: row.user_name,
    version: row.version,
    createdAt: row.created_at,
    sentAt: row.sent_at ?? undefined,
  };
}

export interface NewOrder {
  storeId: number;
  supplierId: number;
  currency: string;
  totalMinor: number;
  note: string | undefined;
  user: { id: number; username: string };
  now: Date;
}

export async function insertOrder(tx: Tx, order: NewOrder): Promise<number> {
  const { user, note, ...rest } = order;
  const { rows } = await tx.raw(
    `INSERT INTO purchase_orders (store_id, supplier_id, currency, total_minor, note, user_id, user_name, created_at)
     VALUES (:storeId, :supplierId, :currency, :totalMinor, :note, :userId, :userName, :now) RETURNING id`,
    { ...rest, note: note ?? null, userId: user.id, userName: user.username },
  );
  return rows[0].id;
}

/** Of a draft: nothing was received yet. */
export async function replaceLines(tx: Tx, orderId: number, lines: readonly Line[]): Promise<void> {
  await tx.raw("DELETE FROM purchase_order_lines WHERE order_id = ?", [orderId]);
  await tx.raw(
    `INSERT INTO purchase_order_lines (order_id, line, product_id, quantity_milli, cost_minor, discount_bp, total_minor)
     SELECT :orderId, row_number() OVER (ORDER BY line.place), line.product, line.quantity, line.cost, line.discount, line.total
     FROM unnest(:products::bigint[], :quantities::bigint[], :costs::bigint[], :discounts::int[], :totals::bigint[])
       WITH ORDINALITY AS line (product, quantity, cost, discount, total, place)`,
    {
      orderId,
      products: lines.map(({ productId }) => productId),
      quantities: lines.map(({ quantityMilli }) => quantityMilli),
      costs: lines.map(({ costMinor }) => costMinor),
      discounts: lines.map(({ discountBp }) => discountBp),
      totals: lines.map(({ totalMinor }) => totalMinor),
    },
  );
}

export async function updateDraft(tx: Tx, id: number, totalMinor: number, note: string | undefined): Promise<void> {
  await tx.raw(
    "UPDATE purchase_orders SET total_minor = :totalMinor, note = :note, version = version + 1 WHERE id = :id",
    { id, totalMinor, note: note ?? null },
  );
}

export async function setStatus(tx: Tx, id: number, status: OrderStatus, sentAt?: Date): Promise<void> {
  await tx.raw(
    `UPDATE purchase_orders SET status = :status, sent_at = coalesce(cast(:sentAt AS timestamptz), sent_at),
       version = version + 1 WHERE id = :id`,
    { id, status, sentAt: sentAt ?? null },
  );
}

export async function addReceived(tx: Tx, orderId: number, received: ReadonlyMap<number, number>): Promise<void> {
  await tx.raw(
    `UPDATE purchase_order_lines l SET received_milli = l.received_milli + came.quantity
     FROM unnest(:products::bigint[], :quantities::bigint[]) AS came (product, quantity)
     WHERE l.order_id = :orderId AND l.product_id = came.product`,
    { orderId, products: [...received.keys()], quantities: [...received.values()] },
  );
}

/** `lock`: nobody else changes it or receives of it until this transaction ends. */
export async function orderById(db: Knex, id: number, lock = false): Promise<Order | undefined> {
  const { rows } = await db.raw(`SELECT p.minimum_minor, ${HEAD} WHERE o.id = ? ${lock ? "FOR UPDATE OF o" : ""}`, [
    id,
  ]);
  if (!rows[0]) return undefined;
  const lines = await db.raw(
    `SELECT l.line, l.product_id AS "productId", p.sku, p.name, p.unit, l.quantity_milli AS "quantityMilli",
       l.cost_minor AS "costMinor", l.discount_bp AS "discountBp", l.total_minor AS "totalMinor", l.received_milli AS "receivedMilli",
       k.pack_milli AS "packMilli"
     FROM purchase_order_lines l JOIN products p ON p.id = l.product_id
       LEFT JOIN supplier_packs k ON k.supplier_id = :supplierId AND k.product_id = l.product_id
     WHERE l.order_id = :id ORDER BY l.line`,
    { id, supplierId: rows[0].supplier_id },
  );
  return { ...headOf(rows[0]), minimumMinor: rows[0].minimum_minor, lines: lines.rows };
}

export interface OrderFilter {
  storeIds: readonly number[];
  supplierId?: number | undefined;
  status?: OrderStatus | undefined;
  before?: number | undefined;
  limit: number;
}

/** Newest first, one more than `limit`. */
export async function listOrders(db: Knex, filter: OrderFilter): Promise<OrderHead[]> {
  const { storeIds, supplierId, status, before, limit } = filter;
  const { rows } = await db.raw(
    `SELECT ${HEAD} WHERE o.store_id = ANY(:storeIds::bigint[]) AND o.id < :before
       AND (cast(:supplierId AS bigint) IS NULL OR o.supplier_id = :supplierId)
       AND (cast(:status AS text) IS NULL OR o.status = :status)
     ORDER BY o.id DESC LIMIT :limit`,
    {
      storeIds: [...storeIds],
      before: before ?? Number.MAX_SAFE_INTEGER,
      supplierId: supplierId ?? null,
      status: status ?? null,
      limit: limit + 1,
    },
  );
  return rows.map(headOf);
}

/** Of these products those that stand in an order that is neither complete nor cancelled, with its number. */
export async function openOrdersOf(tx: Tx, productIds: readonly number[]): Promise<Map<number, string>> {
  const { rows } = await tx.raw(
    `SELECT l.product_id AS "productId", min(l.order_id) AS id
     FROM purchase_order_lines l JOIN purchase_orders o ON o.id = l.order_id
     WHERE l.product_id = ANY(:ids::bigint[]) AND o.status IN ('draft', 'sent', 'partly_received') GROUP BY l.product_id`,
    { ids: [...productIds] },
  );
  return new Map(rows.map(({ productId, id }: { productId: number; id: number }) => [productId, orderNumber(id)]));
}
