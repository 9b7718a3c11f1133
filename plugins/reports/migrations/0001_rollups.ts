/** Sums of posted sales by store and business day, which every report that must be fast is read from. */
import type { Knex } from "knex";

export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    -- one row: documents up to that id are counted, those above it when they stand in report_counted
    CREATE TABLE report_progress (
      one boolean PRIMARY KEY DEFAULT true CHECK (one),
      counted_to bigint NOT NULL DEFAULT 0,
      -- when everything that was posted before the plugin came had been counted
      caught_up_at timestamptz
    );
    INSERT INTO report_progress DEFAULT VALUES;
    CREATE TABLE report_counted (sale_id bigint PRIMARY KEY);
    -- the time zone by which the hours of a day are told, though the store's be changed later
    CREATE TABLE report_days (
      store_id bigint NOT NULL REFERENCES stores (id),
      business_date date NOT NULL,
      time_zone text NOT NULL,
      PRIMARY KEY (store_id, business_date)
    );

    CREATE TABLE report_hours (
      store_id bigint NOT NULL,
      business_date date NOT NULL,
      hour int NOT NULL CHECK (hour BETWEEN 0 AND 23),
      register_id bigint NOT NULL,
      user_id bigint NOT NULL,
      -- 0: of before there were ranges
      number_range_id bigint NOT NULL,
      kind text NOT NULL CHECK (kind IN ('sale', 'return', 'void')),
      currency text NOT NULL,
      documents bigint NOT NULL,
      discounted bigint NOT NULL,
      discount_minor bigint NOT NULL,
      promotion_minor bigint NOT NULL,
      net_minor bigint NOT NULL,
      tax_minor bigint NOT NULL,
      rounding_minor bigint NOT NULL,
      total_minor bigint NOT NULL,
      cost_minor bigint NOT NULL,
      -- of its first and last document: ids grow with the numbers of a range
      first_id bigint NOT NULL,
      last_id bigint NOT NULL,
      PRIMARY KEY (store_id, business_date, hour, register_id, user_id, number_range_id, kind, currency)
    );
    CREATE TABLE report_products (
      store_id bigint NOT NULL,
      business_date date NOT NULL,
      product_id bigint NOT NULL,
      currency text NOT NULL,
      lines bigint NOT NULL,
      -- in the product's own unit
      sold_milli bigint NOT NULL,
      returned_milli bigint NOT NULL,
      discount_minor bigint NOT NULL,
      promotion_minor bigint NOT NULL,
      net_minor bigint NOT NULL,
      tax_minor bigint NOT NULL,
      total_minor bigint NOT NULL,
      cost_minor bigint NOT NULL,
      PRIMARY KEY (store_id, business_date, product_id, currency)
    );
    CREATE INDEX report_products_product ON report_products (product_id, business_date DESC);
    CREATE TABLE report_taxes (
      store_id bigint NOT NULL,
      business_date date NOT NULL,
      number_range_id bigint NOT NULL,
      kind text NOT NULL,
      tax_rate_bp int NOT NULL,
      tax_kind text NOT NULL,
      currency text NOT NULL,
      lines bigint NOT NULL,
      net_minor bigint NOT NULL,
      tax_minor bigint NOT NULL,
      total_minor bigint NOT NULL,
      PRIMARY KEY (store_id, business_date, number_range_id, kind, tax_rate_bp, tax_kind, currency)
    );
    CREATE TABLE report_tenders (
      store_id bigint NOT NULL,
      business_date date NOT NULL,
      method text NOT NULL,
      kind text NOT NULL,
      currency text NOT NULL,
      payments bigint NOT NULL,
      -- what stayed: change is taken off the cash
      amount_minor bigint NOT NULL,
      PRIMARY KEY (store_id, business_date, method, kind, currency)
    );
    CREATE TABLE report_customers (
      store_id bigint NOT NULL,
      business_date date NOT NULL,
      -- 0: nobody was named
      customer_id bigint NOT NULL,
      currency text NOT NULL,
      sales bigint NOT NULL,
      net_minor bigint NOT NULL,
      tax_minor bigint NOT NULL,
      total_minor bigint NOT NULL,
      cost_minor bigint NOT NULL,
      PRIMARY KEY (store_id, business_date, customer_id, currency)
    );
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(
    "DROP TABLE report_customers, report_tenders, report_taxes, report_products, report_hours, report_days, report_counted, report_progress",
  );
}
