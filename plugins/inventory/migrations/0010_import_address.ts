/** Whoever starts an import answers for it: from where, beside the name. */
import type { Knex } from "knex";

export async function up(knex: Knex): Promise<void> {
  await knex.raw("ALTER TABLE product_imports ADD COLUMN address text");
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw("ALTER TABLE product_imports DROP COLUMN address");
}
