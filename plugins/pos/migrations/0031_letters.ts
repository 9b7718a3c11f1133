/** Receipts that go out by e-mail: who asked, where to, and what became of it. */
import type { Knex } from "knex";

export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    CREATE TABLE receipt_letters (
      id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
      sale_id bigint NOT NULL REFERENCES sales (id),
      address text NOT NULL,
      locale text NOT NULL,
      state text NOT NULL DEFAULT 'queued' CHECK (state IN ('queued', 'sent', 'failed')),
      tries int NOT NULL DEFAULT 0,
      next_try_at timestamptz NOT NULL,
      last_error text,
      user_id bigint NOT NULL,
      created_at timestamptz NOT NULL
    );
    CREATE INDEX receipt_letters_sale ON receipt_letters (sale_id);
    CREATE INDEX receipt_letters_waiting ON receipt_letters (next_try_at) WHERE state = 'queued';
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw("DROP TABLE receipt_letters");
}
