/** SQL of what customers bought. */
import type { Knex } from "knex";
import { pageOfEachSql } from "../../../kernel/db/page-of-each.ts";
import { GREATEST_ID } from "../../../kernel/db/within-days.ts";

export interface Bought {
  /** of those sales that were not taken back whole; returns count against the sum */
  sales: number;
  /** by currency, minor units */
  totals: { currency: string; totalMinor: number }[];
  lastAt: Date | undefined;
  /** bought most often first, what came back taken off */
  favourites: { productId: number; sku: string; name: string; unit: string; times: number; quantityMilli: number }[];
}

/** nobody's taste is better known by more */
const DOCUMENTS = 500;
const FAVOURITES = 8;

const NEWEST = pageOfEachSql({
  table: "sales",
  keys: ["customer_id"],
  of: "SELECT unnest(:ids::bigint[])",
  where: ["customer_id IS NOT NULL", "store_id = ANY(:storeIds::bigint[])"],
  ids: { first: "0", last: GREATEST_ID },
  order: "newest",
});

/** Of all the ids that one customer has had, in those stores; favourites by the newest documents. */
export async function boughtBy(db: Knex, ids: readonly number[], storeIds: readonly number[]): Promise<Bought> {
  const bound = { ids: [...ids], storeIds: [...storeIds], limit: DOCUMENTS, favourites: FAVOURITES };
  const [totals, favourites] = await Promise.all([
    db.raw(
      `SELECT currency, sum(total)::bigint AS "totalMinor", (count(*) FILTER (WHERE kept))::int AS sales, max(at) FILTER (WHERE kept) AS "lastAt"
       FROM (SELECT currency, sum(total_minor) AS total, min(created_at) AS at, bool_and(kind = 'sale') OR sum(total_minor) > 0 AS kept
           FROM sales WHERE customer_id = ANY(:ids::bigint[]) AND store_id = ANY(:storeIds::bigint[])
           GROUP BY currency, coalesce(returns_sale_id, id)) bought
       GROUP BY currency ORDER BY sales DESC, currency`,
      bound,
    ),
    db.raw(
      `SELECT product_id AS "productId", (array_agg(sku ORDER BY last DESC))[1] AS sku, (array_agg(name ORDER BY last DESC))[1] AS name,
         (array_agg(unit ORDER BY last DESC))[1] AS unit, (count(*) FILTER (WHERE milli > 0))::int AS times, sum(milli)::bigint AS "quantityMilli"
       FROM (SELECT i.product_id, max(s.id) AS last, (array_agg(i.sku ORDER BY s.id DESC))[1] AS sku,
             (array_agg(i.name ORDER BY s.id DESC))[1] AS name, (array_agg(i.unit ORDER BY s.id DESC))[1] AS unit, sum(i.quantity_milli) AS milli
           FROM (SELECT id, coalesce(returns_sale_id, id) AS sale FROM sales WHERE id IN (${NEWEST})) s
             JOIN sale_items i ON i.sale_id = s.id
           GROUP BY i.product_id, s.sale) bought
       GROUP BY product_id HAVING sum(milli) > 0
       ORDER BY times DESC, "quantityMilli" DESC, product_id LIMIT :favourites`,
      bound,
    ),
  ]);
  const rows: { currency: string; totalMinor: number; sales: number; lastAt: Date | null }[] = totals.rows;
  const last = rows.flatMap(({ lastAt }) => (lastAt ? [lastAt] : [])).sort((a, b) => b.getTime() - a.getTime())[0];
  return {
    sales: rows.reduce((count, row) => count + row.sales, 0),
    totals: rows.map(({ currency, totalMinor }) => ({ currency, totalMinor })),
    lastAt: last,
    favourites: favourites.rows,
  };
}
