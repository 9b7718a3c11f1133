/** Statements about shelves: what is there now, beside what was sold of it in some days. */
import { daysOfStoresSql, type Period, sumsSql } from "./periods.ts";
import { thereSql } from "./sums.ts";

/** A unit in that store: the store's average, unless somebody set the product's own cost since. */
const COST = "CASE WHEN i.own_cost_minor = p.cost_minor THEN i.cost_minor ELSE p.cost_minor END";
/** Who counts blind is told nothing of what an open count of one of the stores has. */
const TOLD = `NOT (cast(:blind AS boolean) AND EXISTS (SELECT FROM stock_count_lines o
  WHERE o.open AND o.store_id = ANY(:storeIds::bigint[]) AND o.product_id = p.id))`;
/** Of what is on the shelves of these stores. */
const VALUE = `sum(i.on_hand_milli)::bigint AS on_hand, sum(round((${COST})::numeric * i.on_hand_milli / 1000))::bigint AS value`;
const ON_SHELF = "i.store_id = ANY(:storeIds::bigint[]) AND i.on_hand_milli <> 0";
const SHELVED = `FROM inventory i JOIN products p ON p.id = i.product_id
  WHERE ${ON_SHELF} AND p.kind IN ('goods', 'weighed') AND ${TOLD}`;
/** Those that have been: nothing was sold on a day to come. */
const DAYS = "greatest(least(cast(:to AS date), cast(:today AS date)) - cast(:from AS date) + 1, 1)";

export function stockValueSql(): string {
  return `SELECT p.id::text AS key, ${VALUE} ${SHELVED} GROUP BY p.id`;
}

export function stockValueByCategorySql(): string {
  return `SELECT coalesce(c.id, 0)::text AS key, c.name, s.products, s.value
    FROM (SELECT p.category_id, count(DISTINCT p.id)::bigint AS products, ${VALUE} ${SHELVED} GROUP BY p.category_id) s
      LEFT JOIN categories c ON c.id = s.category_id`;
}

/** What left by sales in these days, and what stands there of it now. */
export function rotationSql(period: Period): string {
  return `SELECT r.product_id::text AS key, r.sold, coalesce(s.on_hand, 0) AS on_hand, coalesce(s.value, 0) AS value, r.cost
    FROM (SELECT product_id, sum(sold_milli - returned_milli)::bigint AS sold, sum(cost_minor)::bigint AS cost
      FROM ${sumsSql("goods", period)} d GROUP BY product_id ${thereSql("goods")}) r
      JOIN products p ON p.id = r.product_id
      CROSS JOIN LATERAL (SELECT ${VALUE} FROM inventory i WHERE i.product_id = p.id AND ${ON_SHELF}) s
    WHERE p.kind IN ('goods', 'weighed') AND ${TOLD}`;
}

/** Turns in a year: what the goods that left cost in these days, by the day, against what stands there now. */
export const TURNS = `CASE WHEN lines.value > 0 THEN round(lines.cost::numeric * 365000 / ${DAYS} / lines.value)::bigint END`;
/** For how many days what stands there lasts. */
export const LASTS = `CASE WHEN lines.sold > 0 THEN greatest(round(lines.on_hand::numeric * ${DAYS} / lines.sold), 0)::bigint END`;

/** On the shelf, and nothing left it by a sale in these days, not as a part of a kit either. */
export function deadStockSql(period: Period): string {
  return `SELECT p.id::text AS key, ${VALUE} ${SHELVED} AND NOT EXISTS (
      SELECT FROM report_goods r WHERE r.product_id = p.id AND ${daysOfStoresSql(period)} AND r.sold_milli > 0)
    GROUP BY p.id HAVING sum(i.on_hand_milli) > 0`;
}

/** When a line of dead stock was sold last. */
export const LAST_SOLD = `(SELECT to_char(max(l.business_date), 'YYYY-MM-DD') FROM report_goods l
  WHERE l.product_id = cast(lines.key AS bigint) AND l.store_id = ANY(:storeIds::bigint[]) AND l.sold_milli > 0)`;

/** By what it brought, with what the whole is and what it comes to up to this one. */
export function abcSql(period: Period): string {
  return `SELECT product_id::text AS key, net, sum(net) OVER () AS whole,
      sum(net) OVER (ORDER BY net DESC, product_id ROWS UNBOUNDED PRECEDING) AS upto_net
    FROM (SELECT product_id, sum(net_minor)::bigint AS net
      FROM ${sumsSql("products", period)} d GROUP BY product_id ${thereSql("products")}) r
    WHERE net > 0`;
}

export const SHARE = "round(lines.net::numeric * 10000 / lines.whole)::int";
export const UPTO = "round(lines.upto_net::numeric * 10000 / lines.whole)::int";
/** A: what makes the first 80 % of the net, B: up to 95 %, C: the rest. */
export const CLASS = `CASE WHEN (lines.upto_net - lines.net) * 100 < lines.whole * 80 THEN 'a'
  WHEN (lines.upto_net - lines.net) * 100 < lines.whole * 95 THEN 'b' ELSE 'c' END`;

/** Lots on the shelf that can go bad, the first before the others. */
export function expirySql(): string {
  return `SELECT format('%s-%s', to_char(l.expires_on, 'YYYY-MM-DD'), lpad(l.id::text, 15, '0')) AS key, p.name, p.sku, l.code AS lot,
      to_char(l.expires_on, 'YYYY-MM-DD') AS expires, (l.expires_on - cast(:today AS date))::bigint AS days_left, p.unit,
      sum(k.on_hand_milli)::bigint AS on_hand, sum(round((${COST})::numeric * k.on_hand_milli / 1000))::bigint AS value
    FROM lot_stock k JOIN lots l ON l.id = k.lot_id JOIN products p ON p.id = l.product_id
      LEFT JOIN inventory i ON i.store_id = k.store_id AND i.product_id = p.id
    WHERE k.store_id = ANY(:storeIds::bigint[]) AND k.on_hand_milli > 0 AND l.expires_on IS NOT NULL AND ${TOLD}
    GROUP BY l.id, p.id`;
}
