import type { Knex } from "knex";

export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    -- tries to sign in that were wrong or are not decided yet; keyed marks, because people type passwords as names
    CREATE TABLE sign_in_failures (
      scope text NOT NULL CHECK (scope IN ('account', 'device', 'address', 'session', 'asker', 'pin')),
      key text NOT NULL CHECK (length(key) = 43),
      -- whose account it is, when it is somebody's
      user_id bigint REFERENCES users (id) ON DELETE CASCADE,
      failures int NOT NULL CHECK (failures >= 0),
      last_failed_at timestamptz NOT NULL,
      locked_until timestamptz,
      PRIMARY KEY (scope, key)
    );
    CREATE INDEX sign_in_failures_user_id ON sign_in_failures (user_id);
    CREATE INDEX sign_in_failures_last_failed_at ON sign_in_failures (last_failed_at);
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw("DROP TABLE sign_in_failures");
}
