/** What of a finding is news: whoever marked it did so of that, and not of what happened since. How many were found is counted when asked. */
import type { Knex } from "knex";

export async function up(knex: Knex): Promise<void> {
  // null: said before this was kept; it is known from the next run on
  await knex.raw("ALTER TABLE agent_findings ADD COLUMN news text[]; ALTER TABLE agent_runs DROP COLUMN found");
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(
    "ALTER TABLE agent_findings DROP COLUMN news; ALTER TABLE agent_runs ADD COLUMN found int NOT NULL DEFAULT 0",
  );
}
