/** SQL of the invariants of stock. */
import type { Knex } from "knex";
import type { Scope } from "../../../kernel/invariant.ts";

interface Differing {
  sku: string;
  store_id: number;
  on_hand: number | null;
  milli: number | null;
}

/** What is on hand is the sum of its ledger, and the balance at its end. */
export function stockThatDiffers(db: Knex, scope: Scope): Promise<string[]> {
  return scope.since === undefined ? wholeLedger(db, scope.limit) : newestMovements(db, scope.since, scope.limit);
}

async function wholeLedger(db: Knex, limit: number): Promise<string[]> {
  const { rows } = await db.raw(
    `WITH sums AS (
       SELECT store_id, product_id, sum(quantity_milli)::bigint AS milli, max(id) AS last FROM stock_movements
       GROUP BY store_id, product_id
     )
     SELECT p.sku, coalesce(i.store_id, s.store_id) AS store_id, i.on_hand_milli AS on_hand, coalesce(s.milli, 0) AS milli
     FROM inventory i FULL JOIN sums s ON s.store_id = i.store_id AND s.product_id = i.product_id
       JOIN products p ON p.id = coalesce(i.product_id, s.product_id)
       LEFT JOIN stock_movements m ON m.id = s.last
     WHERE i.on_hand_milli IS DISTINCT FROM coalesce(s.milli, 0) OR m.balance_milli <> s.milli
     ORDER BY 2, p.id LIMIT :limit`,
    { limit },
  );
  return rows.map(said);
}

/**
 * Of what moved since then: on hand is the balance of the last movement, and each new balance is the one before it and its
 * quantity. That reads as much as has moved, however long a product's history is. The ledger's end is found by id, since it has
 * no index by time.
 */
async function newestMovements(db: Knex, since: Date, limit: number): Promise<string[]> {
  const { rows } = await db.raw(
    `WITH fresh AS (
       SELECT * FROM (SELECT id, store_id, product_id, quantity_milli, balance_milli, created_at FROM stock_movements
         ORDER BY id DESC LIMIT 20000) newest WHERE created_at >= :since
     ), ends AS (
       SELECT DISTINCT ON (store_id, product_id) store_id, product_id, balance_milli FROM fresh
       ORDER BY store_id, product_id, id DESC
     ), off AS (
       SELECT e.store_id, e.product_id, i.on_hand_milli AS on_hand, e.balance_milli AS milli
       FROM ends e LEFT JOIN inventory i ON i.store_id = e.store_id AND i.product_id = e.product_id
       WHERE i.on_hand_milli IS DISTINCT FROM e.balance_milli
       UNION
       SELECT f.store_id, f.product_id, f.balance_milli, coalesce(b.balance_milli, 0) + f.quantity_milli
       FROM fresh f LEFT JOIN LATERAL (SELECT balance_milli FROM stock_movements
         WHERE product_id = f.product_id AND store_id = f.store_id AND id < f.id ORDER BY id DESC LIMIT 1) b ON true
       WHERE f.balance_milli <> coalesce(b.balance_milli, 0) + f.quantity_milli
     )
     SELECT p.sku, off.store_id, off.on_hand, off.milli FROM off JOIN products p ON p.id = off.product_id
     ORDER BY off.store_id, p.id LIMIT :limit`,
    { since, limit },
  );
  return rows.map(said);
}

function said({ sku, store_id, on_hand, milli }: Differing): string {
  return `product ${sku} in store ${store_id}: ${on_hand} on hand, ${milli} by its ledger (thousandths)`;
}
