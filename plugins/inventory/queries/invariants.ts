/** SQL of the invariants of stock. */
import type { Knex } from "knex";
import type { Scope } from "../../../kernel/invariant.ts";

/**
 * What is on hand is the sum of its ledger, and the balance of its last movement. Of what moved since then when it is asked
 * for that; the ledger's end is read by id, since it has no index by time.
 */
export async function stockThatDiffers(db: Knex, { since, limit }: Scope): Promise<string[]> {
  const { rows } = await db.raw(
    `WITH moved AS (
       SELECT store_id, product_id FROM inventory WHERE cast(:since AS timestamptz) IS NULL
       UNION
       SELECT store_id, product_id FROM (SELECT store_id, product_id, created_at FROM stock_movements
         WHERE cast(:since AS timestamptz) IS NOT NULL ORDER BY id DESC LIMIT 20000) newest WHERE created_at >= :since
     ), sums AS (
       SELECT m.store_id, m.product_id, coalesce(sum(l.quantity_milli), 0) AS milli, count(l.id) AS movements,
         (array_agg(l.balance_milli ORDER BY l.id DESC))[1] AS balance
       FROM moved m LEFT JOIN stock_movements l ON l.product_id = m.product_id AND l.store_id = m.store_id
       GROUP BY m.store_id, m.product_id
     )
     SELECT p.sku, s.store_id, i.on_hand_milli AS on_hand, s.milli, s.balance
     FROM sums s JOIN products p ON p.id = s.product_id
       LEFT JOIN inventory i ON i.store_id = s.store_id AND i.product_id = s.product_id
     WHERE i.on_hand_milli IS DISTINCT FROM s.milli OR (s.movements > 0 AND s.balance <> s.milli)
     ORDER BY s.store_id, s.product_id LIMIT :limit`,
    { since: since ?? null, limit },
  );
  return rows.map(
    (row: { sku: string; store_id: number; on_hand: number | null; milli: string; balance: number | null }) =>
      `product ${row.sku} in store ${row.store_id}: ${row.on_hand} on hand, ${row.milli} by its ledger, ${row.balance} at its end (thousandths)`,
  );
}
