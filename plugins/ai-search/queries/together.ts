/** SQL of what goes together. */
import type { Knex } from "knex";
import type { Tx } from "../../../kernel/db/database.ts";
import type { BoughtTogether } from "../../inventory/api.ts";

const BATCH = 5000;

/** All at once: whoever reads sees the old table or the new one. */
export async function replaceTogether(tx: Tx, pairs: readonly BoughtTogether[]): Promise<void> {
  await tx.raw("DELETE FROM bought_together");
  for (let at = 0; at < pairs.length; at += BATCH) {
    await tx.raw(
      `INSERT INTO bought_together (product_id, other_id, together, sales, score)
       SELECT * FROM jsonb_to_recordset(:pairs::jsonb) AS p (product_id bigint, other_id bigint, together int, sales int, score float8)`,
      {
        pairs: JSON.stringify(
          pairs.slice(at, at + BATCH).map((one) => ({
            product_id: one.productId,
            other_id: one.otherId,
            together: one.together,
            sales: one.sales,
            score: one.score,
          })),
        ),
      },
    );
  }
}

/** Partners of any of these that are none of these, best first. */
export async function partnersOf(
  db: Knex,
  productIds: readonly number[],
  limit: number,
): Promise<{ productId: number; otherId: number; together: number; sales: number; score: number }[]> {
  const { rows } = await db.raw(
    `SELECT other_id, sum(score)::float8 AS total, (array_agg(product_id ORDER BY score DESC))[1] AS product_id,
       (array_agg(together ORDER BY score DESC))[1] AS together, (array_agg(sales ORDER BY score DESC))[1] AS sales
     FROM bought_together WHERE product_id = ANY(:ids::bigint[]) AND other_id <> ALL(:ids::bigint[])
     GROUP BY other_id ORDER BY total DESC, other_id LIMIT :limit`,
    { ids: [...productIds], limit },
  );
  return rows.map((row: { product_id: number; other_id: number; together: number; sales: number; total: number }) => ({
    productId: row.product_id,
    otherId: row.other_id,
    together: row.together,
    sales: row.sales,
    score: row.total,
  }));
}
