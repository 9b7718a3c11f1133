/** Since when a change was true: how long it took until it was found is measured from there. */
import type { Knex } from "knex";

export async function up(knex: Knex): Promise<void> {
  await knex.raw("ALTER TABLE search_changes ADD COLUMN occurred_at timestamptz");
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw("ALTER TABLE search_changes DROP COLUMN occurred_at");
}
