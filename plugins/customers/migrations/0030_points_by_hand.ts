/** Points that somebody gives or takes by hand, with a reason; their words are kept apart, since a ledger cannot forget them. */
import type { Knex } from "knex";

const BEFORE = "'earn', 'spend', 'refund', 'reverse', 'merge'";

export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    ALTER TABLE point_entries DROP CONSTRAINT point_entries_kind_check, DROP CONSTRAINT point_entries_check3,
      ADD CONSTRAINT point_entries_kind_check CHECK (kind IN (${BEFORE}, 'adjust')),
      ADD CONSTRAINT point_entries_sale_check CHECK ((kind IN ('merge', 'adjust')) = (sale_id IS NULL)),
      -- of what was done by hand
      ADD COLUMN reason text CHECK (reason IN ('correction', 'goodwill', 'campaign', 'expired', 'other')),
      ADD CONSTRAINT point_entries_reason_by_hand CHECK ((kind = 'adjust') = (reason IS NOT NULL));
    CREATE TABLE point_notes (
      entry_id bigint PRIMARY KEY REFERENCES point_entries (id),
      note text NOT NULL CHECK (note <> '')
    );
  `);
}

/** Refused where points were moved by hand: the ledger keeps all its entries. */
export async function down(knex: Knex): Promise<void> {
  await knex.raw("DROP TABLE point_notes");
  await knex.raw(`
    ALTER TABLE point_entries DROP COLUMN reason, DROP CONSTRAINT point_entries_kind_check, DROP CONSTRAINT point_entries_sale_check,
      ADD CONSTRAINT point_entries_kind_check CHECK (kind IN (${BEFORE})),
      ADD CONSTRAINT point_entries_check3 CHECK ((kind = 'merge') = (sale_id IS NULL))`);
}
