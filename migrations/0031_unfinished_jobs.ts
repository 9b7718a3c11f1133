/** Each tick of a job asks for its runs without an end: among those of a month there are none, or one. */
import type { Knex } from "knex";

export async function up(knex: Knex): Promise<void> {
  await knex.raw("CREATE INDEX job_runs_unfinished ON job_runs (plugin, job) WHERE finished_at IS NULL");
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw("DROP INDEX job_runs_unfinished");
}
