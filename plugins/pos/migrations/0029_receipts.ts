/** Copies of receipts are counted, and links to receipts are signed by a key of the shop's own, which all its instances share. */
import type { Knex } from "knex";

export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    CREATE TABLE receipt_copies (
      sale_id bigint NOT NULL REFERENCES sales (id),
      copy int NOT NULL CHECK (copy > 0),
      user_id bigint NOT NULL,
      created_at timestamptz NOT NULL,
      PRIMARY KEY (sale_id, copy)
    );
    -- the newest signs, all of them are believed: a new key keeps old links, removing the old one ends them
    CREATE TABLE receipt_link_keys (
      id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
      secret text NOT NULL CHECK (length(secret) >= 43),
      created_at timestamptz NOT NULL DEFAULT now()
    );
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw("DROP TABLE receipt_link_keys; DROP TABLE receipt_copies;");
}
