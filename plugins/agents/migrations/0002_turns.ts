/** Which run of an agent was under way when something was done about what it had found: that run knows nothing of it yet. */
import type { Knex } from "knex";

export async function up(knex: Knex): Promise<void> {
  await knex.raw("CREATE TABLE agent_turns (agent text PRIMARY KEY, turn bigint NOT NULL)");
  await knex.raw("INSERT INTO agent_turns SELECT DISTINCT agent, 0 FROM agent_findings");
  await knex.raw("ALTER TABLE agent_findings ADD COLUMN acted_in bigint");
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw("ALTER TABLE agent_findings DROP COLUMN acted_in");
  await knex.raw("DROP TABLE agent_turns");
}
