/** What was backed up when, and whether it could be restored. */
import type { Knex } from "knex";

export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    CREATE TABLE backups (
      id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
      -- of its files, without what follows the dot
      name text NOT NULL UNIQUE,
      state text NOT NULL DEFAULT 'running' CHECK (state IN ('running', 'good', 'failed')),
      trigger text NOT NULL CHECK (trigger IN ('schedule', 'person', 'command', 'upgrade')),
      made_by text,
      -- the machine on whose disk it is
      host text NOT NULL,
      method text CHECK (method IN ('copy', 'pg_dump')),
      started_at timestamptz NOT NULL,
      finished_at timestamptz,
      bytes bigint,
      rows bigint,
      sha256 text,
      encrypted boolean,
      fault text,
      drill text NOT NULL DEFAULT 'none' CHECK (drill IN ('none', 'ok', 'findings', 'failed')),
      drill_at timestamptz,
      drill_detail text,
      copies jsonb NOT NULL DEFAULT '[]',
      removed_at timestamptz,
      CHECK ((state = 'running') = (finished_at IS NULL)),
      CHECK ((state = 'failed') = (fault IS NOT NULL)),
      CHECK ((state = 'good') = (bytes IS NOT NULL))
    );
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw("DROP TABLE backups");
}
