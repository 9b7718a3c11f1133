/** What a product is (goods, goods by weight, a service, a kit, a parent of variants), and the further units it is sold in. */
import type { Knex } from "knex";

export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    ALTER TABLE products
      ADD COLUMN kind text NOT NULL DEFAULT 'goods' CHECK (kind IN ('goods', 'weighed', 'service', 'kit', 'parent'))`);
  await knex.raw(`
    CREATE TABLE product_units (
      id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
      product_id bigint NOT NULL REFERENCES products (id),
      name text NOT NULL CHECK (name <> ''),
      -- the name folded: within a product it means one unit
      name_key text NOT NULL,
      -- thousandths of the product's own unit
      factor_milli bigint NOT NULL CHECK (factor_milli BETWEEN 1 AND 1000000000),
      -- null: the product's price by the factor
      price_minor bigint CHECK (price_minor BETWEEN 0 AND 10000000000000),
      UNIQUE (product_id, name_key)
    )`);
  await knex.raw(`
    ALTER TABLE product_barcodes ADD COLUMN unit_id bigint REFERENCES product_units (id) ON DELETE CASCADE`);
  await knex.raw("CREATE INDEX product_barcodes_unit ON product_barcodes (unit_id) WHERE unit_id IS NOT NULL");
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw("DELETE FROM product_barcodes WHERE unit_id IS NOT NULL");
  await knex.raw("ALTER TABLE product_barcodes DROP COLUMN unit_id");
  await knex.raw("DROP TABLE product_units");
  await knex.raw("ALTER TABLE products DROP COLUMN kind");
}
