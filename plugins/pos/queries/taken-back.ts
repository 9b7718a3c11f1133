/** SQL of what came back, for what is bought together. */
import type { Knex } from "knex";

/** Products of which all that a sale sold has come back by documents since then. */
export async function wholeTakenBack(db: Knex, since: Date): Promise<{ saleId: number; productId: number }[]> {
  const { rows } = await db.raw(
    `WITH back AS (
       SELECT r.returns_sale_id AS sale_id, o.product_id, -sum(i.quantity_milli * o.factor_milli) AS quantity
       FROM sales r
       JOIN sale_items i ON i.sale_id = r.id
       JOIN sale_items o ON o.sale_id = r.returns_sale_id AND o.line = i.returns_line
       WHERE r.returns_sale_id IN (SELECT returns_sale_id FROM sales WHERE returns_sale_id IS NOT NULL AND created_at >= :since)
       GROUP BY 1, 2
     )
     SELECT b.sale_id AS "saleId", b.product_id AS "productId" FROM back b
     WHERE b.quantity >= (SELECT sum(o.quantity_milli * o.factor_milli) FROM sale_items o
       WHERE o.sale_id = b.sale_id AND o.product_id = b.product_id)`,
    { since },
  );
  return rows;
}
