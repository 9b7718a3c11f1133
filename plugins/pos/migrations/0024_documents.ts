/**
 * Returns and voids are documents of their own that point at the sale they take back, with amounts below zero; and what a
 * sale, a line and a cart know beside goods and money: notes, the customer, how the tax is meant, the name under which a cart
 * was put aside.
 */
import type { Knex } from "knex";

const TAX_KIND =
  "ADD COLUMN tax_kind text NOT NULL DEFAULT 'included' CHECK (tax_kind IN ('included', 'added', 'exempt', 'excluded'))";

const ADDS_UP = `
      IF (SELECT coalesce(sum(total_minor), 0) FROM sale_items WHERE sale_id = NEW.id) + NEW.rounding_minor <> NEW.total_minor
        OR (SELECT coalesce(sum(tax_minor), 0) FROM sale_items WHERE sale_id = NEW.id) <> NEW.tax_minor
        OR (SELECT coalesce(sum(amount_minor), 0) FROM payments WHERE sale_id = NEW.id) <> NEW.paid_minor THEN
        RAISE EXCEPTION 'sale % does not add up', NEW.number USING ERRCODE = 'integrity_constraint_violation';
      END IF;`;

// the signs of a document are those of its kind, and a return stays within what was sold
const IN_KIND = `
      IF (SELECT coalesce(sum(discount_minor), 0) FROM sale_items WHERE sale_id = NEW.id) <> NEW.discount_minor THEN
        RAISE EXCEPTION 'the discounts of % do not add up', NEW.number USING ERRCODE = 'integrity_constraint_violation';
      END IF;
      IF EXISTS (SELECT FROM sale_items WHERE sale_id = NEW.id AND (quantity_milli > 0) <> (NEW.kind = 'sale'))
        OR EXISTS (SELECT FROM payments WHERE sale_id = NEW.id AND amount_minor <> 0 AND (amount_minor > 0) <> (NEW.kind = 'sale')) THEN
        RAISE EXCEPTION 'document % has a line of the wrong sign', NEW.number USING ERRCODE = 'integrity_constraint_violation';
      END IF;
      IF NEW.returns_sale_id IS NOT NULL AND EXISTS (
        SELECT FROM sale_items sold
        WHERE sold.sale_id = NEW.returns_sale_id AND (
          SELECT sum(back.quantity_milli) FROM sales r JOIN sale_items back ON back.sale_id = r.id
          WHERE r.returns_sale_id = NEW.returns_sale_id AND back.returns_line = sold.line) < -sold.quantity_milli) THEN
        RAISE EXCEPTION 'document % takes back more than was sold', NEW.number USING ERRCODE = 'integrity_constraint_violation';
      END IF;`;

const HEAD = "CREATE OR REPLACE FUNCTION pos_check_sale() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN";
const TAIL = "RETURN NULL; END $$";

export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    ALTER TABLE sales
      DROP CONSTRAINT sales_discount_minor_check,
      ADD COLUMN kind text NOT NULL DEFAULT 'sale' CHECK (kind IN ('sale', 'return', 'void')),
      ADD COLUMN returns_sale_id bigint REFERENCES sales (id),
      -- of a return or a void
      ADD COLUMN reason text,
      ADD COLUMN note text,
      -- as the customer was called then
      ADD COLUMN customer_name text,
      ADD COLUMN customer_document text,
      ADD CHECK ((kind = 'sale') = (returns_sale_id IS NULL)),
      ADD CHECK (kind = 'sale' OR total_minor <= 0);
    CREATE INDEX sales_returns ON sales (returns_sale_id) WHERE returns_sale_id IS NOT NULL;
    CREATE UNIQUE INDEX sales_voided_once ON sales (returns_sale_id) WHERE kind = 'void';

    ALTER TABLE sale_items
      DROP CONSTRAINT sale_items_quantity_milli_check,
      DROP CONSTRAINT sale_items_discount_minor_check,
      ADD CHECK (quantity_milli <> 0),
      ADD CHECK (sign(discount_minor) IN (0, sign(quantity_milli))),
      ${TAX_KIND},
      ADD COLUMN note text,
      -- what the scale's label said the goods cost: it stands in for price by quantity
      ADD COLUMN label_minor bigint,
      -- of a return: the line of the sale it takes back, and where the goods went
      ADD COLUMN returns_line int,
      ADD COLUMN condition text CHECK (condition IN ('restock', 'damaged')),
      ADD CHECK ((returns_line IS NULL) = (quantity_milli > 0)),
      ADD CHECK ((returns_line IS NULL) = (condition IS NULL));

    ALTER TABLE payments
      DROP CONSTRAINT payments_amount_minor_check;

    ALTER TABLE carts
      ADD COLUMN note text,
      ADD COLUMN customer_id bigint,
      ADD COLUMN customer_name text,
      ADD COLUMN customer_document text,
      -- under this name it was put aside, for whoever works at the register
      ADD COLUMN name text CHECK (name <> ''),
      ADD COLUMN parked_at timestamptz,
      ADD CHECK ((name IS NULL) = (parked_at IS NULL));
    CREATE INDEX carts_parked ON carts (register_id, parked_at) WHERE parked_at IS NOT NULL AND status = 'open';

    ALTER TABLE cart_lines
      ${TAX_KIND},
      ADD COLUMN note text,
      ADD COLUMN label_minor bigint CHECK (label_minor >= 0);
  `);
  await knex.raw(`${HEAD} ${ADDS_UP} ${IN_KIND} ${TAIL}`);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(`${HEAD} ${ADDS_UP} ${TAIL}`);
  await knex.raw(`
    ALTER TABLE cart_lines DROP COLUMN tax_kind, DROP COLUMN note, DROP COLUMN label_minor;
    ALTER TABLE carts DROP COLUMN note, DROP COLUMN customer_id, DROP COLUMN customer_name, DROP COLUMN customer_document,
      DROP COLUMN name, DROP COLUMN parked_at;
    ALTER TABLE payments ADD CONSTRAINT payments_amount_minor_check CHECK (amount_minor >= 0);
    ALTER TABLE sale_items DROP COLUMN tax_kind, DROP COLUMN note, DROP COLUMN label_minor, DROP COLUMN returns_line,
      DROP COLUMN condition,
      ADD CONSTRAINT sale_items_quantity_milli_check CHECK (quantity_milli > 0),
      ADD CONSTRAINT sale_items_discount_minor_check CHECK (discount_minor >= 0);
    ALTER TABLE sales ADD CONSTRAINT sales_discount_minor_check CHECK (discount_minor >= 0), DROP COLUMN kind, DROP COLUMN returns_sale_id, DROP COLUMN reason, DROP COLUMN note,
      DROP COLUMN customer_name, DROP COLUMN customer_document;
  `);
}
