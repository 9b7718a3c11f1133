/** X and Z reports are jobs of the register's printer; each printing of a Z after the first is a copy with a number. */
import type { Knex } from "knex";

export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    CREATE TABLE z_prints (
      shift_id bigint NOT NULL REFERENCES shifts (id),
      -- 1 is the report itself
      number int NOT NULL CHECK (number > 0),
      user_id bigint NOT NULL,
      created_at timestamptz NOT NULL,
      PRIMARY KEY (shift_id, number)
    );
    ALTER TABLE print_jobs DROP CONSTRAINT print_jobs_kind_check,
      ADD CONSTRAINT print_jobs_kind_check CHECK (kind IN ('receipt', 'copy', 'test', 'drawer', 'shift_report')),
      ADD COLUMN shift_id bigint REFERENCES shifts (id),
      ADD CONSTRAINT print_jobs_shift_check CHECK ((shift_id IS NOT NULL) = (kind = 'shift_report')),
      DROP CONSTRAINT print_jobs_check1,
      -- of a shift's report: where it is one of a Z that was printed before
      ADD CONSTRAINT print_jobs_copy_check CHECK (kind = 'shift_report' OR (copy IS NOT NULL) = (kind = 'copy'));
    CREATE INDEX print_jobs_shift ON print_jobs (shift_id) WHERE shift_id IS NOT NULL;
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    DELETE FROM print_jobs WHERE kind = 'shift_report';
    ALTER TABLE print_jobs DROP CONSTRAINT print_jobs_kind_check,
      ADD CONSTRAINT print_jobs_kind_check CHECK (kind IN ('receipt', 'copy', 'test', 'drawer')),
      DROP CONSTRAINT print_jobs_copy_check,
      ADD CONSTRAINT print_jobs_check1 CHECK ((copy IS NOT NULL) = (kind = 'copy')),
      DROP COLUMN shift_id;
    DROP TABLE z_prints;
  `);
}
