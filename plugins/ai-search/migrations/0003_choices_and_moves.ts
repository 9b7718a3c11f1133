/** What was chosen of what a search found: a page names its search by a token that nobody can guess. What was sold since it was counted. */
import type { Knex } from "knex";

export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    ALTER TABLE search_log ADD COLUMN token uuid;
    CREATE UNIQUE INDEX search_log_token ON search_log (token) WHERE token IS NOT NULL;

    CREATE TABLE together_moves (
      product_id bigint PRIMARY KEY,
      -- sales, returns and voids with it since its partners were counted
      moves int NOT NULL
    );
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw("DROP TABLE together_moves; ALTER TABLE search_log DROP COLUMN token");
}
