/** SQL of the invariant of lots. */
import type { Knex } from "knex";
import type { Scope } from "../../../kernel/invariant.ts";

/**
 * What stands of a lot is the sum of its ledger, no movement took or brought more of lots than it moved (all that one brought may have
 * gone at once to pay a shelf below zero), no more came back than went, and of lots no more stands in a store than of their product. */
export async function lotsThatDiffer(db: Knex, { since, limit }: Scope): Promise<string[]> {
  const { rows } = await db.raw(
    `WITH checked AS (SELECT DISTINCT store_id, lot_id FROM lot_movements ${since === undefined ? "" : "WHERE created_at >= :since"}),
     off AS (
       SELECT c.lot_id, c.store_id FROM checked c LEFT JOIN lot_stock s ON s.store_id = c.store_id AND s.lot_id = c.lot_id
       WHERE s.on_hand_milli IS DISTINCT FROM (SELECT sum(lm.quantity_milli) FROM lot_movements lm
         WHERE lm.lot_id = c.lot_id AND lm.store_id = c.store_id)
       UNION
       SELECT min(lm.lot_id), m.store_id FROM lot_movements lm JOIN stock_movements m ON m.id = lm.movement_id
       ${since === undefined ? "" : "WHERE lm.created_at >= :since"}
       GROUP BY m.id, m.store_id, m.quantity_milli
       HAVING abs(sum(lm.quantity_milli)) > abs(m.quantity_milli) OR NOT (sign(sum(lm.quantity_milli)) = sign(m.quantity_milli) OR (sum(lm.quantity_milli) = 0 AND m.quantity_milli > 0))
       UNION
       SELECT t.lot_id, t.store_id FROM lot_movements b JOIN lot_movements t ON t.id = b.taken_back_id
       ${since === undefined ? "" : "WHERE b.created_at >= :since"}
       GROUP BY t.id, t.lot_id, t.store_id, t.quantity_milli
       HAVING (SELECT sum(quantity_milli) FROM lot_movements WHERE taken_back_id = t.id) > -t.quantity_milli
         OR bool_or(b.lot_id <> t.lot_id OR b.store_id <> t.store_id)
       UNION
       SELECT min(s.lot_id), s.store_id FROM lot_stock s
         LEFT JOIN inventory i ON i.store_id = s.store_id AND i.product_id = s.product_id
       ${since === undefined ? "" : "WHERE s.product_id IN (SELECT product_id FROM stock_movements WHERE created_at >= :since)"}
       GROUP BY s.store_id, s.product_id, i.on_hand_milli HAVING sum(s.on_hand_milli) > greatest(i.on_hand_milli, 0)
     )
     SELECT l.code, p.sku, off.store_id FROM off JOIN lots l ON l.id = off.lot_id JOIN products p ON p.id = l.product_id
     ORDER BY l.id, off.store_id LIMIT :limit`,
    since === undefined ? { limit } : { since, limit },
  );
  return rows.map(
    (row: { code: string; sku: string; store_id: number }) => `lot ${row.code} of ${row.sku} in store ${row.store_id}`,
  );
}
