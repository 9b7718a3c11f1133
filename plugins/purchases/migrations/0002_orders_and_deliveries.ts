/** Orders to suppliers, and the deliveries and returns that changed the stock. */
import type { Knex } from "knex";

export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    CREATE TABLE purchase_orders (
      id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
      store_id bigint NOT NULL REFERENCES stores (id),
      supplier_id bigint NOT NULL REFERENCES suppliers (id),
      status text NOT NULL DEFAULT 'draft' CHECK (status IN ('draft', 'sent', 'partly_received', 'received', 'cancelled')),
      -- costs are money of the shop as a whole
      currency text NOT NULL,
      total_minor bigint NOT NULL CHECK (total_minor >= 0),
      note text,
      user_id bigint NOT NULL,
      user_name text NOT NULL,
      -- grows with each change: a form drawn before somebody else's change is told so
      version int NOT NULL DEFAULT 1,
      created_at timestamptz NOT NULL,
      sent_at timestamptz
    );
    CREATE INDEX purchase_orders_store ON purchase_orders (store_id, id);
    CREATE INDEX purchase_orders_supplier ON purchase_orders (supplier_id, id);

    CREATE TABLE purchase_order_lines (
      order_id bigint NOT NULL REFERENCES purchase_orders (id),
      line int NOT NULL,
      product_id bigint NOT NULL REFERENCES products (id),
      quantity_milli bigint NOT NULL CHECK (quantity_milli > 0),
      cost_minor bigint NOT NULL CHECK (cost_minor >= 0),
      discount_bp int NOT NULL DEFAULT 0 CHECK (discount_bp BETWEEN 0 AND 10000),
      total_minor bigint NOT NULL CHECK (total_minor >= 0),
      received_milli bigint NOT NULL DEFAULT 0 CHECK (received_milli >= 0),
      PRIMARY KEY (order_id, line),
      UNIQUE (order_id, product_id)
    );
    CREATE INDEX purchase_order_lines_product ON purchase_order_lines (product_id);

    CREATE TABLE purchase_documents (
      id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
      -- a return is a document below zero
      kind text NOT NULL CHECK (kind IN ('receipt', 'return')),
      store_id bigint NOT NULL REFERENCES stores (id),
      supplier_id bigint NOT NULL REFERENCES suppliers (id),
      supplier_name text NOT NULL,
      order_id bigint REFERENCES purchase_orders (id),
      delivery_note text CHECK (delivery_note <> ''),
      note text,
      currency text NOT NULL,
      total_minor bigint NOT NULL CHECK (CASE kind WHEN 'return' THEN total_minor <= 0 ELSE total_minor >= 0 END),
      user_id bigint NOT NULL,
      user_name text NOT NULL,
      created_at timestamptz NOT NULL
    );
    CREATE INDEX purchase_documents_store ON purchase_documents (store_id, id);
    CREATE INDEX purchase_documents_supplier ON purchase_documents (supplier_id, id);
    CREATE INDEX purchase_documents_order ON purchase_documents (order_id) WHERE order_id IS NOT NULL;
    CREATE INDEX purchase_documents_time ON purchase_documents (created_at);
    -- a delivery that is typed twice is told so
    CREATE UNIQUE INDEX purchase_documents_note ON purchase_documents (supplier_id, delivery_note) WHERE kind = 'receipt';

    CREATE TABLE purchase_document_lines (
      document_id bigint NOT NULL REFERENCES purchase_documents (id),
      line int NOT NULL,
      product_id bigint NOT NULL REFERENCES products (id),
      sku text NOT NULL,
      name text NOT NULL,
      unit text NOT NULL,
      -- signed
      quantity_milli bigint NOT NULL CHECK (quantity_milli <> 0),
      -- of a unit, before the discount
      cost_minor bigint NOT NULL CHECK (cost_minor >= 0),
      discount_bp int NOT NULL CHECK (discount_bp BETWEEN 0 AND 10000),
      -- of a unit, after it: what the stock costs
      unit_cost_minor bigint NOT NULL CHECK (unit_cost_minor >= 0),
      total_minor bigint NOT NULL,
      -- how much of it is more than the order had left
      over_milli bigint NOT NULL DEFAULT 0 CHECK (over_milli >= 0),
      PRIMARY KEY (document_id, line)
    );
    CREATE INDEX purchase_document_lines_product ON purchase_document_lines (product_id, document_id);

    CREATE TRIGGER purchase_documents_final BEFORE UPDATE OR DELETE ON purchase_documents
      FOR EACH ROW EXECUTE FUNCTION kernel_refuse_change();
    CREATE TRIGGER purchase_documents_kept BEFORE TRUNCATE ON purchase_documents
      FOR EACH STATEMENT EXECUTE FUNCTION kernel_refuse_change();
    CREATE TRIGGER purchase_document_lines_final BEFORE UPDATE OR DELETE ON purchase_document_lines
      FOR EACH ROW EXECUTE FUNCTION kernel_refuse_change();
    CREATE TRIGGER purchase_document_lines_kept BEFORE TRUNCATE ON purchase_document_lines
      FOR EACH STATEMENT EXECUTE FUNCTION kernel_refuse_change();
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw("DROP TABLE purchase_document_lines, purchase_documents, purchase_order_lines, purchase_orders");
}
