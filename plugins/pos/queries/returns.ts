/** SQL of what takes sales back. */
import type { Knex } from "knex";
import type { Tx } from "../../../kernel/db/database.ts";
import type { DocumentKind, Payment } from "../domain.ts";
import type { TakenBack } from "../returning.ts";

/** Those who take back of one sale follow each other. False: there is none. */
export async function lockSale(tx: Tx, id: number): Promise<boolean> {
  const { rows } = await tx.raw("SELECT 1 FROM sales WHERE id = ? FOR UPDATE", [id]);
  return rows.length > 0;
}

export interface TakingBack {
  id: number;
  kind: DocumentKind;
  /** below zero */
  totalMinor: number;
}

/** The documents that take a sale back, oldest first, what they took of each of its lines, and what they refunded. */
export async function takenBack(
  db: Knex,
  saleId: number,
): Promise<{ documents: TakingBack[]; lines: Map<number, TakenBack>; refunds: Payment[] }> {
  const documents = await db.raw(
    `SELECT id, kind, total_minor AS "totalMinor" FROM sales WHERE returns_sale_id = ? ORDER BY id`,
    [saleId],
  );
  const lines = await db.raw(
    `SELECT i.returns_line AS line, -sum(i.quantity_milli)::bigint AS "quantityMilli", -sum(i.total_minor)::bigint AS "totalMinor",
       -sum(i.tax_minor)::bigint AS "taxMinor", -sum(i.discount_minor)::bigint AS "discountMinor",
       -coalesce(sum(i.promotion_minor), 0)::bigint AS "promotionMinor"
     FROM sales r JOIN sale_items i ON i.sale_id = r.id WHERE r.returns_sale_id = ? GROUP BY i.returns_line`,
    [saleId],
  );
  const refunds = await db.raw(
    `SELECT p.method, sum(p.amount_minor)::bigint AS "amountMinor"
     FROM sales r JOIN payments p ON p.sale_id = r.id WHERE r.returns_sale_id = ? GROUP BY p.method`,
    [saleId],
  );
  return {
    documents: documents.rows,
    lines: new Map(lines.rows.map(({ line, ...taken }: TakenBack & { line: number }) => [line, taken])),
    refunds: refunds.rows.map((one: Payment) => ({ ...one, reference: undefined })),
  };
}
