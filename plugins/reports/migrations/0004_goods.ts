/**
 * What left the shelves and came back by documents, by day, whatever it was sold as (parts of kits too) and in whatever currency; an index
 * by day alone, for whoever looks at days of all stores; and when all sums were compared last.
 */
import type { Knex } from "knex";

export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    CREATE TABLE report_goods (
      store_id bigint NOT NULL,
      business_date date NOT NULL,
      product_id bigint NOT NULL,
      -- in the product's own unit
      sold_milli bigint NOT NULL,
      returned_milli bigint NOT NULL,
      -- of what was sold less what came back, in the shop's currency
      cost_minor bigint NOT NULL,
      PRIMARY KEY (store_id, business_date, product_id)
    )`);
  await knex.raw(`
    INSERT INTO report_goods
    SELECT s.store_id, s.business_date, m.product_id, coalesce(-sum(m.quantity_milli) FILTER (WHERE s.kind = 'sale'), 0),
      coalesce(sum(m.quantity_milli) FILTER (WHERE s.kind <> 'sale'), 0),
      -sum(round(m.cost_minor::numeric * m.quantity_milli / 1000))
    FROM sales s JOIN report_days d ON d.store_id = s.store_id AND d.business_date = s.business_date
      JOIN stock_movements m ON m.document_type = s.kind AND m.document_id = s.id AND m.reason <> 'damaged'
      JOIN stores t ON t.id = s.store_id AND NOT t.training
    WHERE s.id <= (SELECT counted_to FROM report_progress) OR EXISTS (SELECT FROM report_counted c WHERE c.sale_id = s.id)
    GROUP BY s.store_id, s.business_date, m.product_id`);
  await knex.raw("CREATE INDEX report_goods_product ON report_goods (product_id, business_date DESC)");
  await knex.raw("CREATE INDEX report_goods_day ON report_goods (business_date)");
  await knex.raw("CREATE INDEX report_days_day ON report_days (business_date)");
  await knex.raw("CREATE INDEX report_hours_day ON report_hours (business_date)");
  await knex.raw("CREATE INDEX report_products_day ON report_products (business_date)");
  await knex.raw("CREATE INDEX report_taxes_day ON report_taxes (business_date)");
  await knex.raw("CREATE INDEX report_tenders_day ON report_tenders (business_date)");
  await knex.raw("CREATE INDEX report_customers_day ON report_customers (business_date)");
  await knex.raw("ALTER TABLE report_progress ADD COLUMN compared_at timestamptz");
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw("ALTER TABLE report_progress DROP COLUMN compared_at");
  await knex.raw("DROP INDEX report_days_day, report_hours_day, report_products_day, report_taxes_day");
  await knex.raw("DROP INDEX report_tenders_day, report_customers_day");
  await knex.raw("DROP TABLE report_goods");
}
