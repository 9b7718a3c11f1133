/** Price lists: what products cost in the stores that go by one. */
import type { Knex } from "knex";

export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    CREATE TABLE price_lists (
      id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
      name text NOT NULL CHECK (name <> ''),
      -- its prices are minor units of this one, and stay so
      currency text NOT NULL CHECK (currency ~ '^[A-Z]{3}$')
    )`);
  await knex.raw(`
    CREATE TABLE price_list_prices (
      price_list_id bigint NOT NULL REFERENCES price_lists (id),
      product_id bigint NOT NULL REFERENCES products (id),
      price_minor bigint NOT NULL CHECK (price_minor BETWEEN 0 AND 10000000000000),
      PRIMARY KEY (price_list_id, product_id)
    )`);
  await knex.raw("CREATE INDEX price_list_prices_product ON price_list_prices (product_id)");
  await knex.raw(`
    CREATE TABLE store_price_lists (
      store_id bigint PRIMARY KEY REFERENCES stores (id),
      price_list_id bigint NOT NULL REFERENCES price_lists (id)
    )`);
  await knex.raw("CREATE INDEX store_price_lists_list ON store_price_lists (price_list_id)");
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw("DROP TABLE store_price_lists, price_list_prices, price_lists");
}
