/**
 * Of lots no more stands in a store than of their product. A shelf below zero that received a lot gave it the whole quantity; what was
 * owed goes out of it now, of the newest movements that brought it, what goes bad first before the others. The ledger only grows.
 */
import type { Knex } from "knex";

export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    WITH owed AS (
      SELECT s.store_id, s.product_id, sum(s.on_hand_milli)::bigint - greatest(i.on_hand_milli, 0) AS wanted
      FROM lot_stock s LEFT JOIN inventory i ON i.store_id = s.store_id AND i.product_id = s.product_id
      GROUP BY s.store_id, s.product_id, i.on_hand_milli HAVING sum(s.on_hand_milli) > greatest(i.on_hand_milli, 0)
    ), offered AS (
      SELECT s.store_id, s.product_id, s.lot_id, s.on_hand_milli, owed.wanted,
        sum(s.on_hand_milli) OVER (PARTITION BY s.store_id, s.product_id
          ORDER BY coalesce(l.expires_on < current_date, false), l.expires_on NULLS LAST, l.id) - s.on_hand_milli AS earlier
      FROM owed JOIN lot_stock s ON s.store_id = owed.store_id AND s.product_id = owed.product_id AND s.on_hand_milli > 0
        JOIN lots l ON l.id = s.lot_id
    ), brought AS (
      SELECT o.store_id, o.product_id, o.lot_id, o.on_hand_milli, least(o.on_hand_milli, o.wanted - o.earlier)::bigint AS quantity,
        lm.movement_id, sum(lm.quantity_milli) AS milli,
        sum(sum(lm.quantity_milli)) OVER (PARTITION BY o.store_id, o.lot_id ORDER BY lm.movement_id DESC)
          - sum(lm.quantity_milli) AS later
      FROM offered o JOIN lot_movements lm ON lm.store_id = o.store_id AND lm.lot_id = o.lot_id
        JOIN stock_movements m ON m.id = lm.movement_id AND m.quantity_milli > 0
      WHERE o.earlier < o.wanted
      GROUP BY o.store_id, o.product_id, o.lot_id, o.on_hand_milli, o.wanted, o.earlier, lm.movement_id
    ), paid AS (
      SELECT *, least(milli, quantity - later)::bigint AS pays FROM brought WHERE milli > 0 AND later < quantity
    ), written AS (
      INSERT INTO lot_movements (movement_id, store_id, product_id, lot_id, quantity_milli, balance_milli, created_at)
      SELECT movement_id, store_id, product_id, lot_id, -pays, on_hand_milli - later - pays, now()
      FROM paid ORDER BY store_id, lot_id, movement_id DESC
      RETURNING store_id, lot_id, quantity_milli
    )
    UPDATE lot_stock s SET on_hand_milli = s.on_hand_milli + w.milli
    FROM (SELECT store_id, lot_id, sum(quantity_milli)::bigint AS milli FROM written GROUP BY store_id, lot_id) w
    WHERE s.store_id = w.store_id AND s.lot_id = w.lot_id`);
}

/** What was paid stays paid: the ledger is final. */
export async function down(): Promise<void> {}
