/** Reminders of debts that went out by e-mail: who sent one, to whom, over how much; neither an address nor a name. */
import type { Knex } from "knex";

const PURPOSES = "'records', 'offers', 'credit_bureau'";

export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    ALTER TABLE customer_consents DROP CONSTRAINT customer_consents_purpose_check,
      ADD CONSTRAINT customer_consents_purpose_check CHECK (purpose IN (${PURPOSES}, 'reminders'));
    CREATE TABLE customer_reminders (
      id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
      customer_id bigint NOT NULL REFERENCES customers (id),
      -- dropped: when its turn came there was nothing to say any more
      state text NOT NULL DEFAULT 'queued' CHECK (state IN ('queued', 'sent', 'failed', 'dropped')),
      -- what was owed when it was asked for
      currency text NOT NULL,
      balance_minor bigint NOT NULL CHECK (balance_minor > 0),
      -- of the link by which the customer asks for no more of them
      token text NOT NULL UNIQUE,
      user_id bigint NOT NULL,
      user_name text NOT NULL,
      created_at timestamptz NOT NULL
    );
    CREATE INDEX customer_reminders_customer ON customer_reminders (customer_id, id);
  `);
}

/** Refused where somebody agreed to reminders: what was agreed to is evidence. */
export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    DROP TABLE customer_reminders;
    ALTER TABLE customer_consents DROP CONSTRAINT customer_consents_purpose_check,
      ADD CONSTRAINT customer_consents_purpose_check CHECK (purpose IN (${PURPOSES}))`);
}
