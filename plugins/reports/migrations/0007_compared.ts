/**
 * When all sums were compared that this version keeps, months and totals too: a version before, which may run on these tables after a
 * way back or beside this one, neither keeps nor compares those and would say that the night's work is done.
 */
import type { Knex } from "knex";

export async function up(knex: Knex): Promise<void> {
  await knex.raw("ALTER TABLE report_progress ADD COLUMN all_compared_at timestamptz");
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw("ALTER TABLE report_progress DROP COLUMN all_compared_at");
}
