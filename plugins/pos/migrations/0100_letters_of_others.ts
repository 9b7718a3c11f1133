/** Letters of other plugins go out by the same queue: they say what they are about, and are written and addressed when they go. */
import type { Knex } from "knex";

export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    ALTER TABLE receipt_letters ALTER COLUMN sale_id DROP NOT NULL, ALTER COLUMN address DROP NOT NULL,
      ADD COLUMN kind text NOT NULL DEFAULT 'receipt',
      -- what it is about, by the id of whoever writes letters of that kind
      ADD COLUMN reference_id bigint,
      DROP CONSTRAINT receipt_letters_state_check,
      ADD CONSTRAINT receipt_letters_state_check CHECK (state IN ('queued', 'sent', 'failed', 'dropped')),
      ADD CONSTRAINT receipt_letters_about CHECK (CASE kind WHEN 'receipt' THEN sale_id IS NOT NULL AND address IS NOT NULL
        ELSE sale_id IS NULL AND address IS NULL AND reference_id IS NOT NULL END)
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    DELETE FROM receipt_letters WHERE kind <> 'receipt';
    ALTER TABLE receipt_letters DROP CONSTRAINT receipt_letters_about, DROP CONSTRAINT receipt_letters_state_check,
      DROP COLUMN kind, DROP COLUMN reference_id,
      ADD CONSTRAINT receipt_letters_state_check CHECK (state IN ('queued', 'sent', 'failed')),
      ALTER COLUMN sale_id SET NOT NULL, ALTER COLUMN address SET NOT NULL`);
}
