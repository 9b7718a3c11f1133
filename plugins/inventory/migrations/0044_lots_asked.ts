/** Which products ask for lots, found without reading all others. */
import type { Knex } from "knex";

export async function up(knex: Knex): Promise<void> {
  await knex.raw("CREATE INDEX products_with_lots ON products (id) WHERE tracks_lots");
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw("DROP INDEX products_with_lots");
}
