/** A PIN approves, on somebody else's screen, one thing its owner may do. It never signs in. */
import type { Knex } from "knex";

export async function up(knex: Knex): Promise<void> {
  await knex.raw("ALTER TABLE users ADD COLUMN pin_hash text CHECK (pin_hash LIKE '%$%')");
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw("ALTER TABLE users DROP COLUMN pin_hash");
}
