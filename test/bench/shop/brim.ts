/** Fills the sums of reports as full as any number of sales can make them: every product is sold on every day. */

import { monthsOf } from "../../../plugins/reports/period.ts";
import { recountMonth } from "../../../plugins/reports/queries/counting.ts";
import type { Shop } from "../../harness/shop.ts";

/** From the month of one day to another; answers how many sums were missing. The books stay as they are, so that the sums are wrong then. */
export async function fillToTheBrim({ db, kernel }: Shop, from: string, to: string): Promise<number> {
  const { rows } = await db.raw(
    `SELECT to_char(day, 'YYYY-MM-DD') AS day
     FROM generate_series(date_trunc('month', cast(:from AS timestamp)), cast(:to AS timestamp), interval '1 day') day ORDER BY 1`,
    { from, to },
  );
  const days = rows.map(({ day }: { day: string }) => day);
  let added = 0;
  for (const day of days) for (const one of [PRODUCTS, GOODS]) added += (await db.raw(one, { day })).rowCount;
  for (const { from: month } of monthsOf(days))
    await kernel.db.transaction(async (tx) => {
      await tx.raw("SET LOCAL statement_timeout = 0");
      await recountMonth(tx, month);
    });
  return added;
}

const PRODUCTS = `INSERT INTO report_products
  SELECT d.store_id, d.business_date, p.id, s.currency, 7, 7000 + p.id, 0, 0, 0, p.price_minor * 6, p.price_minor, p.price_minor * 7, p.cost_minor * 7
  FROM report_days d CROSS JOIN products p CROSS JOIN (SELECT currency FROM sales LIMIT 1) s WHERE d.business_date = cast(:day AS date)
  ON CONFLICT DO NOTHING`;
const GOODS = `INSERT INTO report_goods
  SELECT d.store_id, d.business_date, p.id, 7000 + p.id, 0, p.cost_minor * 7
  FROM report_days d CROSS JOIN products p WHERE d.business_date = cast(:day AS date) ON CONFLICT DO NOTHING`;
