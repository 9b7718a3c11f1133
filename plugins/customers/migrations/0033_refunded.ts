/**
 * Which charge a refund takes off: that of the sale whose goods came back. What it exceeds is in no row, and pays the oldest charge
 * first as payments do.
 */
import type { Knex } from "knex";

export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    CREATE TABLE customer_refunded (
      entry_id bigint NOT NULL REFERENCES customer_entries (id),
      charge_id bigint NOT NULL REFERENCES customer_entries (id),
      amount_minor bigint NOT NULL CHECK (amount_minor > 0),
      PRIMARY KEY (entry_id, charge_id)
    );
    CREATE INDEX customer_refunded_charge ON customer_refunded (charge_id);
    CREATE INDEX customer_entries_refunds ON customer_entries (customer_id, id) WHERE kind = 'refund';
  `);
  // of refunds of before only the till's documents know the sale; a shop without a till has none
  await knex.raw(`
    DO $$
    DECLARE
      refund record;
    BEGIN
      IF NOT EXISTS (SELECT FROM information_schema.columns
          WHERE table_schema = current_schema() AND table_name = 'sales' AND column_name = 'returns_sale_id') THEN
        RETURN;
      END IF;
      FOR refund IN SELECT e.id, -e.amount_minor AS amount, s.returns_sale_id AS sale_id
          FROM customer_entries e JOIN sales s ON s.id = e.document_id
          WHERE e.kind = 'refund' AND e.document_type IN ('return', 'void') AND s.returns_sale_id IS NOT NULL ORDER BY e.id LOOP
        INSERT INTO customer_refunded (entry_id, charge_id, amount_minor)
        SELECT refund.id, id, least(left_minor, refund.amount - newer) FROM (
          SELECT id, left_minor, sum(left_minor) OVER (ORDER BY id DESC) - left_minor AS newer FROM (
            SELECT c.id, c.amount_minor - coalesce((SELECT sum(r.amount_minor) FROM customer_refunded r WHERE r.charge_id = c.id), 0) AS left_minor
            FROM customer_entries c WHERE c.kind = 'charge' AND c.document_type = 'sale' AND c.document_id = refund.sale_id) charges
          WHERE left_minor > 0) charges
        WHERE newer < refund.amount;
      END LOOP;
    END $$;
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw("DROP INDEX customer_entries_refunds");
  await knex.raw("DROP TABLE customer_refunded");
}
