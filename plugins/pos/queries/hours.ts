/** At which hours a store sells: for whoever looks for sales at an unusual one. */
import type { Knex } from "knex";

export interface HourOfSales {
  /** of the day, 0 to 23, in the store's time zone */
  hour: number;
  /** days with a sale in that hour, before the last day that was looked at */
  usualDays: number;
  /** sales in that hour on the last day */
  sales: number;
  /** the first of those */
  firstId: number | undefined;
  firstNumber: string | undefined;
}

/** `day`: the business day that is looked at, YYYY-MM-DD; beside it the `before` days before it. */
export async function hoursOfSales(
  db: Knex,
  asked: { storeId: number; day: string; before: number; timeZone: string },
): Promise<{ days: number; hours: HourOfSales[] }> {
  const { rows } = await db.raw(
    `WITH rung AS (
       SELECT id, number, business_date, extract(hour FROM created_at AT TIME ZONE :timeZone)::int AS hour FROM sales
       WHERE store_id = :storeId AND kind = 'sale'
         AND business_date BETWEEN cast(:day AS date) - cast(:before AS int) AND cast(:day AS date)
     )
     SELECT hour, count(DISTINCT business_date) FILTER (WHERE business_date < cast(:day AS date))::int AS "usualDays",
       (count(*) FILTER (WHERE business_date = cast(:day AS date)))::int AS sales,
       min(id) FILTER (WHERE business_date = cast(:day AS date)) AS "firstId",
       (array_agg(number ORDER BY id) FILTER (WHERE business_date = cast(:day AS date)))[1] AS "firstNumber",
       (SELECT count(DISTINCT business_date)::int FROM rung WHERE business_date < cast(:day AS date)) AS days
     FROM rung GROUP BY hour ORDER BY hour`,
    asked,
  );
  return {
    days: rows[0]?.days ?? 0,
    hours: rows.map(({ days: _, firstId, firstNumber, ...row }: HourOfSales & { days: number }) => ({
      ...row,
      firstId: firstId ?? undefined,
      firstNumber: firstNumber ?? undefined,
    })),
  };
}
