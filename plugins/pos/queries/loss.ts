/** SQL of loss insight: what each cashier did, by kind, between two business dates (both included). */
import type { Knex } from "knex";
import type { LossFact } from "../loss-insight.ts";
import { byHandSql, differencesSql, loweredBySql, loweredSql } from "./loss-rules.ts";

/** Counts and sums of each person and kind; a discount's and a lowered price's sum is what was taken off, a difference's what was missing or over. */
export async function lossFacts(
  db: Knex,
  range: { from: string; to: string; currency: string; storeIds: readonly number[] },
): Promise<{ userId: number; userName: string; facts: LossFact[] }[]> {
  const { rows } = await db.raw(
    `WITH documents AS (
       SELECT id, user_id, user_name, kind, returns_sale_id, total_minor, discount_minor FROM sales
       WHERE business_date BETWEEN cast(:from AS date) AND cast(:to AS date) AND currency = :currency
         AND store_id = ANY(:storeIds::bigint[])
     ), days AS (
       SELECT id FROM shifts WHERE business_date BETWEEN cast(:from AS date) AND cast(:to AS date) AND currency = :currency
         AND store_id = ANY(:storeIds::bigint[])
     ), facts AS (
       SELECT user_id, max(user_name) AS user_name, kind, count(*) AS count, sum(total_minor) AS amount
         FROM documents GROUP BY user_id, kind
       UNION ALL
       SELECT user_id, max(user_name), 'discount', count(*), sum(by_hand)
         FROM (SELECT d.user_id, d.user_name,
             ${byHandSql("d.discount_minor", "(SELECT sum(promotion_minor) FROM sale_items i WHERE i.sale_id = d.id)")} AS by_hand
           FROM documents d WHERE d.kind = 'sale' AND d.discount_minor > 0) given
         WHERE by_hand > 0 GROUP BY user_id
       UNION ALL
       SELECT o.user_id, max(o.user_name), 'voided', count(*), sum(d.total_minor)
         FROM documents d JOIN sales o ON o.id = d.returns_sale_id WHERE d.kind = 'void' GROUP BY o.user_id
       UNION ALL
       SELECT d.user_id, max(d.user_name), 'price', count(*), sum(${loweredBySql()})
         FROM documents d JOIN ${loweredSql()} GROUP BY d.user_id
       UNION ALL
       SELECT o.user_id, max(o.user_name), 'drawer', count(*), 0
         FROM days JOIN drawer_openings o ON o.shift_id = days.id GROUP BY o.user_id
       UNION ALL
       SELECT c.user_id, max(c.user_name), 'difference', count(*), sum(c.difference_minor)
         FROM ${differencesSql()} WHERE d.id IN (SELECT id FROM days) GROUP BY c.user_id
     )
     SELECT user_id AS "userId", max(user_name) AS "userName",
       jsonb_agg(jsonb_build_object('kind', kind, 'count', count, 'amountMinor', amount)) AS facts
     FROM facts GROUP BY user_id ORDER BY max(user_name), user_id LIMIT 500`,
    { ...range, storeIds: [...range.storeIds] },
  );
  return rows;
}
