/** On what terms suppliers sell: no order of less than so much, and products in whole packs alone. */
import type { Knex } from "knex";

export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    -- money of the shop as a whole
    ALTER TABLE suppliers ADD COLUMN minimum_minor bigint NOT NULL DEFAULT 0 CHECK (minimum_minor >= 0);
    CREATE TABLE supplier_packs (
      supplier_id bigint NOT NULL REFERENCES suppliers (id),
      product_id bigint NOT NULL REFERENCES products (id),
      pack_milli bigint NOT NULL CHECK (pack_milli > 0),
      PRIMARY KEY (supplier_id, product_id)
    );
    CREATE INDEX supplier_packs_product ON supplier_packs (product_id);
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw("DROP TABLE supplier_packs; ALTER TABLE suppliers DROP COLUMN minimum_minor");
}
