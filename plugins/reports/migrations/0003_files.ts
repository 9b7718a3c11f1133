/** Files of long reports, made behind a page that tells how far they are, and kept for a day. */
import type { Knex } from "knex";

export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    CREATE TABLE report_files (
      id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
      user_id bigint NOT NULL,
      report text NOT NULL,
      format text NOT NULL,
      state text NOT NULL DEFAULT 'waiting' CHECK (state IN ('waiting', 'making', 'done', 'failed')),
      -- of which stores it tells, and whether costs are in it: who may not see these any more does not get it
      store_ids bigint[] NOT NULL,
      costs boolean NOT NULL,
      lines_done bigint NOT NULL DEFAULT 0,
      lines_all bigint NOT NULL,
      bytes bigint NOT NULL DEFAULT 0,
      type text,
      filename text,
      created_at timestamptz NOT NULL,
      -- whoever makes it says so again and again
      beat_at timestamptz NOT NULL
    );
    CREATE INDEX report_files_user ON report_files (user_id) WHERE state IN ('waiting', 'making');
    CREATE TABLE report_file_parts (
      file_id bigint NOT NULL REFERENCES report_files (id) ON DELETE CASCADE,
      part int NOT NULL,
      content bytea NOT NULL,
      PRIMARY KEY (file_id, part)
    );
    -- what is in them is not worth packing again
    ALTER TABLE report_file_parts ALTER COLUMN content SET STORAGE EXTERNAL;
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw("DROP TABLE report_file_parts, report_files");
}
