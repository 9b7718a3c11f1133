/** What was sold of products on each day, less what came back: for whoever forecasts. */
import type { Knex } from "knex";
import type { PriceJump, SoldByDay } from "../api.ts";
import { type BusinessDays, dayOfSql, startOfDaySql } from "./business-days.ts";

type Asked = BusinessDays & { storeId: number; productIds: readonly number[] };

const FROM = startOfDaySql("cast(:today AS date) - cast(:days AS int)");

/** The business days before `today`, the last of them yesterday; thousandths, by product; those without a sale are left out. */
export async function salesByDay(db: Knex, asked: Asked): Promise<ReadonlyMap<number, SoldByDay>> {
  const { rows } = await db.raw(
    `SELECT m.product_id AS id, ${dayOfSql("m.created_at")} - cast(:today AS date) + cast(:days AS int) AS place,
       -sum(m.quantity_milli)::bigint AS milli
     FROM stock_movements m
     WHERE m.product_id = ANY(:productIds::bigint[]) AND m.store_id = :storeId AND m.reason IN ('sale', 'return', 'void')
       AND m.created_at >= ${FROM}
       AND m.created_at < ${startOfDaySql("cast(:today AS date)")}
     GROUP BY 1, 2`,
    { ...asked, productIds: [...asked.productIds] },
  );
  const found = new Map<number, SoldByDay>();
  const before = await soldBefore(db, {
    ...asked,
    productIds: [...new Set<number>(rows.map(({ id }: { id: number }) => id))],
  });
  for (const { id, place, milli } of rows as { id: number; place: number; milli: number }[]) {
    const sold = found.get(id) ?? { milli: Array.from({ length: asked.days }, () => 0), soldBefore: before.has(id) };
    sold.milli[place] = milli;
    found.set(id, sold);
  }
  return found;
}

/** Those of the products that were sold before the first of the days; by the index of each, which is left at the first sale. */
async function soldBefore(db: Knex, asked: Asked): Promise<ReadonlySet<number>> {
  const { rows } = await db.raw(
    `SELECT wanted.id FROM unnest(:productIds::bigint[]) AS wanted (id)
     CROSS JOIN LATERAL (
       SELECT FROM stock_movements m
       WHERE m.product_id = wanted.id AND m.store_id = :storeId AND m.reason = 'sale' AND m.created_at < ${FROM}
       ORDER BY m.id LIMIT 1) sale`,
    { ...asked },
  );
  return new Set(rows.map(({ id }: { id: number }) => id));
}

/** Own prices that were changed since then and hold, beside what held until then, or the first price of what is newer: a slip that was set right is none. */
export async function priceJumps(db: Knex, since: Date): Promise<PriceJump[]> {
  const { rows } = await db.raw(
    `SELECT DISTINCT ON (c.product_id) c.product_id AS "productId", p.sku, p.name, b.price_minor AS "beforeMinor",
       c.price_minor AS "afterMinor", c.user_name AS "userName", c.created_at AS "changedAt"
     FROM price_changes c JOIN products p ON p.id = c.product_id AND p.active AND p.price_minor = c.price_minor
       CROSS JOIN LATERAL (SELECT price_minor FROM price_changes b WHERE b.product_id = c.product_id AND b.id < c.id
         AND b.price_list_id IS NULL ORDER BY b.created_at >= :since, CASE WHEN b.created_at < :since THEN -b.id ELSE b.id END LIMIT 1) b
     WHERE c.created_at >= :since AND c.price_list_id IS NULL
     ORDER BY c.product_id, c.id DESC LIMIT 10000`,
    { since },
  );
  return rows;
}
