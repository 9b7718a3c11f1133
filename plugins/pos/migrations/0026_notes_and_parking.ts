/** A line with a note, or with a price from a label, is a line of its own: the next scan of the same goods does not join it. */
import type { Knex } from "knex";

export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    ALTER TABLE cart_lines DROP CONSTRAINT cart_lines_cart_id_product_id_unit_price_minor_tax_rate_bp_key;
    CREATE UNIQUE INDEX cart_lines_joined ON cart_lines (cart_id, product_id, unit_price_minor, tax_rate_bp, tax_kind)
      WHERE note IS NULL AND label_minor IS NULL;
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    DROP INDEX cart_lines_joined;
    ALTER TABLE cart_lines ADD UNIQUE (cart_id, product_id, unit_price_minor, tax_rate_bp);
  `);
}
