/** What was chosen of what a search found: a page names its search by a token that nobody can guess. */
import type { Knex } from "knex";

export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    ALTER TABLE search_log ADD COLUMN token uuid;
    CREATE UNIQUE INDEX search_log_token ON search_log (token) WHERE token IS NOT NULL;
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw("ALTER TABLE search_log DROP COLUMN token");
}
