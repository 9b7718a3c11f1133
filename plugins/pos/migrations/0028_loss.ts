/** What was lost is told by the business day of the shift it happened in. */
import type { Knex } from "knex";

export async function up(knex: Knex): Promise<void> {
  await knex.raw("CREATE INDEX shifts_by_day ON shifts (business_date, id)");
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw("DROP INDEX shifts_by_day");
}
