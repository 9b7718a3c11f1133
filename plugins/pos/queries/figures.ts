/** SQL of what is told to whoever watches from afar. */
import type { Knex } from "knex";
import type { StoreDay } from "../api.ts";

export interface TenderDay {
  storeId: number;
  method: string;
  currency: string;
  /** minor units, less what was given back */
  amountMinor: number;
}

/** What came in on each store's business day, by tender. */
export async function tendersOfDays(db: Knex, days: readonly StoreDay[]): Promise<TenderDay[]> {
  const { rows } = await db.raw(
    `SELECT s.store_id AS "storeId", p.method, s.currency, sum(p.amount_minor)::bigint AS "amountMinor"
     FROM unnest(:storeIds::bigint[], :dates::date[]) AS day (store_id, business_date)
       JOIN sales s USING (store_id, business_date) JOIN payments p ON p.sale_id = s.id
     GROUP BY s.store_id, p.method, s.currency`,
    { storeIds: days.map(({ storeId }) => storeId), dates: days.map(({ businessDate }) => businessDate) },
  );
  return rows;
}

export interface OpenShifts {
  storeId: number;
  open: number;
  oldest: Date | null;
}

/** Of every store that is in use and does business. */
export async function openShifts(db: Knex): Promise<OpenShifts[]> {
  const { rows } = await db.raw(
    `SELECT store.id AS "storeId", count(shift.id)::int AS open, min(shift.opened_at) AS oldest
     FROM stores store LEFT JOIN (SELECT s.* FROM open_shifts JOIN shifts s ON s.id = shift_id) AS shift
       ON shift.store_id = store.id
     WHERE store.active AND NOT store.training GROUP BY store.id ORDER BY store.id`,
  );
  return rows;
}
