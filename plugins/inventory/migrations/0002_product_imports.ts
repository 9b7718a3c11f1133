/** Imports under way: the file itself, so that any instance can go on with it, how far it is, and its faulty rows. */
import type { Knex } from "knex";

export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    CREATE TABLE product_imports (
      id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
      file_name text NOT NULL,
      status text NOT NULL CHECK (status IN ('checking', 'checked', 'running', 'done', 'refused')),
      -- what happens after the check: stop and ask a person, or go on
      dry_run boolean NOT NULL,
      atomic boolean NOT NULL,
      -- how the file is read: delimiter, separators of amounts, columns
      layout jsonb NOT NULL,
      total int NOT NULL CHECK (total >= 0),
      -- rows of the phase under way that are dealt with: a repeated delivery goes on from here
      processed int NOT NULL DEFAULT 0,
      created int NOT NULL DEFAULT 0,
      updated int NOT NULL DEFAULT 0,
      unchanged int NOT NULL DEFAULT 0,
      failed int NOT NULL DEFAULT 0,
      -- the first rows as they were understood, for the person who decides
      preview jsonb NOT NULL DEFAULT '[]',
      -- why the whole file was refused: {code, params}
      fault jsonb,
      user_id bigint NOT NULL,
      user_name text NOT NULL,
      created_at timestamptz NOT NULL,
      finished_at timestamptz
    )`);
  await knex.raw("CREATE INDEX product_imports_created ON product_imports (created_at)");
  await knex.raw(`
    CREATE TABLE product_import_parts (
      import_id bigint NOT NULL REFERENCES product_imports (id) ON DELETE CASCADE,
      part int NOT NULL,
      content bytea NOT NULL,
      PRIMARY KEY (import_id, part)
    )`);
  await knex.raw(`
    CREATE TABLE product_import_faults (
      import_id bigint NOT NULL REFERENCES product_imports (id) ON DELETE CASCADE,
      -- as a spreadsheet counts them: the header is row 1
      row_number int NOT NULL,
      -- more than one fault of a row are told in this order
      place int NOT NULL,
      field text NOT NULL,
      code text NOT NULL,
      -- locale key and values of its sentence
      message text NOT NULL,
      params jsonb NOT NULL,
      written text NOT NULL,
      PRIMARY KEY (import_id, row_number, place)
    )`);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw("DROP TABLE product_import_faults, product_import_parts, product_imports");
}
