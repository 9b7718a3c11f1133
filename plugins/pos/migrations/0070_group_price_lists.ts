/** Groups of customers may go by a price list; a cart knows the group of whom it is for. */
import type { Knex } from "knex";

export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    CREATE TABLE customer_group_price_lists (
      -- customers are another plugin's
      group_id bigint PRIMARY KEY,
      price_list_id bigint NOT NULL REFERENCES price_lists (id)
    )`);
  await knex.raw("CREATE INDEX customer_group_price_lists_list ON customer_group_price_lists (price_list_id)");
  await knex.raw("ALTER TABLE carts ADD COLUMN customer_group_id bigint, ADD COLUMN customer_group_name text");
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw("ALTER TABLE carts DROP COLUMN customer_group_id, DROP COLUMN customer_group_name");
  await knex.raw("DROP TABLE customer_group_price_lists");
}
