/** Promotions, and what each took from a posted line. */
import type { Knex } from "knex";

export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    CREATE TABLE promotions (
      id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
      name text NOT NULL CHECK (name <> ''),
      -- percent: off. quantity: percent off from so many. n_for_m: so many are taken, fewer are paid
      kind text NOT NULL CHECK (kind IN ('percent', 'quantity', 'n_for_m')),
      percent_bp int CHECK (percent_bp BETWEEN 1 AND 10000),
      from_milli bigint CHECK (from_milli > 0),
      take int CHECK (take BETWEEN 2 AND 1000),
      pay int CHECK (pay >= 1 AND pay < take),
      -- of these products and those of these categories; both empty: of everything
      product_ids bigint[] NOT NULL,
      category_ids bigint[] NOT NULL,
      -- empty: in all stores, for everybody, every day of the week
      store_ids bigint[] NOT NULL,
      group_ids bigint[] NOT NULL,
      weekdays int[] NOT NULL CHECK (weekdays <@ ARRAY[1, 2, 3, 4, 5, 6, 7]),
      -- business days of the store
      starts_on date NOT NULL,
      ends_on date CHECK (ends_on >= starts_on),
      -- minutes of the store's clock; the end is not in it and may lie behind midnight
      from_minute int CHECK (from_minute BETWEEN 0 AND 1439),
      to_minute int CHECK (to_minute BETWEEN 0 AND 1439 AND to_minute <> from_minute),
      ended_at timestamptz,
      version int NOT NULL DEFAULT 1,
      created_at timestamptz NOT NULL,
      CHECK ((percent_bp IS NOT NULL) = (kind <> 'n_for_m')),
      CHECK ((from_milli IS NOT NULL) = (kind = 'quantity')),
      CHECK ((take IS NOT NULL) = (kind = 'n_for_m') AND (pay IS NOT NULL) = (kind = 'n_for_m')),
      CHECK ((from_minute IS NULL) = (to_minute IS NULL))
    )`);
  await knex.raw("CREATE INDEX promotions_running ON promotions (starts_on) WHERE ended_at IS NULL");
  await knex.raw(`
    ALTER TABLE sale_items
      ADD COLUMN promotion_id bigint REFERENCES promotions (id),
      ADD COLUMN promotion_name text,
      -- its part of discount_minor
      ADD COLUMN promotion_minor bigint,
      ADD CHECK ((promotion_id IS NULL) = (promotion_name IS NULL) AND (promotion_id IS NULL) = (promotion_minor IS NULL))`);
  await knex.raw("CREATE INDEX sale_items_promotion ON sale_items (promotion_id) WHERE promotion_id IS NOT NULL");
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(
    "ALTER TABLE sale_items DROP COLUMN promotion_id, DROP COLUMN promotion_name, DROP COLUMN promotion_minor",
  );
  await knex.raw("DROP TABLE promotions");
}
