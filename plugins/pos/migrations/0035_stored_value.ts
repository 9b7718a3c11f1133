/**
 * Money that is booked instead of handed over: customer credit, gift cards, store credit. And money that is handed over for no
 * goods: a debt that is paid, a gift card that is bought.
 */
import type { Knex } from "knex";

const KINDS = "'cash', 'card', 'transfer', 'wallet', 'other'";
const BOOKED = "'customer_credit', 'gift_card', 'store_credit'";

export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    ALTER TABLE tenders DROP CONSTRAINT tenders_kind_check,
      ADD CONSTRAINT tenders_kind_check CHECK (kind IN (${KINDS}, ${BOOKED})),
      -- there is one ledger of each
      ADD CONSTRAINT tenders_booked_check CHECK ((kind IN (${BOOKED})) = (code IN (${BOOKED})) AND (kind NOT IN (${BOOKED}) OR kind = code));
    INSERT INTO tenders (code, kind, needs_reference, position)
      SELECT code, code, code <> 'customer_credit', (SELECT max(position) FROM tenders) + n
      FROM (VALUES ('store_credit', 1), ('gift_card', 2), ('customer_credit', 3)) AS booked (code, n);

    CREATE TABLE vouchers (
      id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
      kind text NOT NULL CHECK (kind IN ('gift_card', 'store_credit')),
      -- whoever has it can spend it
      code text NOT NULL UNIQUE CHECK (code ~ '^[0-9A-Z]{6,32}$'),
      store_id bigint NOT NULL REFERENCES stores (id),
      currency text NOT NULL,
      balance_minor bigint NOT NULL DEFAULT 0 CHECK (balance_minor >= 0),
      expires_on date,
      blocked boolean NOT NULL DEFAULT false,
      customer_id bigint,
      customer_name text,
      created_at timestamptz NOT NULL
    );
    CREATE INDEX vouchers_store ON vouchers (store_id);
    CREATE INDEX vouchers_customer ON vouchers (customer_id) WHERE customer_id IS NOT NULL;

    CREATE TABLE collections (
      id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
      kind text NOT NULL CHECK (kind IN ('debt', 'gift_card')),
      store_id bigint NOT NULL REFERENCES stores (id),
      register_id bigint NOT NULL REFERENCES registers (id),
      shift_id bigint NOT NULL REFERENCES shifts (id),
      customer_id bigint,
      customer_name text,
      voucher_id bigint REFERENCES vouchers (id),
      currency text NOT NULL,
      method text NOT NULL,
      amount_minor bigint NOT NULL CHECK (amount_minor > 0),
      reference text,
      business_date date NOT NULL,
      user_id bigint NOT NULL,
      user_name text NOT NULL,
      created_at timestamptz NOT NULL,
      CHECK ((kind = 'debt') = (voucher_id IS NULL)),
      CHECK (kind <> 'debt' OR customer_id IS NOT NULL)
    );
    CREATE INDEX collections_shift ON collections (shift_id, id);
    CREATE INDEX collections_store ON collections (store_id);
    CREATE INDEX collections_register ON collections (register_id);
    CREATE INDEX collections_customer ON collections (customer_id, id) WHERE customer_id IS NOT NULL;
    CREATE INDEX collections_voucher ON collections (voucher_id) WHERE voucher_id IS NOT NULL;

    CREATE TABLE voucher_entries (
      id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
      voucher_id bigint NOT NULL REFERENCES vouchers (id),
      store_id bigint NOT NULL REFERENCES stores (id),
      kind text NOT NULL CHECK (kind IN ('issue', 'spend', 'refund')),
      amount_minor bigint NOT NULL,
      balance_minor bigint NOT NULL CHECK (balance_minor >= 0),
      -- written before the document of whose transaction they are a part: an invariant watches that it is there
      sale_id bigint,
      collection_id bigint REFERENCES collections (id),
      user_id bigint NOT NULL,
      user_name text NOT NULL,
      created_at timestamptz NOT NULL,
      CHECK (CASE kind WHEN 'spend' THEN amount_minor < 0 ELSE amount_minor > 0 END),
      CHECK ((sale_id IS NULL) <> (collection_id IS NULL))
    );
    CREATE INDEX voucher_entries_voucher ON voucher_entries (voucher_id, id);
    CREATE INDEX voucher_entries_store ON voucher_entries (store_id);
    CREATE INDEX voucher_entries_sale ON voucher_entries (sale_id) WHERE sale_id IS NOT NULL;
    CREATE INDEX voucher_entries_collection ON voucher_entries (collection_id) WHERE collection_id IS NOT NULL;
    CREATE INDEX payments_booked ON payments (method, sale_id) WHERE method IN (${BOOKED});
  `);
  await knex.raw(`
    CREATE TRIGGER collections_final BEFORE UPDATE OR DELETE ON collections FOR EACH ROW EXECUTE FUNCTION kernel_refuse_change();
    CREATE TRIGGER collections_kept BEFORE TRUNCATE ON collections FOR EACH STATEMENT EXECUTE FUNCTION kernel_refuse_change();
    CREATE TRIGGER voucher_entries_final BEFORE UPDATE OR DELETE ON voucher_entries FOR EACH ROW EXECUTE FUNCTION kernel_refuse_change();
    CREATE TRIGGER voucher_entries_kept BEFORE TRUNCATE ON voucher_entries FOR EACH STATEMENT EXECUTE FUNCTION kernel_refuse_change();`);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw("DROP INDEX payments_booked");
  await knex.raw("DROP TABLE voucher_entries, collections, vouchers");
  await knex.raw(`DELETE FROM tenders WHERE code IN (${BOOKED})`);
  await knex.raw(`ALTER TABLE tenders DROP CONSTRAINT tenders_booked_check, DROP CONSTRAINT tenders_kind_check,
    ADD CONSTRAINT tenders_kind_check CHECK (kind IN (${KINDS}))`);
}
