/** What the last checks of the invariants found. */
import type { Knex } from "knex";

export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    CREATE TABLE invariant_checks (
      invariant text NOT NULL,
      scope text NOT NULL CHECK (scope IN ('recent', 'whole')),
      checked_at timestamptz NOT NULL,
      violations int NOT NULL,
      PRIMARY KEY (invariant, scope)
    )`);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw("DROP TABLE invariant_checks");
}
