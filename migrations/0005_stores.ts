/** Stores, and who works in which. Inventory made the table before the kernel had it. */
import type { Knex } from "knex";

export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    CREATE TABLE IF NOT EXISTS stores (
      id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
      name text NOT NULL,
      active boolean NOT NULL DEFAULT true
    )`);
  await knex.raw("INSERT INTO stores (name) SELECT 'Tienda principal' WHERE NOT EXISTS (SELECT FROM stores)");
  // NULL: as the shop
  await knex.raw(`
    ALTER TABLE stores
      ADD COLUMN time_zone text,
      ADD COLUMN day_cutoff_hour int CHECK (day_cutoff_hour BETWEEN 0 AND 12),
      ADD COLUMN currency text CHECK (currency ~ '^[A-Z]{3}$'),
      ADD COLUMN tax_id text,
      ADD COLUMN address text,
      ADD COLUMN phone text,
      ADD COLUMN receipt_header text,
      ADD COLUMN receipt_footer text`);
  await knex.raw(`
    CREATE TABLE user_stores (
      user_id bigint NOT NULL,
      store_id bigint NOT NULL REFERENCES stores (id),
      PRIMARY KEY (user_id, store_id)
    )`);
  await knex.raw("CREATE INDEX user_stores_store ON user_stores (store_id)");
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw("DROP TABLE user_stores, stores");
}
