/** A payment that was written down by mistake is taken back by an entry of its own. */
import type { Knex } from "knex";

export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    ALTER TABLE customer_entries DROP CONSTRAINT customer_entries_kind_check,
      ADD CONSTRAINT customer_entries_kind_check CHECK (kind IN ('charge', 'payment', 'refund', 'reversal')),
      DROP CONSTRAINT customer_entries_check,
      ADD CONSTRAINT customer_entries_sign_check CHECK (CASE WHEN kind IN ('charge', 'reversal') THEN amount_minor > 0 ELSE amount_minor < 0 END);
  `);
}

/** Refused where one was written: an account keeps all its entries. */
export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    ALTER TABLE customer_entries DROP CONSTRAINT customer_entries_kind_check,
      ADD CONSTRAINT customer_entries_kind_check CHECK (kind IN ('charge', 'payment', 'refund')),
      DROP CONSTRAINT customer_entries_sign_check,
      ADD CONSTRAINT customer_entries_check CHECK (CASE kind WHEN 'charge' THEN amount_minor > 0 ELSE amount_minor < 0 END);
  `);
}
