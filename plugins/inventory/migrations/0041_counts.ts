/** Counts of the stock: what was there at the start, what each counter entered, and what was posted of it. */
import type { Knex } from "knex";

export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    CREATE TABLE stock_counts (
      id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
      store_id bigint NOT NULL REFERENCES stores (id),
      -- null: the whole store
      category_id bigint REFERENCES categories (id),
      note text,
      state text NOT NULL DEFAULT 'open' CHECK (state IN ('open', 'posted', 'cancelled')),
      started_by_id bigint NOT NULL,
      started_by text NOT NULL,
      started_at timestamptz NOT NULL,
      closed_by_id bigint,
      closed_by text,
      closed_at timestamptz,
      CHECK ((state = 'open') = (closed_at IS NULL))
    )`);
  await knex.raw("CREATE INDEX stock_counts_store ON stock_counts (store_id, id)");
  await knex.raw("CREATE INDEX stock_counts_category ON stock_counts (category_id)");
  await knex.raw(`
    CREATE TABLE stock_count_lines (
      count_id bigint NOT NULL REFERENCES stock_counts (id),
      product_id bigint NOT NULL REFERENCES products (id),
      store_id bigint NOT NULL,
      -- as its count, so that the database refuses a product in two open counts of a store
      open boolean NOT NULL DEFAULT true,
      snapshot_milli bigint NOT NULL,
      -- grows with each recount; entries of earlier rounds no longer count
      round int NOT NULL DEFAULT 1,
      counted_milli bigint CHECK (counted_milli BETWEEN 0 AND 1000000000000),
      -- the snapshot and the movements since, when it was counted last
      expected_milli bigint,
      posted_milli bigint,
      PRIMARY KEY (count_id, product_id),
      CHECK ((counted_milli IS NULL) = (expected_milli IS NULL))
    )`);
  await knex.raw("CREATE INDEX stock_count_lines_product ON stock_count_lines (product_id)");
  await knex.raw("CREATE UNIQUE INDEX stock_count_lines_open ON stock_count_lines (store_id, product_id) WHERE open");
  await knex.raw(`
    CREATE TABLE stock_count_entries (
      id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
      count_id bigint NOT NULL,
      product_id bigint NOT NULL,
      store_id bigint NOT NULL,
      round int NOT NULL,
      quantity_milli bigint NOT NULL,
      -- of its round, after it
      counted_milli bigint NOT NULL,
      expected_milli bigint NOT NULL,
      user_id bigint NOT NULL,
      user_name text NOT NULL,
      created_at timestamptz NOT NULL,
      FOREIGN KEY (count_id, product_id) REFERENCES stock_count_lines (count_id, product_id)
    )`);
  await knex.raw("CREATE INDEX stock_count_entries_line ON stock_count_entries (count_id, product_id, id)");
  await knex.raw(`
    CREATE TRIGGER stock_count_entries_final BEFORE UPDATE OR DELETE ON stock_count_entries
      FOR EACH ROW EXECUTE FUNCTION kernel_refuse_change()`);
  await knex.raw(`
    CREATE TRIGGER stock_count_entries_kept BEFORE TRUNCATE ON stock_count_entries
      FOR EACH STATEMENT EXECUTE FUNCTION kernel_refuse_change()`);
  // whatever the program does, a count moves a product once
  await knex.raw(`
    CREATE UNIQUE INDEX stock_movements_counted_once ON stock_movements (document_id, product_id)
      WHERE document_type = 'count'`);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw("DROP INDEX stock_movements_counted_once");
  await knex.raw("DROP TABLE stock_count_entries, stock_count_lines, stock_counts");
}
