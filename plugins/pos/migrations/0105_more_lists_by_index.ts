/** Found by an index: a store's newest sales, however much the others sell; what came back lately; carts in which somebody wrote. */
import type { Knex } from "knex";

export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    CREATE INDEX sales_by_store ON sales (store_id, id);
    CREATE INDEX sales_returned_at ON sales (created_at) WHERE returns_sale_id IS NOT NULL;
    CREATE INDEX carts_told ON carts (id) WHERE name IS NOT NULL OR note IS NOT NULL;
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw("DROP INDEX sales_by_store, sales_returned_at, carts_told");
}
