/** Stores in which people learn the till: what is sold there is in no book (ADR 21). */
import type { Knex } from "knex";

export async function up(knex: Knex): Promise<void> {
  await knex.raw("ALTER TABLE stores ADD COLUMN training boolean NOT NULL DEFAULT false");
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw("ALTER TABLE stores DROP COLUMN training");
}
