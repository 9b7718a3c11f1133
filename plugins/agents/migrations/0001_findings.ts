/** What the agents found, and when each of them looked last. */
import type { Knex } from "knex";

export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    CREATE TABLE agent_findings (
      id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
      agent text NOT NULL,
      kind text NOT NULL,
      -- null: of the whole shop
      store_id bigint REFERENCES stores (id),
      -- what it is about, e.g. product:17
      subject text NOT NULL,
      -- what its sentence says, as numbers
      facts jsonb NOT NULL,
      state text NOT NULL DEFAULT 'new' CHECK (state IN ('new', 'seen', 'dismissed', 'acted')),
      found_at timestamptz NOT NULL,
      -- the last run that found it
      told_at timestamptz NOT NULL,
      -- it holds no longer, or something was done about it
      gone_at timestamptz,
      -- what became of it, e.g. purchase_order:4
      document text,
      CHECK (state <> 'acted' OR gone_at IS NOT NULL)
    )`);
  await knex.raw(`
    CREATE UNIQUE INDEX agent_findings_once ON agent_findings (agent, kind, store_id, subject) NULLS NOT DISTINCT
      WHERE gone_at IS NULL`);
  await knex.raw("CREATE INDEX agent_findings_store ON agent_findings (store_id)");
  await knex.raw(`
    CREATE TABLE agent_runs (
      agent text PRIMARY KEY,
      ran_at timestamptz NOT NULL,
      -- how many things it looked at, and of how many it knows enough to say anything
      looked int NOT NULL,
      able int NOT NULL,
      found int NOT NULL
    )`);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw("DROP TABLE agent_runs, agent_findings");
}
