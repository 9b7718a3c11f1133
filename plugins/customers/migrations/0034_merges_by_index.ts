/** What merges moved is looked at every five minutes: it is found without reading all that customers owed and earned. */
import type { Knex } from "knex";

export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    CREATE INDEX customer_entries_merged ON customer_entries (id) WHERE kind = 'merge';
    CREATE INDEX point_entries_merged ON point_entries (id) WHERE kind = 'merge';
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw("DROP INDEX customer_entries_merged, point_entries_merged");
}
