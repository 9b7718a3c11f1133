/** SQL of the invariant of counts. */
import type { Knex } from "knex";
import type { Scope } from "../../../kernel/invariant.ts";

/** What stands counted is the sum of its round's entries, and a posted count moved exactly what its lines say. */
export async function countsThatDiffer(db: Knex, { since, limit }: Scope): Promise<string[]> {
  const { rows } = await db.raw(
    `WITH checked AS (SELECT c.id, c.state FROM stock_counts c ${since === undefined ? "" : "WHERE c.closed_at IS NULL OR c.closed_at >= :since"}),
     lines AS (
       SELECT l.count_id, l.product_id, l.counted_milli, l.posted_milli, c.state,
         (SELECT sum(e.quantity_milli)::bigint FROM stock_count_entries e
           WHERE e.count_id = l.count_id AND e.product_id = l.product_id AND e.round = l.round) AS entered,
         (SELECT sum(m.quantity_milli)::bigint FROM stock_movements m
           WHERE m.document_type = 'count' AND m.document_id = l.count_id AND m.product_id = l.product_id) AS moved
       FROM checked c JOIN stock_count_lines l ON l.count_id = c.id
     )
     SELECT count_id, product_id FROM lines
     WHERE counted_milli IS DISTINCT FROM entered OR coalesce(posted_milli, 0) <> coalesce(moved, 0)
       OR (state <> 'posted' AND moved IS NOT NULL)
     ORDER BY count_id, product_id LIMIT :limit`,
    since === undefined ? { limit } : { since, limit },
  );
  return rows.map(
    (row: { count_id: number; product_id: number }) => `count CT-${row.count_id}: product ${row.product_id}`,
  );
}
