/** What pages and figures ask often is found by an index, whatever was sold and printed since. */
import type { Knex } from "knex";

export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    CREATE INDEX sales_store_day ON sales (store_id, business_date);
    DROP INDEX sales_store;
    -- by the name that a document has: somebody who left, or is called otherwise now
    CREATE INDEX sales_by_cashier_name ON sales (lower(user_name), id);
    CREATE INDEX print_jobs_open ON print_jobs (id) WHERE state IN ('queued', 'sending', 'failed');
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    CREATE INDEX sales_store ON sales (store_id);
    DROP INDEX sales_store_day, sales_by_cashier_name, print_jobs_open;
  `);
}
