/** A drawer that is opened without a sale is a job of the printer it hangs on. */
import type { Knex } from "knex";

export async function up(knex: Knex): Promise<void> {
  await knex.raw(`ALTER TABLE print_jobs DROP CONSTRAINT print_jobs_kind_check,
    ADD CONSTRAINT print_jobs_kind_check CHECK (kind IN ('receipt', 'copy', 'test', 'drawer'))`);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(`DELETE FROM print_jobs WHERE kind = 'drawer'`);
  await knex.raw(`ALTER TABLE print_jobs DROP CONSTRAINT print_jobs_kind_check,
    ADD CONSTRAINT print_jobs_kind_check CHECK (kind IN ('receipt', 'copy', 'test'))`);
}
