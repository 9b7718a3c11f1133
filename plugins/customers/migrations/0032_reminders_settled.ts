/** When a reminder went out: it may have waited for the hours in which reminders go, and the days between two count from there. */
import type { Knex } from "knex";

export async function up(knex: Knex): Promise<void> {
  await knex.raw("ALTER TABLE customer_reminders ADD COLUMN settled_at timestamptz");
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw("ALTER TABLE customer_reminders DROP COLUMN settled_at");
}
