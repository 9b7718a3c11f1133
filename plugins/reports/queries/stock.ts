/** Statements about shelves: what is there now, beside what was sold of it in some days. */
import { daysOfStoresSql, type Period, sumsSql } from "./periods.ts";

/** A unit in that store: the store's average, unless somebody set the product's own cost since. */
const COST = "CASE WHEN i.own_cost_minor = p.cost_minor THEN i.cost_minor ELSE p.cost_minor END";
/** Who counts blind is told nothing of what an open count of one of the stores has. */
const TOLD = `NOT (cast(:blind AS boolean) AND EXISTS (SELECT FROM stock_count_lines o
  WHERE o.open AND o.store_id = ANY(:storeIds::bigint[]) AND o.product_id = p.id))`;
const SHELVES = `(SELECT i.product_id, sum(i.on_hand_milli)::bigint AS on_hand,
    sum(round((${COST})::numeric * i.on_hand_milli / 1000))::bigint AS value
  FROM inventory i JOIN products p ON p.id = i.product_id
  WHERE i.store_id = ANY(:storeIds::bigint[]) AND i.on_hand_milli <> 0 AND p.kind IN ('goods', 'weighed') AND ${TOLD}
  GROUP BY i.product_id)`;
const DAYS = "(cast(:to AS date) - cast(:from AS date) + 1)";

export function stockValueSql(): string {
  return `SELECT p.id::text AS key, p.name, p.sku, p.unit, s.on_hand, s.value
    FROM ${SHELVES} s JOIN products p ON p.id = s.product_id`;
}

export function stockValueByCategorySql(): string {
  return `SELECT coalesce(c.id, 0)::text AS key, c.name, count(*)::bigint AS products, sum(s.value)::bigint AS value
    FROM ${SHELVES} s JOIN products p ON p.id = s.product_id LEFT JOIN categories c ON c.id = p.category_id GROUP BY c.id`;
}

/** Turns in a year: what the goods that left by sales cost in these days, by the day, against what stands there now. */
export function rotationSql(period: Period): string {
  return `SELECT p.id::text AS key, p.name, p.sku, p.unit, r.sold, coalesce(s.on_hand, 0) AS on_hand,
      coalesce(s.value, 0) AS value, r.cost,
      CASE WHEN s.value > 0 THEN round(r.cost::numeric * 365000 / ${DAYS} / s.value)::bigint END AS turns,
      CASE WHEN r.sold > 0 THEN greatest(round(coalesce(s.on_hand, 0)::numeric * ${DAYS} / r.sold), 0)::bigint END AS lasts
    FROM (SELECT product_id, sum(sold_milli - returned_milli)::bigint AS sold, sum(cost_minor)::bigint AS cost
      FROM ${sumsSql("goods", period)} d GROUP BY product_id) r
      JOIN products p ON p.id = r.product_id LEFT JOIN ${SHELVES} s ON s.product_id = p.id
    WHERE p.kind IN ('goods', 'weighed') AND ${TOLD}`;
}

/** On the shelf, and nothing left it by a sale in these days, not as a part of a kit either. */
export function deadStockSql(period: Period): string {
  return `SELECT p.id::text AS key, p.name, p.sku, p.unit, s.on_hand, s.value
    FROM ${SHELVES} s JOIN products p ON p.id = s.product_id
    WHERE s.on_hand > 0 AND NOT EXISTS (
      SELECT FROM report_goods r WHERE r.product_id = p.id AND ${daysOfStoresSql(period)} AND r.sold_milli > 0)`;
}

/** When a line of dead stock was sold last. */
export const LAST_SOLD = `(SELECT to_char(max(l.business_date), 'YYYY-MM-DD') FROM report_goods l
  WHERE l.product_id = cast(lines.key AS bigint) AND l.store_id = ANY(:storeIds::bigint[]) AND l.sold_milli > 0)`;

/** A: what makes the first 80 % of the net, B: up to 95 %, C: the rest. */
export function abcSql(period: Period): string {
  return `SELECT key, name, sku, net, round(net::numeric * 10000 / whole)::int AS share, round(upto::numeric * 10000 / whole)::int AS upto,
      CASE WHEN (upto - net) * 100 < whole * 80 THEN 'a' WHEN (upto - net) * 100 < whole * 95 THEN 'b' ELSE 'c' END AS class
    FROM (SELECT p.id::text AS key, p.name, p.sku, r.net, sum(r.net) OVER () AS whole,
        sum(r.net) OVER (ORDER BY r.net DESC, p.id ROWS UNBOUNDED PRECEDING) AS upto
      FROM (SELECT product_id, sum(net_minor)::bigint AS net FROM ${sumsSql("products", period)} d GROUP BY product_id) r
        JOIN products p ON p.id = r.product_id WHERE r.net > 0) ranked`;
}

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
