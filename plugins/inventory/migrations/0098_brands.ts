/** Who makes a product: an optional name, kept once however it is written. */
import type { Knex } from "knex";

export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    CREATE TABLE brands (
      id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
      name text NOT NULL,
      name_key text NOT NULL UNIQUE
    );
    ALTER TABLE products ADD COLUMN brand_id bigint REFERENCES brands (id);
    CREATE INDEX products_brand ON products (brand_id);
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw("ALTER TABLE products DROP COLUMN brand_id; DROP TABLE brands");
}
