/** Further people of a customer, what somebody agreed to, and who was forgotten. */
import type { Knex } from "knex";

export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    ALTER TABLE customers ADD COLUMN erased_at timestamptz,
      -- the folded names, phones and mails of its contacts, the end of search_text
      ADD COLUMN contact_text text NOT NULL DEFAULT '';
    CREATE INDEX customers_untouched ON customers (updated_at, id) WHERE erased_at IS NULL AND merged_into IS NULL AND balance_minor = 0;
    CREATE TABLE customer_contacts (
      id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
      customer_id bigint NOT NULL REFERENCES customers (id),
      name text NOT NULL CHECK (name <> ''),
      role text,
      phone text,
      email text,
      created_at timestamptz NOT NULL
    );
    CREATE INDEX customer_contacts_customer ON customer_contacts (customer_id, id);
    -- the newest of a purpose holds; what was agreed to before stays as evidence (Ley 1581 de 2012, art. 9 and 17)
    CREATE TABLE customer_consents (
      id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
      customer_id bigint NOT NULL REFERENCES customers (id),
      purpose text NOT NULL CHECK (purpose IN ('records', 'offers', 'credit_bureau')),
      given boolean NOT NULL,
      -- how it was said
      channel text NOT NULL CHECK (channel IN ('written', 'spoken', 'message', 'web')),
      note text,
      user_id bigint NOT NULL,
      user_name text NOT NULL,
      created_at timestamptz NOT NULL
    );
    CREATE INDEX customer_consents_customer ON customer_consents (customer_id, id);
    CREATE TRIGGER customer_consents_kept BEFORE DELETE ON customer_consents
      FOR EACH ROW EXECUTE FUNCTION kernel_refuse_change();
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw("DROP TABLE customer_consents, customer_contacts");
  await knex.raw("ALTER TABLE customers DROP COLUMN contact_text, DROP COLUMN erased_at");
}
