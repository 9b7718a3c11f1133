/** Two customers who are one: the second points at the first, to whom its balance and points move. */
import type { Knex } from "knex";

const BEFORE = "'charge', 'payment', 'refund', 'reversal'";

export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    -- who it turned out to be; always one that is not merged itself
    ALTER TABLE customers ADD COLUMN merged_into bigint REFERENCES customers (id), ADD CHECK (merged_into <> id);
    CREATE INDEX customers_merged ON customers (merged_into) WHERE merged_into IS NOT NULL;
    ALTER TABLE customer_entries DROP CONSTRAINT customer_entries_kind_check, DROP CONSTRAINT customer_entries_sign_check,
      ADD CONSTRAINT customer_entries_kind_check CHECK (kind IN (${BEFORE}, 'merge')),
      ADD CONSTRAINT customer_entries_sign_check CHECK (
        CASE WHEN kind IN ('charge', 'reversal') THEN amount_minor > 0 WHEN kind = 'merge' THEN amount_minor <> 0 ELSE amount_minor < 0 END);
  `);
}

/** Refused where two were merged: an account keeps all its entries. */
export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    ALTER TABLE customer_entries DROP CONSTRAINT customer_entries_kind_check, DROP CONSTRAINT customer_entries_sign_check,
      ADD CONSTRAINT customer_entries_kind_check CHECK (kind IN (${BEFORE})),
      ADD CONSTRAINT customer_entries_sign_check CHECK (
        CASE WHEN kind IN ('charge', 'reversal') THEN amount_minor > 0 ELSE amount_minor < 0 END)`);
  await knex.raw("ALTER TABLE customers DROP COLUMN merged_into");
}
