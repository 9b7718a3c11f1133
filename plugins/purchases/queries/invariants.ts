/** SQL of the invariants of buying. */
import type { Knex } from "knex";
import type { Scope } from "../../../kernel/invariant.ts";

interface Said {
  said: string;
}

/** Each delivery and return moved exactly its quantities, and its total is the sum of its lines. */
export async function unevenDocuments(db: Knex, { since, limit }: Scope): Promise<string[]> {
  const { rows } = await db.raw(
    `WITH asked AS (
       SELECT id, kind, total_minor, CASE kind WHEN 'receipt' THEN 'purchase' ELSE 'supplier_return' END AS type
       FROM purchase_documents WHERE cast(:since AS timestamptz) IS NULL OR created_at >= :since
     ), lines AS (
       SELECT a.id, l.product_id, sum(l.quantity_milli)::bigint AS milli
       FROM asked a JOIN purchase_document_lines l ON l.document_id = a.id GROUP BY a.id, l.product_id
     ), moved AS (
       SELECT a.id, m.product_id, sum(m.quantity_milli)::bigint AS milli
       FROM asked a JOIN stock_movements m ON m.document_type = a.type AND m.document_id = a.id GROUP BY a.id, m.product_id
     )
     SELECT format('purchase document %s: product %s has %s in its lines, %s in the ledger of stock (thousandths)',
         coalesce(l.id, m.id), coalesce(l.product_id, m.product_id), coalesce(l.milli, 0), coalesce(m.milli, 0)) AS said
     FROM lines l FULL JOIN moved m ON m.id = l.id AND m.product_id = l.product_id WHERE l.milli IS DISTINCT FROM m.milli
     UNION ALL
     SELECT format('purchase document %s: total %s, its lines %s', a.id, a.total_minor, l.total) FROM asked a, LATERAL (
       SELECT coalesce(sum(total_minor), 0)::bigint AS total FROM purchase_document_lines WHERE document_id = a.id) l
     WHERE l.total <> a.total_minor
     LIMIT :limit`,
    { since: since ?? null, limit },
  );
  return rows.map(({ said }: Said) => said);
}

/** What an order has received is the sum of its deliveries. */
export async function unevenOrders(db: Knex, { since, limit }: Scope): Promise<string[]> {
  const { rows } = await db.raw(
    `SELECT format('order OC-%s line %s: received %s, its deliveries brought %s (thousandths)', o.order_id, o.line, o.received_milli,
         came.milli) AS said
     FROM purchase_order_lines o, LATERAL (
       SELECT coalesce(sum(l.quantity_milli), 0)::bigint AS milli
       FROM purchase_documents d JOIN purchase_document_lines l ON l.document_id = d.id
       WHERE d.order_id = o.order_id AND l.product_id = o.product_id) came
     WHERE came.milli <> o.received_milli ${since === undefined ? "" : "AND o.order_id IN (SELECT order_id FROM purchase_documents WHERE created_at >= :since)"}
     LIMIT :limit`,
    { since: since ?? null, limit },
  );
  return rows.map(({ said }: Said) => said);
}
