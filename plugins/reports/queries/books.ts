/** Statements of the books: taxes by range of numbers, the ranges themselves, and closed shifts. */
import { byHandSql, differencesSql, loweredBySql, loweredSql } from "../../pos/api.ts";
import { daysSql, type Period, placeSql, sumsSql } from "./periods.ts";
import { cashierNameSql } from "./sales.ts";
import { thereSql } from "./sums.ts";

/** Taxes of each range by kind of document and rate: what an accountant books. */
export function taxBookSql(period: Period): string {
  return `SELECT format('%s-%s-%s-%s', number_range_id, t.kind, tax_rate_bp, tax_kind) AS key, coalesce(n.prefix, '—') AS name,
      t.kind, tax_rate_bp AS rate, tax_kind, sum(net_minor)::bigint AS net, sum(tax_minor)::bigint AS tax,
      sum(total_minor)::bigint AS total
    FROM ${sumsSql("taxes", period)} t LEFT JOIN number_ranges n ON n.id = t.number_range_id
    GROUP BY number_range_id, n.prefix, t.kind, tax_rate_bp, tax_kind ${thereSql("taxes")}`;
}

/** First and last number of each range by day, with how many documents: what lies between has no gap. */
export function numberRangesSql(period: Period): string {
  return `SELECT format('%s-%s', to_char(r.business_date, 'YYYY-MM-DD'), r.number_range_id) AS key, coalesce(n.prefix, '—') AS name,
      to_char(r.business_date, 'YYYY-MM-DD') AS day, r.first_id, r.last_id, r.documents, r.net, r.tax, r.rounding, r.total
    FROM (SELECT business_date, number_range_id, min(first_id) AS first_id, max(last_id) AS last_id, sum(documents)::bigint AS documents,
        sum(net_minor)::bigint AS net, sum(tax_minor)::bigint AS tax, sum(rounding_minor)::bigint AS rounding,
        sum(total_minor)::bigint AS total
      FROM report_totals WHERE ${placeSql(period)} GROUP BY business_date, number_range_id) r
      LEFT JOIN number_ranges n ON n.id = r.number_range_id`;
}

/** The numbers of the documents that a line of `number-ranges` has the ids of. */
export const FIRST_NUMBER = "(SELECT s.number FROM sales s WHERE s.id = lines.first_id)";
export const LAST_NUMBER = "(SELECT s.number FROM sales s WHERE s.id = lines.last_id)";

/** Closed shifts by the business day on which they were opened. */
export function zListSql(period: Period): string {
  return `SELECT lpad(s.id::text, 15, '0') AS key, format('Z %s', c.z_number) AS name, to_char(s.business_date, 'YYYY-MM-DD') AS day,
      r.name AS register, c.user_name AS cashier, c.expected_minor AS expected, c.counted_minor AS counted,
      c.difference_minor AS difference
    FROM shifts s JOIN shift_closings c ON c.shift_id = s.id JOIN registers r ON r.id = s.register_id
    WHERE s.store_id = ANY(:storeIds::bigint[]) AND ${daysSql(period, "s.business_date")} AND s.currency = :currency`;
}

/** Money handed over for no goods, and what of it was taken back, by how it was paid and who took it. */
export function collectionsSql(period: Period): string {
  return `SELECT format('%s:%s:%s', c.method, c.kind, c.user_id) AS key, (SELECT t.name FROM tenders t WHERE t.code = c.method) AS name,
      c.kind, (array_agg(c.user_name ORDER BY c.id DESC))[1] AS cashier, count(*) FILTER (WHERE c.amount_minor > 0) AS payments,
      coalesce(sum(c.amount_minor) FILTER (WHERE c.amount_minor > 0), 0)::bigint AS taken,
      coalesce(sum(c.amount_minor) FILTER (WHERE c.amount_minor < 0), 0)::bigint AS given_back,
      sum(c.amount_minor)::bigint AS total
    FROM collections c WHERE ${placeSql(period)} GROUP BY c.method, c.kind, c.user_id`;
}

/** What each cashier took off, took back and missed: signs to look at, beside how much the person sold. */
export function careByCashierSql(period: Period): string {
  return `SELECT user_id::text AS key,
      coalesce((${cashierNameSql("f.user_id")}), max(closer)) AS name,
      sum(sales)::bigint AS sales, sum(discounts)::bigint AS discounts, sum(discount)::bigint AS discount,
      sum(lowered_prices)::bigint AS lowered_prices, sum(lowered)::bigint AS lowered,
      sum(voids)::bigint AS voids, sum(voided)::bigint AS voided, sum(returns)::bigint AS returns,
      sum(returned)::bigint AS returned, sum(differences)::bigint AS differences, sum(difference)::bigint AS difference
    FROM (
      SELECT user_id, NULL AS closer, coalesce(sum(documents) FILTER (WHERE kind = 'sale'), 0) AS sales, sum(discounted) AS discounts,
        coalesce(sum(${byHandSql("discount_minor", "promotion_minor")}) FILTER (WHERE kind = 'sale'), 0) AS discount,
        0 AS lowered_prices, 0 AS lowered, coalesce(sum(documents) FILTER (WHERE kind = 'void'), 0) AS voids,
        coalesce(sum(total_minor) FILTER (WHERE kind = 'void'), 0) AS voided,
        coalesce(sum(documents) FILTER (WHERE kind = 'return'), 0) AS returns,
        coalesce(sum(total_minor) FILTER (WHERE kind = 'return'), 0) AS returned, 0 AS differences, 0 AS difference
      FROM ${sumsSql("hours", period)} h GROUP BY user_id ${thereSql("hours")}
      UNION ALL
      SELECT d.user_id, NULL, 0, 0, 0, count(*), sum(${loweredBySql()}), 0, 0, 0, 0, 0, 0
      FROM sales d JOIN ${loweredSql()}
      WHERE d.store_id = ANY(:storeIds::bigint[]) AND ${daysSql(period, "d.business_date")} AND d.currency = :currency
      GROUP BY d.user_id
      UNION ALL
      SELECT c.user_id, (array_agg(c.user_name ORDER BY c.id DESC))[1], 0, 0, 0, 0, 0, 0, 0, 0, 0, count(*), sum(c.difference_minor)
      FROM ${differencesSql()}
      WHERE d.store_id = ANY(:storeIds::bigint[]) AND ${daysSql(period, "d.business_date")} AND d.currency = :currency
      GROUP BY c.user_id
    ) f GROUP BY user_id`;
}
