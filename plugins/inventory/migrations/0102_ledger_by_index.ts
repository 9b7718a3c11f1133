/** The ledger's pages are found by an index whatever was sold since: of a shelf, of days, of what is no sale; and products not in use. */
import type { Knex } from "knex";

export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    CREATE INDEX stock_movements_shelf ON stock_movements (product_id, store_id, id);
    CREATE INDEX stock_movements_day ON stock_movements (cast(created_at AT TIME ZONE 'UTC' AS date), id);
    CREATE INDEX stock_movements_reason ON stock_movements (reason, store_id, id) WHERE reason <> 'sale';
    CREATE INDEX lot_movements_time ON lot_movements USING brin (created_at) WITH (autosummarize = on);
    CREATE INDEX products_not_in_use ON products (sort_key, id) WHERE NOT active;
    -- last: who reads waits from here on
    DROP INDEX stock_movements_product;
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    CREATE INDEX stock_movements_product ON stock_movements (product_id, id);
    DROP INDEX stock_movements_shelf, stock_movements_day, stock_movements_reason, lot_movements_time, products_not_in_use;
  `);
}
