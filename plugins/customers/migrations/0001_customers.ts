/** Customers, and the ledger of what they owe the shop. */
import type { Knex } from "knex";

export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    CREATE EXTENSION IF NOT EXISTS pg_trgm;
    CREATE TABLE customers (
      id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
      name text NOT NULL CHECK (name <> ''),
      document_type text CHECK (document_type IN ('CC', 'NIT', 'CE', 'PP', 'TI', 'OTHER')),
      -- as it is written, without dots and spaces
      document_number text CHECK (document_number <> ''),
      phone text,
      email text,
      address text,
      note text,
      currency text NOT NULL,
      credit_limit_minor bigint NOT NULL DEFAULT 0 CHECK (credit_limit_minor >= 0),
      -- what the customer owes, the running sum of the ledger; below zero the shop owes
      balance_minor bigint NOT NULL DEFAULT 0,
      active boolean NOT NULL DEFAULT true,
      version int NOT NULL DEFAULT 1,
      -- folded name, document, phone and mail, each behind a space
      search_text text NOT NULL,
      sort_name text NOT NULL,
      created_at timestamptz NOT NULL,
      updated_at timestamptz NOT NULL,
      CHECK ((document_type IS NULL) = (document_number IS NULL))
    );
    CREATE UNIQUE INDEX customers_document ON customers (document_type, document_number) WHERE document_number IS NOT NULL;
    CREATE INDEX customers_search ON customers USING gin (search_text gin_trgm_ops);
    CREATE INDEX customers_by_name ON customers (sort_name, id);
    CREATE INDEX customers_owing ON customers (balance_minor DESC, id) WHERE balance_minor <> 0;

    CREATE TABLE customer_entries (
      id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
      customer_id bigint NOT NULL REFERENCES customers (id),
      -- of the document; stores are another plugin's
      store_id bigint NOT NULL,
      -- charge: a sale on credit. payment: money that was handed over. refund: goods bought on credit came back
      kind text NOT NULL CHECK (kind IN ('charge', 'payment', 'refund')),
      amount_minor bigint NOT NULL,
      balance_minor bigint NOT NULL,
      document_type text NOT NULL,
      document_id bigint NOT NULL,
      document_number text NOT NULL,
      user_id bigint NOT NULL,
      user_name text NOT NULL,
      created_at timestamptz NOT NULL,
      CHECK (CASE kind WHEN 'charge' THEN amount_minor > 0 ELSE amount_minor < 0 END)
    );
    CREATE INDEX customer_entries_customer ON customer_entries (customer_id, id);
    CREATE INDEX customer_entries_document ON customer_entries (document_type, document_id);
    CREATE TRIGGER customer_entries_final BEFORE UPDATE OR DELETE ON customer_entries
      FOR EACH ROW EXECUTE FUNCTION kernel_refuse_change();
    CREATE TRIGGER customer_entries_kept BEFORE TRUNCATE ON customer_entries
      FOR EACH STATEMENT EXECUTE FUNCTION kernel_refuse_change();
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw("DROP TABLE customer_entries, customers");
}
