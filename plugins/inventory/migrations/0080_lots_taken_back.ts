/** Goods that come back go to the lots that the document took, each no more than it gave: which movement a movement takes back. */
import type { Knex } from "knex";

export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    ALTER TABLE lot_movements
      ADD COLUMN taken_back_id bigint REFERENCES lot_movements (id),
      ADD CHECK (taken_back_id IS NULL OR quantity_milli > 0)`);
  await knex.raw(
    "CREATE INDEX lot_movements_taken_back ON lot_movements (taken_back_id) WHERE taken_back_id IS NOT NULL",
  );
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw("ALTER TABLE lot_movements DROP COLUMN taken_back_id");
}
