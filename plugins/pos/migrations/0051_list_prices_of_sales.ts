/** A posted line remembers the list's price where another was charged by hand: what was lowered is in the books. */
import type { Knex } from "knex";

export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    ALTER TABLE sale_items ADD COLUMN list_price_minor bigint CHECK (list_price_minor >= 0);
    CREATE INDEX sale_items_by_hand ON sale_items (sale_id) WHERE list_price_minor IS NOT NULL;
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw("ALTER TABLE sale_items DROP COLUMN list_price_minor");
}
