/** What was collected is asked for by store and days: reports add it up. */
import type { Knex } from "knex";

export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    CREATE INDEX collections_day ON collections (store_id, business_date);
    DROP INDEX collections_store;
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    CREATE INDEX collections_store ON collections (store_id);
    DROP INDEX collections_day;
  `);
}
