/** A line whose price was changed by hand remembers the list price and why. */
import type { Knex } from "knex";

export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    ALTER TABLE cart_lines
      ADD COLUMN list_price_minor bigint CHECK (list_price_minor >= 0),
      ADD COLUMN price_reason text,
      ADD CHECK ((list_price_minor IS NULL) = (price_reason IS NULL))`);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw("ALTER TABLE cart_lines DROP COLUMN list_price_minor, DROP COLUMN price_reason");
}
