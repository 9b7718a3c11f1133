/** What was sold where business is done, by the ledger of stock: what goes often, and what goes together. */
import type { Knex } from "knex";
import type { BoughtTogether, Demand } from "../api.ts";
import { IN_BUSINESS } from "./rows.ts";

/** Documents in which each product was sold, those of `halfLifeDays` ago counting half. */
export async function demandSince(db: Knex, since: Date, now: Date, halfLifeDays: number): Promise<Demand[]> {
  const { rows } = await db.raw(
    `SELECT product_id, count(*)::int AS sales,
       sum(power(0.5, extract(epoch FROM cast(:now AS timestamptz) - created_at) / 86400 / :halfLife::numeric))::float8 AS weight
     FROM stock_movements WHERE document_type = 'sale' AND quantity_milli < 0 AND created_at >= :since AND ${IN_BUSINESS} GROUP BY product_id`,
    { since, now, halfLife: halfLifeDays },
  );
  return rows.map((row: { product_id: number; sales: number; weight: number }) => ({
    productId: row.product_id,
    sales: row.sales,
    weight: row.weight,
  }));
}

/**
 * Pairs that stood on one document, with how often each did: the best `most` partners of each product, by together / (own * other^a) of
 * M. Deshpande, G. Karypis, "Item-based top-N recommendation algorithms" (2004), shrunk where there are few.
 */
export async function boughtTogetherSince(
  db: Knex,
  asked: {
    since: Date;
    most: number;
    /** undefined: all products */
    only: readonly number[] | undefined;
    /** lines that came back */
    gone: readonly { saleId: number; productId: number }[];
  },
): Promise<BoughtTogether[]> {
  const { since, most, only, gone } = asked;
  const { rows } = await db.raw(
    `WITH gone AS (
       SELECT * FROM unnest(:goneSales::bigint[], :goneProducts::bigint[]) AS g (document_id, product_id)
     ), lines AS NOT MATERIALIZED (
       SELECT m.document_id, m.product_id FROM stock_movements m
       WHERE m.document_type = 'sale' AND m.quantity_milli < 0 AND m.created_at >= :since AND ${IN_BUSINESS}
         AND NOT EXISTS (SELECT 1 FROM gone g WHERE g.document_id = m.document_id AND g.product_id = m.product_id)
     ), pairs AS (
       SELECT a.product_id AS one, b.product_id AS other, count(*)::int AS together
       FROM lines a JOIN lines b ON b.document_id = a.document_id AND b.product_id <> a.product_id
       WHERE cast(:only AS bigint[]) IS NULL OR a.product_id = ANY(cast(:only AS bigint[]))
       GROUP BY 1, 2 HAVING count(*) >= 2
     ), counts AS (
       SELECT product_id, count(*)::int AS sales FROM lines
       WHERE product_id IN (SELECT one FROM pairs UNION SELECT other FROM pairs) GROUP BY product_id
     ), ranked AS (
       SELECT p.one, p.other, p.together, c.sales, p.together / (c.sales + 5.0) / power(d.sales, 0.3) AS score,
         row_number() OVER (PARTITION BY p.one
           ORDER BY p.together / (c.sales + 5.0) / power(d.sales, 0.3) DESC, p.other) AS place
       FROM pairs p JOIN counts c ON c.product_id = p.one JOIN counts d ON d.product_id = p.other
     )
     SELECT one, other, together, sales, score::float8 FROM ranked WHERE place <= :most ORDER BY one, place`,
    {
      since,
      most,
      only: only === undefined ? null : [...only],
      goneSales: gone.map(({ saleId }) => saleId),
      goneProducts: gone.map(({ productId }) => productId),
    },
  );
  return rows.map((row: { one: number; other: number; together: number; sales: number; score: number }) => ({
    productId: row.one,
    otherId: row.other,
    together: row.together,
    sales: row.sales,
    score: row.score,
  }));
}
