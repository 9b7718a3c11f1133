/** What of a finding is news: whoever marked it did so of that, and not of what happened since. How many were found is counted when asked. */
import type { Knex } from "knex";

export async function up(knex: Knex): Promise<void> {
  // null: said before this was kept; it is known from the next run on
  await knex.raw("ALTER TABLE agent_findings ADD COLUMN news text[]");
  // of the whole shop, which told one store's manager what another pays; the next run says them by store
  await knex.raw(
    "UPDATE agent_findings SET gone_at = now() WHERE kind = 'cost_rose' AND store_id IS NULL AND gone_at IS NULL",
  );
  // it stays for the version before, beside which this one may run (adr/0017)
  await knex.raw("ALTER TABLE agent_runs ALTER COLUMN found SET DEFAULT 0");
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw("ALTER TABLE agent_runs ALTER COLUMN found DROP DEFAULT");
  await knex.raw("ALTER TABLE agent_findings DROP COLUMN news");
}
