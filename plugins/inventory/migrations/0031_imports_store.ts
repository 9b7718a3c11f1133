/** An import puts what it brings onto the shelves of one store. */
import type { Knex } from "knex";

export async function up(knex: Knex): Promise<void> {
  await knex.raw("ALTER TABLE product_imports ADD COLUMN store_id bigint REFERENCES stores (id)");
  await knex.raw("CREATE INDEX product_imports_store ON product_imports (store_id)");
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw("ALTER TABLE product_imports DROP COLUMN store_id");
}
