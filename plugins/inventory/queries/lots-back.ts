/** SQL of lots that come back: to what a document took, and out again what is damaged. */
import type { Tx } from "../../../kernel/db/database.ts";
import type { Where } from "./lots.ts";

interface Moved {
  storeId: number;
  movementIds: readonly number[];
  now: Date;
}

/**
 * What these movements brought is of the lots that a document took in that store and that have not come back yet, those that go bad
 * first before the others. What it took without a lot comes back without one.
 */
export async function restoreLots(tx: Tx, { storeId, document, movementIds, now }: Where & Moved): Promise<void> {
  await tx.raw(
    `WITH due AS (
       SELECT id, product_id, quantity_milli AS wanted FROM stock_movements WHERE id = ANY(:movementIds::bigint[])
     ), took AS (
       SELECT lm.id, lm.lot_id, lm.product_id, -lm.quantity_milli - coalesce(
         (SELECT sum(b.quantity_milli) FROM lot_movements b WHERE b.taken_back_id = lm.id), 0)::bigint AS milli
       FROM stock_movements m JOIN lot_movements lm ON lm.movement_id = m.id
       WHERE m.document_type = :type AND m.document_id = :documentId AND m.store_id = :storeId AND lm.quantity_milli < 0
     ), offered AS (
       SELECT due.id AS movement_id, due.wanted, took.id AS took_id, took.lot_id, took.product_id, took.milli,
         sum(took.milli) OVER (PARTITION BY due.id ORDER BY l.expires_on NULLS LAST, l.id, took.id) - took.milli AS earlier
       FROM due JOIN took ON took.product_id = due.product_id AND took.milli > 0 JOIN lots l ON l.id = took.lot_id
     ), come AS (
       SELECT movement_id, took_id, lot_id, least(milli, wanted - earlier)::bigint AS quantity FROM offered WHERE earlier < wanted
     ), moved AS (
       UPDATE lot_stock s SET on_hand_milli = s.on_hand_milli + come.quantity FROM come
       WHERE s.store_id = :storeId AND s.lot_id = come.lot_id
       RETURNING come.movement_id, come.took_id, s.product_id, s.lot_id, come.quantity, s.on_hand_milli
     )
     INSERT INTO lot_movements (movement_id, store_id, product_id, lot_id, quantity_milli, balance_milli, taken_back_id, created_at)
     SELECT movement_id, :storeId, product_id, lot_id, quantity, on_hand_milli, took_id, :now FROM moved ORDER BY movement_id, lot_id`,
    { storeId, type: document.type, documentId: document.id, movementIds: [...movementIds], now },
  );
}

/** What went out again of what a document just brought is of the lots that it brought. */
export async function takeOfBrought(tx: Tx, { storeId, document, movementIds, now }: Where & Moved): Promise<void> {
  await tx.raw(
    `WITH due AS (
       SELECT id, product_id, -quantity_milli AS wanted FROM stock_movements WHERE id = ANY(:movementIds::bigint[])
     ), offered AS (
       SELECT due.id AS movement_id, due.wanted, lm.lot_id, lm.quantity_milli AS milli,
         sum(lm.quantity_milli) OVER (PARTITION BY due.id ORDER BY l.expires_on NULLS LAST, l.id) - lm.quantity_milli AS earlier
       FROM due JOIN stock_movements m ON m.document_type = :type AND m.document_id = :documentId AND m.store_id = :storeId
           AND m.product_id = due.product_id
         JOIN lot_movements lm ON lm.movement_id = m.id AND lm.quantity_milli > 0 JOIN lots l ON l.id = lm.lot_id
     ), gone AS (
       SELECT movement_id, lot_id, least(milli, wanted - earlier)::bigint AS quantity FROM offered WHERE earlier < wanted
     ), moved AS (
       UPDATE lot_stock s SET on_hand_milli = s.on_hand_milli - gone.quantity FROM gone
       WHERE s.store_id = :storeId AND s.lot_id = gone.lot_id
       RETURNING gone.movement_id, s.product_id, s.lot_id, gone.quantity, s.on_hand_milli
     )
     INSERT INTO lot_movements (movement_id, store_id, product_id, lot_id, quantity_milli, balance_milli, created_at)
     SELECT movement_id, :storeId, product_id, lot_id, -quantity, on_hand_milli, :now FROM moved ORDER BY movement_id, lot_id`,
    { storeId, type: document.type, documentId: document.id, movementIds: [...movementIds], now },
  );
}
