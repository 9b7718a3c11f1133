/** Seals over the rows of ledgers, how far sealing has come, and what the last verification found. */
import type { Knex } from "knex";

export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    CREATE TABLE ledger_seals (
      ledger text NOT NULL,
      store_id bigint NOT NULL,
      seq bigint NOT NULL CHECK (seq > 0),
      version int NOT NULL,
      row_ids bigint[] NOT NULL CHECK (cardinality(row_ids) > 0),
      -- the first 8 bytes of each row's digest: they name the row that was changed, the hash proves it
      row_digests bytea NOT NULL CHECK (octet_length(row_digests) = 8 * cardinality(row_ids)),
      hash bytea NOT NULL CHECK (octet_length(hash) = 32),
      last_id bigint NOT NULL,
      sealed_at timestamptz NOT NULL DEFAULT now(),
      PRIMARY KEY (ledger, store_id, seq)
    )`);
  await knex.raw("CREATE INDEX ledger_seals_last ON ledger_seals (ledger, last_id)");
  await knex.raw(`
    CREATE TRIGGER ledger_seals_final BEFORE UPDATE OR DELETE ON ledger_seals
      FOR EACH ROW EXECUTE FUNCTION kernel_refuse_change()`);
  await knex.raw(`
    CREATE TRIGGER ledger_seals_kept BEFORE TRUNCATE ON ledger_seals
      FOR EACH STATEMENT EXECUTE FUNCTION kernel_refuse_change()`);

  await knex.raw(`
    CREATE TABLE ledger_heads (
      ledger text NOT NULL,
      store_id bigint NOT NULL,
      seq bigint NOT NULL,
      hash bytea NOT NULL,
      PRIMARY KEY (ledger, store_id)
    )`);
  await knex.raw(`
    CREATE TABLE ledger_marks (
      ledger text PRIMARY KEY,
      -- every row up to here has its seal; one that appears there later was slipped in
      settled_id bigint NOT NULL DEFAULT 0,
      -- the greatest id at that time, and the first transaction that had not begun then
      seen_id bigint NOT NULL,
      seen_at timestamptz NOT NULL,
      seen_xid xid8 NOT NULL
    )`);
  await knex.raw(`
    CREATE TABLE ledger_verifications (
      ledger text PRIMARY KEY,
      verified_at timestamptz NOT NULL,
      rows bigint NOT NULL,
      seals bigint NOT NULL,
      findings bigint NOT NULL
    )`);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw("DROP TABLE ledger_verifications, ledger_marks, ledger_heads, ledger_seals");
}
