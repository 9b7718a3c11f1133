/**
 * Payments that a provider takes: asked for, then approved or not, then part of a sale or given back. The row is there before the
 * provider is asked, so that a crash in between loses nothing.
 */
import type { Knex } from "knex";

export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    ALTER TABLE tenders ADD COLUMN provider text CHECK (provider IS NULL OR
      provider ~ '^[a-z][a-z0-9_]{1,39}$' AND kind IN ('card', 'transfer', 'wallet', 'other'));

    CREATE TABLE payment_intents (
      -- ours: by it the provider knows a second try
      id uuid PRIMARY KEY,
      cart_id uuid,
      register_id bigint NOT NULL REFERENCES registers (id),
      store_id bigint NOT NULL REFERENCES stores (id),
      method text NOT NULL REFERENCES tenders (code),
      provider text NOT NULL,
      amount_minor bigint NOT NULL CHECK (amount_minor > 0),
      currency text NOT NULL,
      state text NOT NULL DEFAULT 'new'
        CHECK (state IN ('new', 'pending', 'approved', 'declined', 'expired', 'abandoned', 'used', 'returned')),
      reference text,
      -- what the customer's telephone reads
      qr text,
      expires_at timestamptz NOT NULL,
      sale_id bigint REFERENCES sales (id),
      -- when the provider is asked next; null: never again
      next_ask_at timestamptz,
      tries int NOT NULL DEFAULT 0,
      user_id bigint NOT NULL,
      user_name text NOT NULL,
      created_at timestamptz NOT NULL,
      updated_at timestamptz NOT NULL,
      CHECK ((state = 'used') = (sale_id IS NOT NULL))
    );
    CREATE INDEX payment_intents_cart ON payment_intents (cart_id) WHERE cart_id IS NOT NULL;
    CREATE INDEX payment_intents_open ON payment_intents (register_id) WHERE state IN ('new', 'pending', 'approved');
    CREATE INDEX payment_intents_due ON payment_intents (next_ask_at) WHERE next_ask_at IS NOT NULL;
    CREATE INDEX payment_intents_by_time ON payment_intents (created_at DESC, id);
    CREATE INDEX payment_intents_register ON payment_intents (register_id);
    CREATE INDEX payment_intents_store ON payment_intents (store_id);
    CREATE INDEX payment_intents_method ON payment_intents (method);
    CREATE INDEX payment_intents_sale ON payment_intents (sale_id) WHERE sale_id IS NOT NULL;

    CREATE TABLE provider_refunds (
      id uuid PRIMARY KEY,
      intent_id uuid NOT NULL REFERENCES payment_intents (id),
      -- the return or void; null: no sale came of the payment
      sale_id bigint REFERENCES sales (id),
      amount_minor bigint NOT NULL CHECK (amount_minor > 0),
      state text NOT NULL DEFAULT 'queued' CHECK (state IN ('queued', 'done')),
      tries int NOT NULL DEFAULT 0,
      next_try_at timestamptz NOT NULL,
      error text,
      created_at timestamptz NOT NULL
    );
    CREATE INDEX provider_refunds_intent ON provider_refunds (intent_id);
    CREATE INDEX provider_refunds_sale ON provider_refunds (sale_id) WHERE sale_id IS NOT NULL;
    CREATE INDEX provider_refunds_due ON provider_refunds (next_try_at) WHERE state = 'queued';
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw("DROP TABLE provider_refunds, payment_intents");
  await knex.raw("ALTER TABLE tenders DROP COLUMN provider");
}
