/** SQL of what is on its way, and of whom things are bought from. */
import type { Knex } from "knex";

/** Awaited by store's orders that are not complete, drafts too: what is written down is not suggested twice. */
export async function onOrder(db: Knex, storeId: number): Promise<ReadonlyMap<number, number>> {
  const { rows } = await db.raw(
    `SELECT l.product_id AS id, sum(greatest(l.quantity_milli - l.received_milli, 0))::bigint AS milli
     FROM purchase_orders o JOIN purchase_order_lines l ON l.order_id = o.id
     WHERE o.store_id = ? AND o.status IN ('draft', 'sent', 'partly_received') GROUP BY l.product_id`,
    [storeId],
  );
  return new Map(rows.map((row: { id: number; milli: number }) => [row.id, row.milli]));
}

/** The active supplier who brought each product last, or of whom it was ordered last; those never bought are left out. */
export async function usualSuppliers(db: Knex, productIds: readonly number[]): Promise<ReadonlyMap<number, number>> {
  const { rows } = await db.raw(
    `SELECT wanted.id, s.id AS "supplierId" FROM unnest(:productIds::bigint[]) AS wanted (id)
     LEFT JOIN LATERAL (
       SELECT d.supplier_id FROM purchase_document_lines l JOIN purchase_documents d ON d.id = l.document_id
       WHERE l.product_id = wanted.id AND d.kind = 'receipt' ORDER BY l.document_id DESC LIMIT 1) brought ON true
     LEFT JOIN LATERAL (
       SELECT o.supplier_id FROM purchase_order_lines l JOIN purchase_orders o ON o.id = l.order_id
       WHERE l.product_id = wanted.id ORDER BY l.order_id DESC LIMIT 1) ordered ON brought.supplier_id IS NULL
     JOIN suppliers s ON s.id = coalesce(brought.supplier_id, ordered.supplier_id) AND s.active`,
    { productIds: [...productIds] },
  );
  return new Map(rows.map((row: { id: number; supplierId: number }) => [row.id, row.supplierId]));
}

export interface LeadTime {
  id: number;
  name: string;
  leadTimeDays: number;
}

export async function leadTimes(db: Knex, supplierIds: readonly number[]): Promise<ReadonlyMap<number, LeadTime>> {
  const { rows } = await db.raw(
    `SELECT id, name, lead_time_days AS "leadTimeDays" FROM suppliers WHERE id = ANY(:ids::bigint[]) ORDER BY sort_name, id`,
    { ids: [...supplierIds] },
  );
  return new Map(rows.map((row: LeadTime) => [row.id, row]));
}
