/** Lots that are sold out keep their row: those on hand are found without them. */
import type { Knex } from "knex";

export async function up(knex: Knex): Promise<void> {
  await knex.raw("CREATE INDEX lot_stock_on_hand ON lot_stock (store_id, lot_id) WHERE on_hand_milli > 0");
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw("DROP INDEX lot_stock_on_hand");
}
