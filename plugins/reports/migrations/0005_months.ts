/** The sums once more by month, read for the whole months of a period; `month` is the first day of it. */
import type { Knex } from "knex";

const PLACE = "store_id bigint NOT NULL, month date NOT NULL";
const MONEY = "net_minor bigint NOT NULL, tax_minor bigint NOT NULL, total_minor bigint NOT NULL";

export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    CREATE TABLE report_hours_by_month (
      ${PLACE}, hour int NOT NULL, register_id bigint NOT NULL, user_id bigint NOT NULL, number_range_id bigint NOT NULL,
      kind text NOT NULL, currency text NOT NULL, documents bigint NOT NULL, discounted bigint NOT NULL,
      discount_minor bigint NOT NULL, promotion_minor bigint NOT NULL, ${MONEY}, rounding_minor bigint NOT NULL,
      cost_minor bigint NOT NULL,
      PRIMARY KEY (store_id, month, hour, register_id, user_id, number_range_id, kind, currency)
    );
    CREATE TABLE report_products_by_month (
      ${PLACE}, product_id bigint NOT NULL, currency text NOT NULL, lines bigint NOT NULL, sold_milli bigint NOT NULL,
      returned_milli bigint NOT NULL, discount_minor bigint NOT NULL, promotion_minor bigint NOT NULL, ${MONEY},
      cost_minor bigint NOT NULL,
      PRIMARY KEY (store_id, month, product_id, currency)
    );
    CREATE TABLE report_goods_by_month (
      ${PLACE}, product_id bigint NOT NULL, sold_milli bigint NOT NULL, returned_milli bigint NOT NULL, cost_minor bigint NOT NULL,
      PRIMARY KEY (store_id, month, product_id)
    );
    CREATE TABLE report_taxes_by_month (
      ${PLACE}, number_range_id bigint NOT NULL, kind text NOT NULL, tax_rate_bp int NOT NULL, tax_kind text NOT NULL,
      currency text NOT NULL, lines bigint NOT NULL, ${MONEY},
      PRIMARY KEY (store_id, month, number_range_id, kind, tax_rate_bp, tax_kind, currency)
    );
    CREATE TABLE report_tenders_by_month (
      ${PLACE}, method text NOT NULL, kind text NOT NULL, currency text NOT NULL, payments bigint NOT NULL,
      amount_minor bigint NOT NULL,
      PRIMARY KEY (store_id, month, method, kind, currency)
    );
    CREATE TABLE report_customers_by_month (
      ${PLACE}, customer_id bigint NOT NULL, currency text NOT NULL, sales bigint NOT NULL, ${MONEY}, cost_minor bigint NOT NULL,
      PRIMARY KEY (store_id, month, customer_id, currency)
    )`);
  for (const [table, [keys, sums]] of Object.entries(OF)) await fill(knex, table, keys, sums);
}

const OF: Record<string, [keys: readonly string[], sums: readonly string[]]> = {
  report_hours: [
    ["hour", "register_id", "user_id", "number_range_id", "kind", "currency"],
    [
      ...["documents", "discounted", "discount_minor", "promotion_minor", "net_minor", "tax_minor", "total_minor"],
      ...["rounding_minor", "cost_minor"],
    ],
  ],
  report_products: [
    ["product_id", "currency"],
    [
      ...["lines", "sold_milli", "returned_milli", "discount_minor", "promotion_minor", "net_minor", "tax_minor"],
      ...["total_minor", "cost_minor"],
    ],
  ],
  report_goods: [["product_id"], ["sold_milli", "returned_milli", "cost_minor"]],
  report_taxes: [
    ["number_range_id", "kind", "tax_rate_bp", "tax_kind", "currency"],
    ["lines", "net_minor", "tax_minor", "total_minor"],
  ],
  report_tenders: [
    ["method", "kind", "currency"],
    ["payments", "amount_minor"],
  ],
  report_customers: [
    ["customer_id", "currency"],
    ["sales", "net_minor", "tax_minor", "total_minor", "cost_minor"],
  ],
};

/** Of what was counted by day so far; nobody counts meanwhile. */
async function fill(knex: Knex, table: string, keys: readonly string[], sums: readonly string[]): Promise<void> {
  await knex.raw(`LOCK TABLE ${nameSql(table)} IN SHARE MODE`);
  await knex.raw(`
    INSERT INTO ${nameSql(table)}_by_month (store_id, month, ${namesSql(keys)}, ${namesSql(sums)})
    SELECT store_id, ${MONTH}, ${namesSql(keys)}, ${addedSql(sums)} FROM ${nameSql(table)} GROUP BY store_id, ${MONTH}, ${namesSql(keys)}`);
  await knex.raw(`CREATE INDEX ${nameSql(table)}_by_month_month ON ${nameSql(table)}_by_month (month)`);
}

const MONTH = "date_trunc('month', business_date::timestamp)::date";
const nameSql = (name: string) => name;
const namesSql = (names: readonly string[]) => names.join(", ");
const addedSql = (sums: readonly string[]) => sums.map((one) => `sum(${nameSql(one)})`).join(", ");

export async function down(knex: Knex): Promise<void> {
  for (const table of Object.keys(OF)) await knex.raw(`DROP TABLE ${nameSql(table)}_by_month`);
}
