/** SQL of the invariant of transfers. */
import type { Knex } from "knex";
import type { Scope } from "../../../kernel/invariant.ts";

/**
 * What is on the way is the sum of its ledger; what was sent is what was received, was lost and is on the way; what left one store's
 * shelf was sent, and what came onto the other's was received.
 */
export async function transfersThatDiffer(db: Knex, { since, limit }: Scope): Promise<string[]> {
  const { rows } = await db.raw(
    `WITH checked AS (SELECT * FROM stock_transfers ${since === undefined ? "" : "WHERE changed_at >= :since"}),
     lines AS (
       SELECT l.*, t.from_store_id, t.to_store_id,
         coalesce((SELECT sum(e.quantity_milli) FROM transit_entries e
           WHERE e.transfer_id = l.transfer_id AND e.product_id = l.product_id), 0)::bigint AS on_the_way
       FROM checked t JOIN stock_transfer_lines l ON l.transfer_id = t.id
     ), moved AS (
       SELECT m.document_id, m.store_id, m.product_id, sum(m.quantity_milli)::bigint AS milli
       FROM stock_movements m JOIN checked t ON t.id = m.document_id
       WHERE m.document_type = 'transfer' GROUP BY 1, 2, 3
     )
     SELECT l.transfer_id, l.product_id FROM lines l
       LEFT JOIN moved gone ON gone.document_id = l.transfer_id AND gone.store_id = l.from_store_id
         AND gone.product_id = l.product_id
       LEFT JOIN moved come ON come.document_id = l.transfer_id AND come.store_id = l.to_store_id
         AND come.product_id = l.product_id
     WHERE l.in_transit_milli <> l.on_the_way OR l.sent_milli <> l.received_milli + l.lost_milli + l.in_transit_milli
       OR l.sent_milli <> -coalesce(gone.milli, 0) OR l.received_milli <> coalesce(come.milli, 0)
     ORDER BY 1, 2 LIMIT :limit`,
    since === undefined ? { limit } : { since, limit },
  );
  return rows.map(
    (row: { transfer_id: number; product_id: number }) => `transfer TR-${row.transfer_id}: product ${row.product_id}`,
  );
}
