/** Who sells to the shop. */
import type { Knex } from "knex";

export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    CREATE EXTENSION IF NOT EXISTS pg_trgm;
    CREATE TABLE suppliers (
      id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
      name text NOT NULL CHECK (name <> ''),
      -- digits, a dash and the check digit
      nit text UNIQUE CHECK (nit ~ '^[0-9]{5,14}-[0-9]$'),
      contact text,
      phone text,
      email text,
      address text,
      note text,
      -- from the order to the delivery
      lead_time_days int NOT NULL CHECK (lead_time_days BETWEEN 0 AND 365),
      active boolean NOT NULL DEFAULT true,
      version int NOT NULL DEFAULT 1,
      -- folded name, NIT, contact, phone and mail, each behind a space
      search_text text NOT NULL,
      sort_name text NOT NULL,
      created_at timestamptz NOT NULL,
      updated_at timestamptz NOT NULL
    );
    CREATE INDEX suppliers_search ON suppliers USING gin (search_text gin_trgm_ops);
    CREATE INDEX suppliers_by_name ON suppliers (sort_name, id);
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw("DROP TABLE suppliers");
}
