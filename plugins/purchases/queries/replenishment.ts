/** SQL of what is on its way, and of whom things are bought from. */
import type { Knex } from "knex";
import type { Tx } from "../../../kernel/db/database.ts";
import type { OpenLine } from "../awaited.ts";
import type { Supplier } from "../domain.ts";

/** Until the transaction ends nobody else orders by what is suggested for the store. */
export async function lockSuggestions(tx: Tx, storeId: number): Promise<void> {
  await tx.raw("SELECT pg_advisory_xact_lock(hashtextextended(?, 0))", [`purchases suggestions ${storeId}`]);
}

type OpenRow = Omit<OpenLine, "sentOn"> & { sentAt: Date | null };

/** What the store's orders that are not complete lack, by order; drafts have no day on which they were sent. */
export async function openLines(db: Knex, storeId: number): Promise<OpenRow[]> {
  const { rows } = await db.raw(
    `SELECT o.id AS "orderId", l.product_id AS "productId", l.quantity_milli - l.received_milli AS milli,
       s.lead_time_days AS "leadTimeDays", CASE WHEN o.status <> 'draft' THEN coalesce(o.sent_at, o.created_at) END AS "sentAt"
     FROM purchase_orders o JOIN purchase_order_lines l ON l.order_id = o.id JOIN suppliers s ON s.id = o.supplier_id
     WHERE o.store_id = :storeId AND o.status IN ('draft', 'sent', 'partly_received') AND l.quantity_milli > l.received_milli
     ORDER BY o.id, l.line`,
    { storeId },
  );
  return rows;
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

export type Terms = Pick<Supplier, "id" | "name" | "leadTimeDays" | "minimumMinor">;

/** By name. */
export async function termsOf(db: Knex, supplierIds: readonly number[]): Promise<ReadonlyMap<number, Terms>> {
  const { rows } = await db.raw(
    `SELECT id, name, lead_time_days AS "leadTimeDays", minimum_minor AS "minimumMinor" FROM suppliers WHERE id = ANY(:ids::bigint[]) ORDER BY sort_name, id`,
    { ids: [...supplierIds] },
  );
  return new Map(rows.map((row: Terms) => [row.id, row]));
}

export interface CostRise {
  productId: number;
  sku: string;
  name: string;
  supplierName: string;
  /** of a unit after the discount, minor units of `currency` */
  beforeMinor: number;
  afterMinor: number;
  currency: string;
  at: Date;
}

/** By product; only between deliveries in one currency. Of a delivery the dearest line counts: what came free beside it cost nothing. */
export async function costRises(db: Knex, storeId: number, since: Date): Promise<CostRise[]> {
  const { rows } = await db.raw(
    `SELECT * FROM (
       SELECT DISTINCT ON (l.product_id) l.product_id AS "productId", l.sku, l.name, d.supplier_name AS "supplierName",
         before.unit_cost_minor AS "beforeMinor", l.unit_cost_minor AS "afterMinor", d.currency, d.created_at AS at
       FROM purchase_documents d JOIN purchase_document_lines l ON l.document_id = d.id
         JOIN products p ON p.id = l.product_id AND p.active
         LEFT JOIN LATERAL (
           SELECT b.unit_cost_minor FROM purchase_document_lines b JOIN purchase_documents o ON o.id = b.document_id
           WHERE b.product_id = l.product_id AND b.unit_cost_minor > 0 AND b.document_id < d.id
             AND o.kind = 'receipt' AND o.store_id = :storeId AND o.currency = d.currency
           ORDER BY b.document_id DESC, b.unit_cost_minor DESC LIMIT 1) before ON true
       WHERE d.kind = 'receipt' AND d.store_id = :storeId AND d.created_at >= :since AND l.unit_cost_minor > 0
       ORDER BY l.product_id, l.document_id DESC, l.unit_cost_minor DESC) last
     WHERE "afterMinor" > "beforeMinor" ORDER BY "productId" LIMIT 5000`,
    { storeId, since },
  );
  return rows;
}
