/** What a manager tells a store or a person until a day, and who has read it. */
import type { Knex } from "knex";

export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    CREATE TABLE messages (
      id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
      store_id bigint REFERENCES stores (id),
      to_user_id bigint,
      -- as they were called then
      to_name text NOT NULL,
      body text NOT NULL,
      until_day date NOT NULL,
      user_id bigint NOT NULL,
      user_name text NOT NULL,
      created_at timestamptz NOT NULL,
      withdrawn_at timestamptz,
      CHECK (num_nonnulls(store_id, to_user_id) = 1)
    );
    CREATE INDEX messages_store ON messages (store_id);
    CREATE INDEX messages_person ON messages (to_user_id) WHERE to_user_id IS NOT NULL;
    CREATE TABLE message_reads (
      message_id bigint NOT NULL REFERENCES messages (id) ON DELETE CASCADE,
      user_id bigint NOT NULL,
      user_name text NOT NULL,
      read_at timestamptz NOT NULL,
      PRIMARY KEY (message_id, user_id)
    );
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw("DROP TABLE message_reads, messages");
}
