/**
 * Half of each page is left free, so that a changed price or shelf stays on its page and no index is written again, also when all of
 * them change at once: of names the search's index alone costs more than the rest. Fifty thousand products take ten megabytes more.
 */
import type { Knex } from "knex";

export async function up(knex: Knex): Promise<void> {
  await knex.raw("ALTER TABLE products SET (fillfactor = 50)");
  await knex.raw("ALTER TABLE inventory SET (fillfactor = 50)");
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw("ALTER TABLE inventory RESET (fillfactor)");
  await knex.raw("ALTER TABLE products RESET (fillfactor)");
}
