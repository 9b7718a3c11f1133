/**
 * What a document adds to each table. The same SELECTs count it and, nightly, count everything anew: they differ only in the documents
 * that `docs` has. Amounts are signed as the documents are.
 */

import { byHandSql } from "../../pos/api.ts";

export const SUMS = ["totals", "hours", "products", "goods", "taxes", "tenders", "customers"] as const;
export type SumTable = (typeof SUMS)[number];

interface Shape {
  table: string;
  keys: readonly string[];
  /** added up */
  sums: readonly string[];
  least?: readonly string[];
  greatest?: readonly string[];
  /** of added rows: whether there was anything, though it came to nothing */
  there: string;
}

const PLACE = ["store_id", "business_date"];
const MONEY = ["net_minor", "tax_minor", "total_minor"];

const SHAPES: Record<SumTable, Shape> = {
  totals: {
    table: "report_totals",
    keys: [...PLACE, "number_range_id", "kind", "currency"],
    sums: ["documents", "discount_minor", ...MONEY, "rounding_minor", "cost_minor"],
    least: ["first_id"],
    greatest: ["last_id"],
    there: "sum(documents) > 0",
  },
  hours: {
    table: "report_hours",
    keys: [...PLACE, "hour", "register_id", "user_id", "number_range_id", "kind", "currency"],
    sums: ["documents", "discounted", "discount_minor", "promotion_minor", ...MONEY, "rounding_minor", "cost_minor"],
    least: ["first_id"],
    greatest: ["last_id"],
    there: "sum(documents) > 0",
  },
  products: {
    table: "report_products",
    keys: [...PLACE, "product_id", "currency"],
    sums: ["lines", "sold_milli", "returned_milli", "discount_minor", "promotion_minor", ...MONEY, "cost_minor"],
    there: "sum(lines) > 0 OR sum(returned_milli) > 0",
  },
  goods: {
    table: "report_goods",
    keys: [...PLACE, "product_id"],
    sums: ["sold_milli", "returned_milli", "cost_minor"],
    there: "sum(sold_milli) > 0 OR sum(returned_milli) > 0",
  },
  taxes: {
    table: "report_taxes",
    keys: [...PLACE, "number_range_id", "kind", "tax_rate_bp", "tax_kind", "currency"],
    sums: ["lines", ...MONEY],
    there: "sum(lines) > 0",
  },
  tenders: {
    table: "report_tenders",
    keys: [...PLACE, "method", "kind", "currency"],
    sums: ["payments", "amount_minor"],
    there: "sum(payments) > 0 OR sum(amount_minor) <> 0",
  },
  customers: {
    table: "report_customers",
    keys: [...PLACE, "customer_id", "currency"],
    sums: ["sales", ...MONEY, "cost_minor"],
    there: "sum(sales) > 0 OR sum(total_minor) <> 0 OR sum(cost_minor) <> 0",
  },
};

export const tableSql = (name: SumTable) => SHAPES[name].table;
export const keysSql = (name: SumTable) => SHAPES[name].keys.join(", ");

/** Of whole months, by the same keys with the month (its first day) for the day. */
export const monthTableSql = (name: SumTable) => `${SHAPES[name].table}_by_month`;
export const monthKeysSql = (name: SumTable) => monthly(SHAPES[name].keys).join(", ");

const monthly = (keys: readonly string[]) => keys.map((key) => (key === "business_date" ? "month" : key));

/** What is added up, of that alias. */
export function measuresSql(name: SumTable, of: string): string {
  const { sums, least = [], greatest = [] } = SHAPES[name];
  return [...sums, ...least, ...greatest].map((one) => `${of}.${one}`).join(", ");
}

/** What months add up as well. */
export function monthMeasuresSql(name: SumTable, of: string): string {
  return SHAPES[name].sums.map((one) => `${of}.${one}`).join(", ");
}

/** Rows of days, of the query or table `daysSql`, made months. */
export function monthRowsSql(name: SumTable, daysSql: string): string {
  return `SELECT ${monthsSql(name, " AS month")}, ${addedSql(name)} FROM ${textSql(daysSql)} GROUP BY ${monthsSql(name, "")}`;
}

function monthsSql(name: SumTable, as: "" | " AS month"): string {
  const month = `date_trunc('month', business_date::timestamp)::date${textSql(as)}`;
  return SHAPES[name].keys.map((key) => (key === "business_date" ? month : key)).join(", ");
}

const addedSql = (name: SumTable) =>
  SHAPES[name].sums.map((one) => `sum(${textSql(one)})::bigint AS ${textSql(one)}`).join(", ");

const textSql = (text: string) => text;

/** What both tables have, of days and of months; `times`: by what the sums are multiplied. */
export function columnsOfBothSql(name: SumTable, times?: string): string {
  const { keys, sums } = SHAPES[name];
  return [
    ...keys.filter((key) => key !== "business_date"),
    ...sums.map((one) => (times === undefined ? one : `${one} * ${textSql(times)} AS ${one}`)),
  ].join(", ");
}

/** Ends a query that adds up months less days: of what was in these days alone nothing is left. */
export const thereSql = (name: SumTable) => `HAVING ${SHAPES[name].there}`;

export function monthColumnsSql(name: SumTable): string {
  const { keys, sums } = SHAPES[name];
  return [...monthly(keys), ...sums].join(", ");
}

/** How a month's row takes in another one of the same keys. */
export function monthAdditionSql(name: SumTable): string {
  return SHAPES[name].sums.map((one) => `${one} = t.${one} + excluded.${one}`).join(", ");
}

/** How a row takes in another one of the same keys. */
export function additionSql(name: SumTable): string {
  const { sums, least = [], greatest = [] } = SHAPES[name];
  return [
    ...sums.map((one) => `${one} = t.${one} + excluded.${one}`),
    ...least.map((one) => `${one} = least(t.${one}, excluded.${one})`),
    ...greatest.map((one) => `${one} = greatest(t.${one}, excluded.${one})`),
  ].join(", ");
}

/** Their names alone, as an INSERT lists them. */
export function columnsSql(name: SumTable): string {
  const { keys, sums, least = [], greatest = [] } = SHAPES[name];
  return [...keys, ...sums, ...least, ...greatest].join(", ");
}

/** Of `documents`, a query of ids of sales: them, their lines, and what each document has of its lines. */
export function docsSql(documents: "asked" | "counted"): string {
  return `docs AS (
    SELECT s.id, s.store_id, s.business_date, extract(hour FROM s.created_at AT TIME ZONE d.time_zone)::int AS hour,
      s.register_id, s.user_id, coalesce(s.number_range_id, 0) AS number_range_id, s.kind, s.currency,
      s.discount_minor, s.subtotal_minor, s.tax_minor, s.rounding_minor, s.total_minor, s.change_minor,
      coalesce(s.customer_id, 0) AS customer_id
    FROM sales s JOIN report_days d ON d.store_id = s.store_id AND d.business_date = s.business_date
    WHERE ${documentsSql(documents)}
  ), lines AS (
    SELECT docs.id, docs.store_id, docs.business_date, docs.number_range_id, docs.kind, docs.currency, i.product_id, i.tax_rate_bp,
      i.tax_kind, round(i.quantity_milli::numeric * i.factor_milli / 1000) AS own_milli, i.discount_minor,
      coalesce(i.promotion_minor, 0) AS promotion_minor, i.total_minor - i.tax_minor AS net_minor, i.tax_minor, i.total_minor,
      round(i.cost_minor::numeric * i.quantity_milli / 1000) AS cost_minor
    FROM docs JOIN sale_items i ON i.sale_id = docs.id
  ), whole AS (
    SELECT id, sum(promotion_minor) AS promotion_minor, sum(cost_minor) AS cost_minor FROM lines GROUP BY id
  )`;
}

/** `:from` and `:to` bound the days that are counted anew; either may be null. */
function documentsSql(documents: "asked" | "counted"): string {
  if (documents === "asked") return "s.id = ANY(:ids::bigint[])";
  return `(cast(:from AS date) IS NULL OR s.business_date >= cast(:from AS date))
    AND (cast(:to AS date) IS NULL OR s.business_date <= cast(:to AS date))
    AND (s.id <= (SELECT counted_to FROM report_progress) OR EXISTS (SELECT FROM report_counted c WHERE c.sale_id = s.id))`;
}

/** The rows of a table that `docs`, `lines` and `whole` make. */
export function rowsSql(name: SumTable): string {
  return ROWS[name];
}

const ROWS: Record<SumTable, string> = {
  totals: `SELECT store_id, business_date, number_range_id, kind, currency, count(*) AS documents,
      sum(discount_minor)::bigint AS discount_minor, sum(subtotal_minor)::bigint AS net_minor, sum(tax_minor)::bigint AS tax_minor,
      sum(total_minor)::bigint AS total_minor, sum(rounding_minor)::bigint AS rounding_minor,
      coalesce(sum(cost_minor), 0)::bigint AS cost_minor, min(id) AS first_id, max(id) AS last_id
    FROM docs LEFT JOIN whole USING (id) GROUP BY store_id, business_date, number_range_id, kind, currency`,
  hours: `SELECT store_id, business_date, hour, register_id, user_id, number_range_id, kind, currency, count(*) AS documents,
      count(*) FILTER (WHERE kind = 'sale' AND ${byHandSql("discount_minor", "promotion_minor")} > 0) AS discounted,
      sum(discount_minor)::bigint AS discount_minor, coalesce(sum(promotion_minor), 0)::bigint AS promotion_minor,
      sum(subtotal_minor)::bigint AS net_minor, sum(tax_minor)::bigint AS tax_minor, sum(total_minor)::bigint AS total_minor,
      sum(rounding_minor)::bigint AS rounding_minor, coalesce(sum(cost_minor), 0)::bigint AS cost_minor,
      min(id) AS first_id, max(id) AS last_id
    FROM docs LEFT JOIN whole USING (id)
    GROUP BY store_id, business_date, hour, register_id, user_id, number_range_id, kind, currency`,
  products: `SELECT store_id, business_date, product_id, currency, count(*) FILTER (WHERE kind = 'sale') AS lines,
      coalesce(sum(own_milli) FILTER (WHERE kind = 'sale'), 0)::bigint AS sold_milli,
      coalesce(-sum(own_milli) FILTER (WHERE kind <> 'sale'), 0)::bigint AS returned_milli,
      sum(discount_minor)::bigint AS discount_minor, sum(promotion_minor)::bigint AS promotion_minor,
      sum(net_minor)::bigint AS net_minor, sum(tax_minor)::bigint AS tax_minor, sum(total_minor)::bigint AS total_minor,
      sum(cost_minor)::bigint AS cost_minor
    FROM lines GROUP BY store_id, business_date, product_id, currency`,
  // as the ledger of stock has it: parts of kits, and goods of stores in any currency; what was thrown away after it came back is no sale
  goods: `SELECT docs.store_id, docs.business_date, m.product_id,
      coalesce(-sum(m.quantity_milli) FILTER (WHERE docs.kind = 'sale'), 0)::bigint AS sold_milli,
      coalesce(sum(m.quantity_milli) FILTER (WHERE docs.kind <> 'sale'), 0)::bigint AS returned_milli,
      -sum(round(m.cost_minor::numeric * m.quantity_milli / 1000))::bigint AS cost_minor
    FROM docs JOIN stock_movements m ON m.document_type = docs.kind AND m.document_id = docs.id AND m.reason <> 'damaged'
    GROUP BY docs.store_id, docs.business_date, m.product_id`,
  taxes: `SELECT store_id, business_date, number_range_id, kind, tax_rate_bp, tax_kind, currency, count(*) AS lines,
      sum(net_minor)::bigint AS net_minor, sum(tax_minor)::bigint AS tax_minor, sum(total_minor)::bigint AS total_minor
    FROM lines GROUP BY store_id, business_date, number_range_id, kind, tax_rate_bp, tax_kind, currency`,
  tenders: `SELECT store_id, business_date, method, kind, currency, sum(payments)::bigint AS payments,
      sum(amount_minor)::bigint AS amount_minor
    FROM (
      SELECT docs.store_id, docs.business_date, p.method, docs.kind, docs.currency, 1 AS payments, p.amount_minor
        FROM docs JOIN payments p ON p.sale_id = docs.id
      UNION ALL
      SELECT store_id, business_date, 'cash', kind, currency, 0, -change_minor FROM docs WHERE change_minor <> 0
    ) paid GROUP BY store_id, business_date, method, kind, currency`,
  customers: `SELECT store_id, business_date, customer_id, currency, count(*) FILTER (WHERE kind = 'sale') AS sales,
      sum(subtotal_minor)::bigint AS net_minor, sum(tax_minor)::bigint AS tax_minor, sum(total_minor)::bigint AS total_minor,
      coalesce(sum(cost_minor), 0)::bigint AS cost_minor
    FROM docs LEFT JOIN whole USING (id) GROUP BY store_id, business_date, customer_id, currency`,
};
