/** Whose searches are nobody's: another instance may still hold some that it has not written down. */
import type { Knex } from "knex";

export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    CREATE TABLE search_forgotten (
      user_id bigint PRIMARY KEY,
      -- by the clock of the database
      at timestamptz NOT NULL
    )`);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw("DROP TABLE search_forgotten");
}
