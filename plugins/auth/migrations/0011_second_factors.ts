import type { Knex } from "knex";

export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    CREATE TABLE second_factors (
      user_id bigint PRIMARY KEY REFERENCES users (id) ON DELETE CASCADE,
      -- base32; the codes are made of it, so a hash would not do
      secret text NOT NULL CHECK (length(secret) BETWEEN 32 AND 64),
      begun_at timestamptz NOT NULL,
      -- not on before the person has shown a code of it
      confirmed_at timestamptz,
      -- the step of the newest code used: none is good twice
      last_step bigint NOT NULL DEFAULT 0
    );
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw("DROP TABLE second_factors");
}
