/** Points of customers: a balance and its ledger. */
import type { Knex } from "knex";

export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    -- below zero: goods came back whose points had been spent already
    ALTER TABLE customers ADD COLUMN points bigint NOT NULL DEFAULT 0;
    CREATE TABLE point_entries (
      id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
      customer_id bigint NOT NULL REFERENCES customers (id),
      -- of the document; stores are another plugin's
      store_id bigint NOT NULL,
      -- earn: a sale. spend: paid with points. refund: what was paid with points came back. reverse: goods came back that had earned. merge: moved to another customer
      kind text NOT NULL CHECK (kind IN ('earn', 'spend', 'refund', 'reverse', 'merge')),
      points bigint NOT NULL CHECK (points <> 0 OR kind = 'refund'),
      balance_points bigint NOT NULL,
      -- what spent points paid, below zero where it came back
      amount_minor bigint NOT NULL DEFAULT 0,
      -- the sale that they were earned or spent on, also of its returns
      sale_id bigint,
      document_type text NOT NULL,
      document_id bigint NOT NULL,
      document_number text NOT NULL,
      user_id bigint NOT NULL,
      user_name text NOT NULL,
      created_at timestamptz NOT NULL,
      CHECK (CASE kind WHEN 'earn' THEN points > 0 WHEN 'spend' THEN points < 0 WHEN 'refund' THEN points >= 0 WHEN 'reverse' THEN points < 0 ELSE true END),
      CHECK (CASE kind WHEN 'spend' THEN amount_minor > 0 WHEN 'refund' THEN amount_minor < 0 ELSE amount_minor = 0 END),
      CHECK ((kind = 'merge') = (sale_id IS NULL))
    );
    CREATE INDEX point_entries_customer ON point_entries (customer_id, id);
    CREATE INDEX point_entries_sale ON point_entries (sale_id) WHERE sale_id IS NOT NULL;
    CREATE INDEX point_entries_document ON point_entries (document_type, document_id);
    CREATE TRIGGER point_entries_final BEFORE UPDATE OR DELETE ON point_entries
      FOR EACH ROW EXECUTE FUNCTION kernel_refuse_change();
    CREATE TRIGGER point_entries_kept BEFORE TRUNCATE ON point_entries
      FOR EACH STATEMENT EXECUTE FUNCTION kernel_refuse_change();
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw("DROP TABLE point_entries");
  await knex.raw("ALTER TABLE customers DROP COLUMN points");
}
