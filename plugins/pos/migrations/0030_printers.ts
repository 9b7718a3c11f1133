/** Printers in the shop's network, and what waits to be printed on each, in its order. */
import type { Knex } from "knex";

export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    CREATE TABLE printers (
      id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
      name text NOT NULL UNIQUE CHECK (name <> ''),
      host text NOT NULL,
      port int NOT NULL CHECK (port BETWEEN 1024 AND 65535),
      width int NOT NULL CHECK (width IN (58, 80)),
      code_page text NOT NULL,
      -- a drawer hangs on it, opened by sales that take cash
      kicks_drawer boolean NOT NULL DEFAULT false,
      active boolean NOT NULL DEFAULT true,
      -- whoever sends to it does so until then; later nobody does, whatever became of that process
      busy_until timestamptz
    );
    ALTER TABLE registers ADD COLUMN printer_id bigint REFERENCES printers (id);
    CREATE INDEX registers_printer ON registers (printer_id);

    CREATE TABLE print_jobs (
      id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
      printer_id bigint NOT NULL REFERENCES printers (id),
      kind text NOT NULL CHECK (kind IN ('receipt', 'copy', 'test')),
      sale_id bigint REFERENCES sales (id),
      copy int,
      state text NOT NULL DEFAULT 'queued' CHECK (state IN ('queued', 'sending', 'done', 'failed', 'cancelled')),
      -- an earlier try may have reached the paper
      repeated boolean NOT NULL DEFAULT false,
      tries int NOT NULL DEFAULT 0,
      next_try_at timestamptz NOT NULL,
      last_error text,
      created_at timestamptz NOT NULL,
      done_at timestamptz,
      CHECK ((sale_id IS NOT NULL) = (kind IN ('receipt', 'copy'))),
      CHECK ((copy IS NOT NULL) = (kind = 'copy'))
    );
    CREATE INDEX print_jobs_waiting ON print_jobs (printer_id, id) WHERE state IN ('queued', 'sending');
    CREATE INDEX print_jobs_printer ON print_jobs (printer_id);
    CREATE INDEX print_jobs_sale ON print_jobs (sale_id) WHERE sale_id IS NOT NULL;
    CREATE UNIQUE INDEX print_jobs_receipt_once ON print_jobs (sale_id) WHERE kind = 'receipt';
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw("DROP TABLE print_jobs; ALTER TABLE registers DROP COLUMN printer_id; DROP TABLE printers;");
}
