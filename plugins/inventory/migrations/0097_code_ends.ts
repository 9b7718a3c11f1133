/** Barcodes by how they end: who types one at the till reads its last figures. */
import type { Knex } from "knex";

export async function up(knex: Knex): Promise<void> {
  await knex.raw("CREATE INDEX product_barcodes_end ON product_barcodes (reverse(code) text_pattern_ops)");
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw("DROP INDEX product_barcodes_end");
}
