/** How often each product was sold in the year before a night, and since then as minutes added to it. Can be made anew. */
import type { Knex } from "knex";

export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    CREATE TABLE sold_lines (
      product_id bigint PRIMARY KEY REFERENCES products (id),
      sales int NOT NULL,
      -- sales of then and later are not in it
      until timestamptz NOT NULL
    );
    -- what was written since the last vacuum is found by its time as well
    ALTER INDEX stock_movements_time SET (autosummarize = on)`);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw("ALTER INDEX stock_movements_time RESET (autosummarize); DROP TABLE sold_lines");
}
