/** A line is sold by a unit of its product, and remembers what that, a kit or a service took off the shelf. */
import type { Knex } from "knex";

export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    ALTER TABLE cart_lines
      -- thousandths of the product's own unit
      ADD COLUMN factor_milli bigint NOT NULL DEFAULT 1000 CHECK (factor_milli BETWEEN 1 AND 1000000000);
    DROP INDEX cart_lines_joined;
    CREATE UNIQUE INDEX cart_lines_joined
      ON cart_lines (cart_id, product_id, unit, factor_milli, unit_price_minor, tax_rate_bp, tax_kind)
      WHERE note IS NULL AND label_minor IS NULL;
    ALTER TABLE sale_items
      ADD COLUMN factor_milli bigint NOT NULL DEFAULT 1000 CHECK (factor_milli BETWEEN 1 AND 1000000000),
      -- [{product_id, quantity_milli, cost_minor}], signed as the line; null: the product itself, as many as the line says
      ADD COLUMN goods jsonb CHECK (jsonb_typeof(goods) = 'array');
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    ALTER TABLE sale_items DROP COLUMN factor_milli, DROP COLUMN goods;
    DROP INDEX cart_lines_joined;
    CREATE UNIQUE INDEX cart_lines_joined ON cart_lines (cart_id, product_id, unit_price_minor, tax_rate_bp, tax_kind)
      WHERE note IS NULL AND label_minor IS NULL;
    ALTER TABLE cart_lines DROP COLUMN factor_milli;
  `);
}
