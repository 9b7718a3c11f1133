/** Registers with their numbers, carts, and the posted sales. */
import type { Knex } from "knex";

export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    CREATE TABLE registers (
      id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
      store_id bigint NOT NULL REFERENCES stores (id),
      name text NOT NULL,
      active boolean NOT NULL DEFAULT true
    )`);
  await knex.raw("CREATE INDEX registers_store ON registers (store_id)");
  await knex.raw("INSERT INTO registers (store_id, name) SELECT min(id), 'Caja 1' FROM stores");
  await knex.raw(`
    CREATE TABLE number_ranges (
      register_id bigint PRIMARY KEY REFERENCES registers (id),
      prefix text NOT NULL UNIQUE,
      next_number bigint NOT NULL DEFAULT 1 CHECK (next_number > 0)
    )`);
  await knex.raw("INSERT INTO number_ranges (register_id, prefix) SELECT id, 'C' || id || '-' FROM registers");

  await knex.raw(`
    CREATE TABLE sales (
      id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
      number text NOT NULL UNIQUE,
      status text NOT NULL DEFAULT 'completed' CHECK (status = 'completed'),
      store_id bigint NOT NULL REFERENCES stores (id),
      register_id bigint NOT NULL REFERENCES registers (id),
      cart_id uuid UNIQUE,
      user_id bigint NOT NULL,
      user_name text NOT NULL,
      customer_id bigint,
      currency text NOT NULL,
      subtotal_minor bigint NOT NULL,
      discount_minor bigint NOT NULL DEFAULT 0 CHECK (discount_minor >= 0),
      tax_minor bigint NOT NULL,
      rounding_minor bigint NOT NULL DEFAULT 0,
      total_minor bigint NOT NULL,
      paid_minor bigint NOT NULL,
      change_minor bigint NOT NULL CHECK (change_minor >= 0),
      business_date date NOT NULL,
      created_at timestamptz NOT NULL,
      CHECK (subtotal_minor + tax_minor + rounding_minor = total_minor),
      CHECK (paid_minor - change_minor = total_minor)
    )`);
  await knex.raw("CREATE INDEX sales_store ON sales (store_id)");
  await knex.raw("CREATE INDEX sales_register ON sales (register_id)");
  await knex.raw("CREATE INDEX sales_by_day ON sales (business_date, id)");
  await knex.raw("CREATE INDEX sales_by_cashier ON sales (user_id, id)");
  await knex.raw("CREATE INDEX sales_by_customer ON sales (customer_id, id) WHERE customer_id IS NOT NULL");
  await knex.raw(`
    CREATE TABLE sale_items (
      sale_id bigint NOT NULL REFERENCES sales (id),
      line int NOT NULL CHECK (line > 0),
      product_id bigint NOT NULL REFERENCES products (id),
      sku text NOT NULL,
      name text NOT NULL,
      unit text NOT NULL,
      quantity_milli bigint NOT NULL CHECK (quantity_milli > 0),
      unit_price_minor bigint NOT NULL CHECK (unit_price_minor >= 0),
      discount_minor bigint NOT NULL DEFAULT 0 CHECK (discount_minor >= 0),
      tax_rate_bp int NOT NULL CHECK (tax_rate_bp >= 0),
      tax_minor bigint NOT NULL,
      total_minor bigint NOT NULL,
      cost_minor bigint NOT NULL,
      PRIMARY KEY (sale_id, line)
    )`);
  await knex.raw("CREATE INDEX sale_items_product ON sale_items (product_id, sale_id)");
  await knex.raw(`
    CREATE TABLE payments (
      sale_id bigint NOT NULL REFERENCES sales (id),
      line int NOT NULL CHECK (line > 0),
      method text NOT NULL,
      amount_minor bigint NOT NULL CHECK (amount_minor >= 0),
      reference text,
      PRIMARY KEY (sale_id, line)
    )`);
  for (const table of ["sales", "sale_items", "payments"]) {
    await knex.raw(`
      CREATE TRIGGER ${table}_final BEFORE UPDATE OR DELETE ON ${table}
        FOR EACH ROW EXECUTE FUNCTION kernel_refuse_change()`);
    await knex.raw(`
      CREATE TRIGGER ${table}_kept BEFORE TRUNCATE ON ${table}
        FOR EACH STATEMENT EXECUTE FUNCTION kernel_refuse_change()`);
  }
  // what is stored is the sum of its lines and of its payments, whatever program wrote it
  await knex.raw(`
    CREATE FUNCTION pos_check_sale() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      IF (SELECT coalesce(sum(total_minor), 0) FROM sale_items WHERE sale_id = NEW.id) + NEW.rounding_minor <> NEW.total_minor
        OR (SELECT coalesce(sum(tax_minor), 0) FROM sale_items WHERE sale_id = NEW.id) <> NEW.tax_minor
        OR (SELECT coalesce(sum(amount_minor), 0) FROM payments WHERE sale_id = NEW.id) <> NEW.paid_minor THEN
        RAISE EXCEPTION 'sale % does not add up', NEW.number USING ERRCODE = 'integrity_constraint_violation';
      END IF;
      RETURN NULL;
    END $$`);
  await knex.raw(`
    CREATE CONSTRAINT TRIGGER sales_add_up AFTER INSERT ON sales
      DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION pos_check_sale()`);

  // a line or payment belongs to the transaction that posted its sale; nothing is added later
  await knex.raw(`
    CREATE FUNCTION pos_refuse_addition() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      IF EXISTS (SELECT FROM added JOIN sales ON sales.id = added.sale_id WHERE sales.xmin <> pg_current_xact_id()::xid) THEN
        RAISE EXCEPTION 'a posted sale is final: nothing is added to it' USING ERRCODE = 'integrity_constraint_violation';
      END IF;
      RETURN NULL;
    END $$`);
  for (const table of ["sale_items", "payments"]) {
    await knex.raw(`
      CREATE TRIGGER ${table}_complete AFTER INSERT ON ${table} REFERENCING NEW TABLE AS added
        FOR EACH STATEMENT EXECUTE FUNCTION pos_refuse_addition()`);
  }

  await knex.raw(`
    CREATE TABLE carts (
      id uuid PRIMARY KEY,
      register_id bigint NOT NULL REFERENCES registers (id),
      user_id bigint NOT NULL,
      user_name text NOT NULL,
      status text NOT NULL DEFAULT 'open' CHECK (status IN ('open', 'paid')),
      sale_id bigint REFERENCES sales (id),
      -- handed out under the row's lock, so that two scans at once never take the same line
      next_line int NOT NULL DEFAULT 2,
      created_at timestamptz NOT NULL,
      updated_at timestamptz NOT NULL,
      CHECK ((status = 'paid') = (sale_id IS NOT NULL))
    )`);
  await knex.raw("CREATE INDEX carts_open ON carts (user_id, register_id, updated_at DESC) WHERE status = 'open'");
  await knex.raw("CREATE INDEX carts_register ON carts (register_id)");
  await knex.raw("CREATE INDEX carts_sale ON carts (sale_id)");
  await knex.raw(`
    CREATE TABLE cart_lines (
      cart_id uuid NOT NULL REFERENCES carts (id) ON DELETE CASCADE,
      line int NOT NULL,
      product_id bigint NOT NULL REFERENCES products (id),
      sku text NOT NULL,
      name text NOT NULL,
      unit text NOT NULL,
      quantity_milli bigint NOT NULL CHECK (quantity_milli BETWEEN 1 AND 1000000000),
      -- as the customer saw them when the product was scanned
      unit_price_minor bigint NOT NULL CHECK (unit_price_minor >= 0),
      tax_rate_bp int NOT NULL CHECK (tax_rate_bp >= 0),
      PRIMARY KEY (cart_id, line),
      UNIQUE (cart_id, product_id, unit_price_minor, tax_rate_bp),
      -- a line stays below 10^13 minor units, so that five hundred of them add up exactly
      CHECK (unit_price_minor::numeric * quantity_milli <= 10000000000000000)
    )`);
  await knex.raw("CREATE INDEX cart_lines_product ON cart_lines (product_id)");
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw("DROP TABLE cart_lines, carts, payments, sale_items, sales, number_ranges, registers");
  await knex.raw("DROP FUNCTION pos_check_sale(), pos_refuse_addition()");
}
