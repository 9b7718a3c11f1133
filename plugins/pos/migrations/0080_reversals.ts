/** Money that was collected by mistake is taken back by a row of its own, below zero, that points at the first. */
import type { Knex } from "knex";

export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    ALTER TABLE collections ADD COLUMN reverses_id bigint REFERENCES collections (id), ADD COLUMN reason text,
      DROP CONSTRAINT collections_amount_minor_check,
      ADD CONSTRAINT collections_sign_check CHECK (CASE WHEN reverses_id IS NULL THEN amount_minor > 0 ELSE amount_minor < 0 END),
      ADD CONSTRAINT collections_reason_check CHECK ((reverses_id IS NULL) = (reason IS NULL));
    -- once
    CREATE UNIQUE INDEX collections_reverses ON collections (reverses_id);
    ALTER TABLE voucher_entries DROP CONSTRAINT voucher_entries_kind_check,
      ADD CONSTRAINT voucher_entries_kind_check CHECK (kind IN ('issue', 'spend', 'refund', 'reversal')),
      DROP CONSTRAINT voucher_entries_check,
      ADD CONSTRAINT voucher_entries_sign_check CHECK (CASE WHEN kind IN ('spend', 'reversal') THEN amount_minor < 0 ELSE amount_minor > 0 END);
  `);
}

/** Refused where one was written: the books keep all their rows. */
export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    ALTER TABLE voucher_entries DROP CONSTRAINT voucher_entries_kind_check,
      ADD CONSTRAINT voucher_entries_kind_check CHECK (kind IN ('issue', 'spend', 'refund')),
      DROP CONSTRAINT voucher_entries_sign_check,
      ADD CONSTRAINT voucher_entries_check CHECK (CASE kind WHEN 'spend' THEN amount_minor < 0 ELSE amount_minor > 0 END);
    ALTER TABLE collections DROP CONSTRAINT collections_sign_check,
      ADD CONSTRAINT collections_amount_minor_check CHECK (amount_minor > 0),
      DROP COLUMN reverses_id, DROP COLUMN reason;
  `);
}
