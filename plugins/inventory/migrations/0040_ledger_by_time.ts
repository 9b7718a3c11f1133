/** The ledger by days: it grows in the order of time, so a block range index costs a sale next to nothing. */
import type { Knex } from "knex";

export async function up(knex: Knex): Promise<void> {
  await knex.raw("CREATE INDEX stock_movements_time ON stock_movements USING brin (created_at)");
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw("DROP INDEX stock_movements_time");
}
