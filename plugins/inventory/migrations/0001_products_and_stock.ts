/** Products, what is on hand, and the ledger of every movement. */
import type { Knex } from "knex";

export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    CREATE TABLE tax_rates (
      id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
      name text NOT NULL UNIQUE,
      rate_bp int NOT NULL CHECK (rate_bp BETWEEN 0 AND 10000),
      is_default boolean NOT NULL DEFAULT false
    )`);
  await knex.raw("CREATE UNIQUE INDEX tax_rates_one_default ON tax_rates (is_default) WHERE is_default");
  await knex.raw(`
    INSERT INTO tax_rates (name, rate_bp, is_default) VALUES
      ('IVA 19 %', 1900, true), ('IVA 5 %', 500, false), ('Exento', 0, false), ('Excluido', 0, false)`);

  await knex.raw(`
    CREATE TABLE categories (
      id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
      name text NOT NULL,
      -- the name folded: "Lácteos" and "LACTEOS" are one category
      name_key text NOT NULL UNIQUE
    )`);

  await knex.raw(`
    CREATE TABLE products (
      id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
      sku text NOT NULL UNIQUE CHECK (sku <> ''),
      name text NOT NULL CHECK (name <> ''),
      description text,
      category_id bigint REFERENCES categories (id),
      unit text NOT NULL DEFAULT 'un' CHECK (unit <> ''),
      price_minor bigint NOT NULL CHECK (price_minor BETWEEN 0 AND 10000000000000),
      tax_rate_bp int NOT NULL CHECK (tax_rate_bp BETWEEN 0 AND 10000),
      cost_minor bigint NOT NULL DEFAULT 0 CHECK (cost_minor BETWEEN 0 AND 10000000000000),
      reorder_point_milli bigint NOT NULL DEFAULT 0 CHECK (reorder_point_milli BETWEEN 0 AND 1000000000),
      active boolean NOT NULL DEFAULT true,
      -- ' folded name | folded sku', written by the queries
      search_text text NOT NULL,
      -- for keyset lists by name; cut, since a row of an index has a limit that a name may pass
      sort_key text COLLATE "C" GENERATED ALWAYS AS (left(search_text, 120)) STORED,
      -- grows with each change: a form drawn before somebody else's change is told so
      version int NOT NULL DEFAULT 1,
      created_at timestamptz NOT NULL,
      updated_at timestamptz NOT NULL
    )`);
  // without a pending list: a search after a large import must not read through it
  await knex.raw(
    "CREATE INDEX products_search ON products USING gin (search_text gin_trgm_ops) WITH (fastupdate = off)",
  );
  await knex.raw("CREATE INDEX products_by_name ON products (sort_key, id)");
  await knex.raw("CREATE INDEX products_by_category ON products (category_id, sort_key, id)");
  await knex.raw(
    "CREATE INDEX products_to_reorder ON products (sort_key, id) WHERE active AND reorder_point_milli > 0",
  );

  await knex.raw(`
    -- the words of all names, to correct typing errors by
    CREATE TABLE product_words (word text COLLATE "C" PRIMARY KEY)`);
  await knex.raw("CREATE INDEX product_words_pieces ON product_words USING gin (word gin_trgm_ops)");

  await knex.raw(`
    CREATE TABLE product_barcodes (
      code text PRIMARY KEY CHECK (code <> ''),
      product_id bigint NOT NULL REFERENCES products (id)
    )`);
  await knex.raw("CREATE INDEX product_barcodes_product ON product_barcodes (product_id)");

  await knex.raw(`
    CREATE TABLE inventory (
      store_id bigint NOT NULL REFERENCES stores (id),
      product_id bigint NOT NULL REFERENCES products (id),
      on_hand_milli bigint NOT NULL DEFAULT 0 CHECK (abs(on_hand_milli) <= 1000000000000),
      -- false: came by an import without a figure and was never counted, so selling may go below zero
      counted boolean NOT NULL DEFAULT true,
      PRIMARY KEY (store_id, product_id)
    ) WITH (fillfactor = 80)`);
  await knex.raw("CREATE INDEX inventory_product ON inventory (product_id)");

  await knex.raw(`
    CREATE TABLE stock_movements (
      id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
      store_id bigint NOT NULL REFERENCES stores (id),
      product_id bigint NOT NULL REFERENCES products (id),
      reason text NOT NULL CHECK (reason <> ''),
      quantity_milli bigint NOT NULL CHECK (quantity_milli <> 0 OR reason = 'count'),
      balance_milli bigint NOT NULL,
      cost_minor bigint NOT NULL CHECK (cost_minor >= 0),
      document_type text,
      document_id bigint,
      document_number text,
      note text,
      user_id bigint,
      user_name text,
      created_at timestamptz NOT NULL,
      CHECK ((document_type IS NULL) = (document_id IS NULL))
    )`);
  await knex.raw("CREATE INDEX stock_movements_product ON stock_movements (product_id, id)");
  await knex.raw("CREATE INDEX stock_movements_store ON stock_movements (store_id, id)");
  await knex.raw(`
    CREATE INDEX stock_movements_document ON stock_movements (document_type, document_id)
      WHERE document_type IS NOT NULL`);
  await knex.raw(`
    CREATE TRIGGER stock_movements_final BEFORE UPDATE OR DELETE ON stock_movements
      FOR EACH ROW EXECUTE FUNCTION kernel_refuse_change()`);
  await knex.raw(`
    CREATE TRIGGER stock_movements_kept BEFORE TRUNCATE ON stock_movements
      FOR EACH STATEMENT EXECUTE FUNCTION kernel_refuse_change()`);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(
    "DROP TABLE stock_movements, inventory, product_barcodes, product_words, products, categories, tax_rates",
  );
}
