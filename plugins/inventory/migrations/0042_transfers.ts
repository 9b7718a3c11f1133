/** Transfers between stores: what was asked for, sent and received, and the ledger of what is on the way. */
import type { Knex } from "knex";

export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    CREATE TABLE stock_transfers (
      id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
      from_store_id bigint NOT NULL REFERENCES stores (id),
      to_store_id bigint NOT NULL REFERENCES stores (id),
      state text NOT NULL DEFAULT 'requested' CHECK (state IN ('requested', 'sent', 'received', 'cancelled')),
      note text,
      requested_by text NOT NULL,
      requested_at timestamptz NOT NULL,
      sent_by text,
      sent_at timestamptz,
      -- who ended it: received the last of it, or cancelled it
      closed_by text,
      closed_at timestamptz,
      changed_at timestamptz NOT NULL,
      CHECK (from_store_id <> to_store_id)
    )`);
  await knex.raw("CREATE INDEX stock_transfers_from ON stock_transfers (from_store_id, id)");
  await knex.raw("CREATE INDEX stock_transfers_to ON stock_transfers (to_store_id, id)");
  await knex.raw(`
    CREATE TABLE stock_transfer_lines (
      transfer_id bigint NOT NULL REFERENCES stock_transfers (id),
      product_id bigint NOT NULL REFERENCES products (id),
      requested_milli bigint NOT NULL CHECK (requested_milli > 0),
      sent_milli bigint NOT NULL DEFAULT 0,
      received_milli bigint NOT NULL DEFAULT 0 CHECK (received_milli >= 0),
      lost_milli bigint NOT NULL DEFAULT 0 CHECK (lost_milli >= 0),
      -- on nobody's shelf
      in_transit_milli bigint NOT NULL DEFAULT 0 CHECK (in_transit_milli >= 0),
      -- of a unit, when it was sent
      cost_minor bigint NOT NULL DEFAULT 0 CHECK (cost_minor >= 0),
      PRIMARY KEY (transfer_id, product_id),
      CHECK (sent_milli = received_milli + lost_milli + in_transit_milli)
    )`);
  await knex.raw("CREATE INDEX stock_transfer_lines_product ON stock_transfer_lines (product_id)");
  await knex.raw(`
    CREATE TABLE transit_entries (
      id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
      transfer_id bigint NOT NULL,
      product_id bigint NOT NULL,
      -- the one that sends
      store_id bigint NOT NULL,
      kind text NOT NULL CHECK (kind IN ('sent', 'received', 'lost')),
      quantity_milli bigint NOT NULL CHECK (CASE kind WHEN 'sent' THEN quantity_milli > 0 ELSE quantity_milli < 0 END),
      -- of the line on the way, after it
      balance_milli bigint NOT NULL CHECK (balance_milli >= 0),
      cost_minor bigint NOT NULL,
      user_id bigint NOT NULL,
      user_name text NOT NULL,
      created_at timestamptz NOT NULL,
      FOREIGN KEY (transfer_id, product_id) REFERENCES stock_transfer_lines (transfer_id, product_id)
    )`);
  await knex.raw("CREATE INDEX transit_entries_line ON transit_entries (transfer_id, product_id, id)");
  await knex.raw(`
    CREATE TRIGGER transit_entries_final BEFORE UPDATE OR DELETE ON transit_entries
      FOR EACH ROW EXECUTE FUNCTION kernel_refuse_change()`);
  await knex.raw(`
    CREATE TRIGGER transit_entries_kept BEFORE TRUNCATE ON transit_entries
      FOR EACH STATEMENT EXECUTE FUNCTION kernel_refuse_change()`);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw("DROP TABLE transit_entries, stock_transfer_lines, stock_transfers");
}
