/**
 * Sums of products change with each sale. Room on their pages lets PostgreSQL change them in place, without a new entry in each index
 * (more than half of the changes wrote one); and nothing asks for the sums of a product but by store and day.
 */
import type { Knex } from "knex";

const TABLES = ["report_products", "report_products_by_month", "report_goods", "report_goods_by_month"];

export async function up(knex: Knex): Promise<void> {
  await knex.raw("DROP INDEX report_products_product");
  for (const table of TABLES) await knex.raw("ALTER TABLE ?? SET (fillfactor = 60)", [table]);
}

export async function down(knex: Knex): Promise<void> {
  for (const table of TABLES) await knex.raw("ALTER TABLE ?? RESET (fillfactor)", [table]);
  await knex.raw("CREATE INDEX report_products_product ON report_products (product_id, business_date DESC)");
}
