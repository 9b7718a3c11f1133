/** Statements of the reports of sales: each row has a key, a name, a place in the order, and the columns of its report. */
import { pieceSql } from "../../../kernel/db/pieces.ts";
import { dayKeySql, type Period, placeSql, sumsSql } from "./periods.ts";
import { thereSql } from "./sums.ts";

/** Of report_totals and report_hours: documents as they are signed. */
const DOCUMENTS = `coalesce(sum(documents) FILTER (WHERE kind = 'sale'), 0)::bigint AS sales,
  coalesce(sum(documents) FILTER (WHERE kind = 'return'), 0)::bigint AS returns,
  coalesce(sum(documents) FILTER (WHERE kind = 'void'), 0)::bigint AS voids,
  sum(discount_minor)::bigint AS discount, sum(net_minor)::bigint AS net, sum(tax_minor)::bigint AS tax,
  sum(rounding_minor)::bigint AS rounding, sum(total_minor)::bigint AS total, sum(cost_minor)::bigint AS cost,
  sum(net_minor - cost_minor)::bigint AS margin`;

export function salesByDaySql(period: Period): string {
  return `SELECT to_char(day, 'YYYY-MM-DD') AS key, NULL::text AS name, ${DOCUMENTS}
    FROM (SELECT *, ${dayKeySql(period)} AS day FROM report_totals WHERE ${placeSql(period)}) d GROUP BY day`;
}

export function salesByHourSql(period: Period): string {
  return `SELECT to_char(hour, 'FM00') AS key, NULL::text AS name, ${DOCUMENTS}
    FROM ${sumsSql("hours", period)} h GROUP BY hour ${thereSql("hours")}`;
}

export function salesByWeekdaySql(period: Period): string {
  return `SELECT extract(isodow FROM business_date)::int::text AS key, NULL::text AS name, ${DOCUMENTS}
    FROM report_totals WHERE ${placeSql(period)} GROUP BY extract(isodow FROM business_date)`;
}

/** As the newest document of that person has it, found as `pageOfEachSql` finds pages: not past everybody's sales since somebody left. */
export function cashierNameSql(userId: "h.user_id" | "f.user_id"): string {
  return `SELECT user_name FROM sales s WHERE s.user_id = ANY (ARRAY[${pieceSql(userId)}]) ORDER BY s.user_id DESC, s.id DESC LIMIT 1`;
}

export function salesByCashierSql(period: Period): string {
  return `SELECT user_id::text AS key,
      (${cashierNameSql("h.user_id")}) AS name, ${DOCUMENTS}
    FROM ${sumsSql("hours", period)} h GROUP BY user_id ${thereSql("hours")}`;
}

export function salesByRegisterSql(period: Period): string {
  return `SELECT register_id::text AS key, (SELECT format('%s, %s', t.name, r.name) FROM registers r JOIN stores t ON t.id = r.store_id
        WHERE r.id = h.register_id) AS name, ${DOCUMENTS}
    FROM ${sumsSql("hours", period)} h GROUP BY register_id ${thereSql("hours")}`;
}

export function salesByStoreSql(period: Period): string {
  return `SELECT store_id::text AS key, (SELECT t.name FROM stores t WHERE t.id = h.store_id) AS name, ${DOCUMENTS}
    FROM ${sumsSql("totals", period)} h GROUP BY store_id ${thereSql("totals")}`;
}

/** Of report_products: lines without the rounding of cash, which belongs to no product. */
const LINES = `sum(discount_minor)::bigint AS discount, sum(net_minor)::bigint AS net, sum(tax_minor)::bigint AS tax,
  sum(total_minor)::bigint AS total, sum(d.cost_minor)::bigint AS cost, sum(net_minor - d.cost_minor)::bigint AS margin`;

export function salesByProductSql(period: Period): string {
  return `SELECT product_id::text AS key, sum(sold_milli)::bigint AS sold, sum(returned_milli)::bigint AS returned, ${LINES}
    FROM ${sumsSql("products", period)} d GROUP BY product_id ${thereSql("products")}`;
}

export function salesByCategorySql(period: Period): string {
  return `SELECT coalesce(c.id, 0)::text AS key, c.name, ${EARNED}
    FROM ${ofProductsSql("category_id", period)} r LEFT JOIN categories c ON c.id = r.category_id`;
}

export function salesByBrandSql(period: Period): string {
  return `SELECT coalesce(m.id, 0)::text AS key, m.name, ${EARNED}
    FROM ${ofProductsSql("brand_id", period)} r LEFT JOIN brands m ON m.id = r.brand_id`;
}

const EARNED = "r.discount, r.net, r.tax, r.total, r.cost, r.margin";

function ofProductsSql(column: "category_id" | "brand_id", period: Period): string {
  return `(SELECT p.${nameSql(column)}, ${LINES} FROM ${sumsSql("products", period)} d JOIN products p ON p.id = d.product_id
    GROUP BY p.${nameSql(column)} ${thereSql("products")})`;
}

const nameSql = (column: string) => column;

/** Whoever was merged into another is that one. */
export function salesByCustomerSql(period: Period): string {
  return `SELECT coalesce(i.id, 0)::text AS key, i.name, sum(sales)::bigint AS sales, sum(net_minor)::bigint AS net,
      sum(tax_minor)::bigint AS tax, sum(total_minor)::bigint AS total, sum(cost_minor)::bigint AS cost,
      sum(net_minor - cost_minor)::bigint AS margin
    FROM (SELECT customer_id, sum(sales) AS sales, sum(net_minor) AS net_minor, sum(tax_minor) AS tax_minor,
        sum(total_minor) AS total_minor, sum(cost_minor) AS cost_minor
      FROM ${sumsSql("customers", period)} d GROUP BY customer_id ${thereSql("customers")}) r
      LEFT JOIN customers c ON c.id = r.customer_id LEFT JOIN customers i ON i.id = coalesce(c.merged_into, c.id)
    GROUP BY i.id`;
}

export function salesByTenderSql(period: Period): string {
  return `SELECT method AS key, (SELECT t.name FROM tenders t WHERE t.code = r.method) AS name,
      coalesce(sum(payments) FILTER (WHERE kind = 'sale'), 0)::bigint AS payments,
      coalesce(sum(amount_minor) FILTER (WHERE kind = 'sale'), 0)::bigint AS taken,
      coalesce(sum(amount_minor) FILTER (WHERE kind <> 'sale'), 0)::bigint AS given_back, sum(amount_minor)::bigint AS total
    FROM ${sumsSql("tenders", period)} r GROUP BY method ${thereSql("tenders")}`;
}

export function salesByTaxSql(period: Period): string {
  return `SELECT format('%s-%s', tax_rate_bp, tax_kind) AS key, NULL::text AS name, sum(net_minor)::bigint AS net,
      sum(tax_minor)::bigint AS tax, sum(total_minor)::bigint AS total
    FROM ${sumsSql("taxes", period)} r GROUP BY tax_rate_bp, tax_kind ${thereSql("taxes")}`;
}
