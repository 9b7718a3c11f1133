/** What was sold between two entries of one line of a count: nobody knows out of which pile, so the sum of both says nothing. */
import type { Knex } from "knex";

export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    ALTER TABLE stock_count_lines
      -- the last movement that the books knew when it was counted last; of entries before this column: none
      ADD COLUMN movement_id bigint NOT NULL DEFAULT 0,
      -- it is to be counted again as a whole
      ADD COLUMN moved_between boolean NOT NULL DEFAULT false`);
  await knex.raw(`
    UPDATE stock_count_lines l SET moved_between = true
    WHERE open AND EXISTS (
      SELECT FROM stock_count_entries e WHERE e.count_id = l.count_id AND e.product_id = l.product_id AND e.round = l.round
        AND e.expected_milli <> l.expected_milli)`);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw("ALTER TABLE stock_count_lines DROP COLUMN movement_id, DROP COLUMN moved_between");
}
