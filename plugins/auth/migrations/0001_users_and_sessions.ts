import type { Knex } from "knex";

export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    CREATE TABLE users (
      id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
      username text NOT NULL CHECK (length(username) BETWEEN 2 AND 50),
      full_name text NOT NULL CHECK (length(full_name) BETWEEN 1 AND 120),
      role text NOT NULL CHECK (role IN ('admin', 'manager', 'employee')),
      password_hash text NOT NULL CHECK (password_hash LIKE '%$%'),
      active boolean NOT NULL DEFAULT true,
      created_at timestamptz NOT NULL DEFAULT now(),
      updated_at timestamptz NOT NULL DEFAULT now(),
      password_changed_at timestamptz NOT NULL DEFAULT now()
    );
    -- "Ana" and "ana" are one person
    CREATE UNIQUE INDEX users_username_lower ON users (lower(username));

    CREATE TABLE sessions (
      id uuid PRIMARY KEY,
      user_id bigint NOT NULL REFERENCES users (id) ON DELETE CASCADE,
      kind text NOT NULL CHECK (kind IN ('cookie', 'bearer')),
      -- SHA-256 of the refresh token that is good now, and of the one before it
      refresh_hash bytea NOT NULL CHECK (length(refresh_hash) = 32),
      previous_hash bytea CHECK (length(previous_hash) = 32),
      rotated_at timestamptz NOT NULL,
      created_at timestamptz NOT NULL,
      expires_at timestamptz NOT NULL,
      revoked_at timestamptz,
      last_address text,
      last_agent text CHECK (length(last_agent) <= 120)
    );
    CREATE INDEX sessions_user_id ON sessions (user_id);
    CREATE INDEX sessions_expires_at ON sessions (expires_at);

    -- only while there is no user: hashes of the codes that the log shows
    CREATE TABLE setup_codes (
      hash bytea PRIMARY KEY CHECK (length(hash) = 32),
      wrong_tries int NOT NULL DEFAULT 0,
      created_at timestamptz NOT NULL
    );
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw("DROP TABLE setup_codes, sessions, users");
}
