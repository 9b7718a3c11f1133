/** At which hours a store sells: for whoever looks for sales at an unusual one. */
import type { Knex } from "knex";

export interface HourOfSales {
  /** business day that is looked at, YYYY-MM-DD */
  day: string;
  /** of the day, 0 to 23, in the store's time zone */
  hour: number;
  /** sales in that hour of the day */
  sales: number;
  /** the first of those */
  firstId: number;
  firstNumber: string;
  /** who sold in it, by id */
  userIds: number[];
  /** of the `before` days before it: those with any sale, and those with one in that hour */
  days: number;
  usualDays: number;
}

/** The hours with a sale on each of the last `looked` business days, `day` the last of them, beside the `before` days before each. */
export async function hoursOfSales(
  db: Knex,
  asked: { storeId: number; day: string; looked: number; before: number; timeZone: string },
): Promise<HourOfSales[]> {
  const { rows } = await db.raw(
    `WITH rung AS MATERIALIZED (
       SELECT business_date AS day, extract(hour FROM created_at AT TIME ZONE :timeZone)::int AS hour, count(*)::int AS sales,
         min(id) AS first_id, array_agg(DISTINCT user_id) AS user_ids
       FROM sales WHERE store_id = :storeId AND kind = 'sale'
         AND business_date BETWEEN cast(:day AS date) - cast(:before AS int) - cast(:looked AS int) + 1 AND cast(:day AS date)
       GROUP BY 1, 2
     )
     SELECT to_char(r.day, 'YYYY-MM-DD') AS day, r.hour, r.sales, r.first_id AS "firstId", s.number AS "firstNumber", r.user_ids AS "userIds",
       u.days, u."usualDays"
     FROM rung r JOIN sales s ON s.id = r.first_id CROSS JOIN LATERAL (
       SELECT count(DISTINCT b.day)::int AS days, (count(*) FILTER (WHERE b.hour = r.hour))::int AS "usualDays"
       FROM rung b WHERE b.day BETWEEN r.day - cast(:before AS int) AND r.day - 1) u
     WHERE r.day > cast(:day AS date) - cast(:looked AS int) ORDER BY r.day, r.hour`,
    asked,
  );
  return rows;
}
