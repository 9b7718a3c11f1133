/** How the tax of a product is meant: in its price, on top of it, or none, for one of two reasons that the law tells apart. */
import type { Knex } from "knex";

export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    ALTER TABLE products
      ADD COLUMN tax_kind text NOT NULL DEFAULT 'included' CHECK (tax_kind IN ('included', 'added', 'exempt', 'excluded')),
      ADD CHECK (tax_kind IN ('included', 'added') OR tax_rate_bp = 0)`);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw("ALTER TABLE products DROP COLUMN tax_kind");
}
