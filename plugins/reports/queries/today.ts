/** SQL of the home page: how today goes against the same weekday of the weeks before, and which shifts are open. */
import type { Knex } from "knex";

export interface StoreNow {
  storeId: number;
  /** YYYY-MM-DD, its business day */
  day: string;
  /** of its clock, 0 to 23 */
  hour: number;
  dayCutoffHour: number;
}

export interface TodayOfStore {
  storeId: number;
  /** until the hour began */
  untilMinor: number;
  /** what the same weekday had until then, on average of those on which the store sold; null: there was none */
  usualMinor: number | null;
}

/** `weeks`: how many of the same weekday are looked back at. */
export async function todayOf(db: Knex, stores: readonly StoreNow[], weeks: number): Promise<TodayOfStore[]> {
  const { rows } = await db.raw(
    `SELECT n.store_id AS "storeId",
       coalesce(sum(h.total_minor) FILTER (WHERE h.business_date = n.day AND h.is_before), 0)::bigint AS "untilMinor",
       round(coalesce(sum(h.total_minor) FILTER (WHERE h.business_date < n.day AND h.is_before), 0)::numeric
         / nullif(count(DISTINCT h.business_date) FILTER (WHERE h.business_date < n.day), 0))::bigint AS "usualMinor"
     FROM unnest(:ids::bigint[], :days::date[], :hours::int[], :cutoffs::int[]) AS n (store_id, day, hour, cutoff)
       LEFT JOIN LATERAL (
         SELECT business_date, total_minor,
           -- a business day begins at its cut-off
           (r.hour - n.cutoff + 24) % 24 < (n.hour - n.cutoff + 24) % 24 AS is_before
         FROM report_hours r
         WHERE r.store_id = n.store_id AND r.business_date = ANY(ARRAY(SELECT n.day - 7 * w FROM generate_series(0, cast(:weeks AS int)) w))
       ) h ON true
     GROUP BY n.store_id ORDER BY n.store_id`,
    {
      ids: stores.map(({ storeId }) => storeId),
      days: stores.map(({ day }) => day),
      hours: stores.map(({ hour }) => hour),
      cutoffs: stores.map(({ dayCutoffHour }) => dayCutoffHour),
      weeks,
    },
  );
  return rows;
}

export interface OpenShift {
  id: number;
  register: string;
  storeId: number;
  userName: string;
  openedAt: Date;
}

export async function openShifts(db: Knex, storeIds: readonly number[]): Promise<OpenShift[]> {
  const { rows } = await db.raw(
    `SELECT s.id, r.name AS register, s.store_id AS "storeId", s.user_name AS "userName", s.opened_at AS "openedAt"
     FROM open_shifts o JOIN shifts s ON s.id = o.shift_id JOIN registers r ON r.id = s.register_id
     WHERE s.store_id = ANY(:storeIds::bigint[]) ORDER BY s.opened_at LIMIT 50`,
    { storeIds: [...storeIds] },
  );
  return rows;
}
