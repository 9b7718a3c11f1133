/** The carts of somebody who is to be forgotten are found. */
import type { Knex } from "knex";

export async function up(knex: Knex): Promise<void> {
  await knex.raw("CREATE INDEX carts_customer ON carts (customer_id) WHERE customer_id IS NOT NULL");
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw("DROP INDEX carts_customer");
}
