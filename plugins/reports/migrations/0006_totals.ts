/** Documents by day alone: what reports by day, weekday, store and range need would be a hundred rows of `report_hours` for each of these. */
import type { Knex } from "knex";

export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    CREATE TABLE report_totals (
      store_id bigint NOT NULL,
      business_date date NOT NULL,
      number_range_id bigint NOT NULL,
      kind text NOT NULL,
      currency text NOT NULL,
      documents bigint NOT NULL,
      discount_minor bigint NOT NULL,
      net_minor bigint NOT NULL,
      tax_minor bigint NOT NULL,
      total_minor bigint NOT NULL,
      rounding_minor bigint NOT NULL,
      cost_minor bigint NOT NULL,
      first_id bigint NOT NULL,
      last_id bigint NOT NULL,
      PRIMARY KEY (store_id, business_date, number_range_id, kind, currency)
    );
    CREATE TABLE report_totals_by_month (
      store_id bigint NOT NULL,
      month date NOT NULL,
      number_range_id bigint NOT NULL,
      kind text NOT NULL,
      currency text NOT NULL,
      documents bigint NOT NULL,
      discount_minor bigint NOT NULL,
      net_minor bigint NOT NULL,
      tax_minor bigint NOT NULL,
      total_minor bigint NOT NULL,
      rounding_minor bigint NOT NULL,
      cost_minor bigint NOT NULL,
      PRIMARY KEY (store_id, month, number_range_id, kind, currency)
    )`);
  await knex.raw("LOCK TABLE report_hours IN SHARE MODE");
  await knex.raw(`
    INSERT INTO report_totals
    SELECT store_id, business_date, number_range_id, kind, currency, sum(documents), sum(discount_minor), sum(net_minor), sum(tax_minor),
      sum(total_minor), sum(rounding_minor), sum(cost_minor), min(first_id), max(last_id)
    FROM report_hours GROUP BY store_id, business_date, number_range_id, kind, currency`);
  await knex.raw(`
    INSERT INTO report_totals_by_month
    SELECT store_id, date_trunc('month', business_date::timestamp)::date, number_range_id, kind, currency, sum(documents),
      sum(discount_minor), sum(net_minor), sum(tax_minor), sum(total_minor), sum(rounding_minor), sum(cost_minor)
    FROM report_totals GROUP BY store_id, date_trunc('month', business_date::timestamp)::date, number_range_id, kind, currency`);
  await knex.raw("CREATE INDEX report_totals_day ON report_totals (business_date)");
  await knex.raw("CREATE INDEX report_totals_by_month_month ON report_totals_by_month (month)");
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw("DROP TABLE report_totals, report_totals_by_month");
}
