/** Lots of the products that ask for them: what stands of each in a store, and the ledger of what came and went. */
import type { Knex } from "knex";

export async function up(knex: Knex): Promise<void> {
  await knex.raw("ALTER TABLE products ADD COLUMN tracks_lots boolean NOT NULL DEFAULT false");
  await knex.raw(`
    CREATE TABLE lots (
      id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
      product_id bigint NOT NULL REFERENCES products (id),
      code text NOT NULL CHECK (code <> ''),
      -- the last day on which it is good
      expires_on date,
      created_at timestamptz NOT NULL,
      UNIQUE (product_id, code)
    )`);
  await knex.raw("CREATE INDEX lots_expiry ON lots (expires_on) WHERE expires_on IS NOT NULL");
  await knex.raw(`
    CREATE TABLE lot_stock (
      store_id bigint NOT NULL REFERENCES stores (id),
      lot_id bigint NOT NULL REFERENCES lots (id),
      product_id bigint NOT NULL REFERENCES products (id),
      on_hand_milli bigint NOT NULL CHECK (on_hand_milli >= 0),
      PRIMARY KEY (store_id, lot_id)
    )`);
  await knex.raw("CREATE INDEX lot_stock_lot ON lot_stock (lot_id)");
  await knex.raw("CREATE INDEX lot_stock_product ON lot_stock (product_id, store_id)");
  await knex.raw(`
    CREATE TABLE lot_movements (
      id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
      movement_id bigint NOT NULL REFERENCES stock_movements (id),
      store_id bigint NOT NULL,
      product_id bigint NOT NULL,
      lot_id bigint NOT NULL REFERENCES lots (id),
      quantity_milli bigint NOT NULL CHECK (quantity_milli <> 0),
      -- of the lot in that store, after it
      balance_milli bigint NOT NULL CHECK (balance_milli >= 0),
      created_at timestamptz NOT NULL
    )`);
  await knex.raw("CREATE INDEX lot_movements_movement ON lot_movements (movement_id)");
  await knex.raw("CREATE INDEX lot_movements_lot ON lot_movements (lot_id, id)");
  await knex.raw(`
    CREATE TRIGGER lot_movements_final BEFORE UPDATE OR DELETE ON lot_movements
      FOR EACH ROW EXECUTE FUNCTION kernel_refuse_change()`);
  await knex.raw(`
    CREATE TRIGGER lot_movements_kept BEFORE TRUNCATE ON lot_movements
      FOR EACH STATEMENT EXECUTE FUNCTION kernel_refuse_change()`);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw("DROP TABLE lot_movements, lot_stock, lots");
  await knex.raw("ALTER TABLE products DROP COLUMN tracks_lots");
}
