/** Statements of what is bought from suppliers and what customers owe. Both are money of the shop as a whole. */
import { unpaidSql } from "../../customers/api.ts";
import type { Period } from "./periods.ts";

/** The shop's business day of an instant, as kernel/clock.ts has it. */
const DAY = "((d.created_at - make_interval(hours => :cutoff)) AT TIME ZONE :timeZone)::date";

export function purchasesBySupplierSql(period: Period): string {
  return `SELECT d.supplier_id::text AS key, (SELECT s.name FROM suppliers s WHERE s.id = d.supplier_id) AS name,
      count(*) FILTER (WHERE d.kind = 'receipt') AS deliveries,
      coalesce(sum(d.total_minor) FILTER (WHERE d.kind = 'receipt'), 0)::bigint AS received,
      coalesce(sum(d.total_minor) FILTER (WHERE d.kind = 'return'), 0)::bigint AS sent_back, sum(d.total_minor)::bigint AS total
    FROM purchase_documents d
    WHERE d.store_id = ANY(:storeIds::bigint[]) AND d.currency = :currency AND ${daysOfSql(period)} GROUP BY d.supplier_id`;
}

// the index is by the instant; no day is further from it
function daysOfSql(period: Period): string {
  return period === "now"
    ? `d.created_at BETWEEN cast(:from AS date) - 2 AND cast(:to AS date) + 3 AND ${DAY} BETWEEN cast(:from AS date) AND cast(:to AS date)`
    : `d.created_at BETWEEN cast(:beforeFrom AS date) - 2 AND cast(:beforeTo AS date) + 3
      AND ${DAY} BETWEEN cast(:beforeFrom AS date) AND cast(:beforeTo AS date)`;
}

/** By the rule of the customers' own page. Of the whole shop, for whoever works in a store of it. */
export function receivablesSql(): string {
  return `SELECT c.id::text AS key, c.name, c.balance_minor AS owed,
      coalesce(sum(e.part) FILTER (WHERE e.days <= 30), 0)::bigint AS d30,
      coalesce(sum(e.part) FILTER (WHERE e.days BETWEEN 31 AND 60), 0)::bigint AS d60,
      coalesce(sum(e.part) FILTER (WHERE e.days BETWEEN 61 AND 90), 0)::bigint AS d90,
      coalesce(sum(e.part) FILTER (WHERE e.days > 90), 0)::bigint AS older, coalesce(max(e.days), 0)::bigint AS oldest
    FROM customers c LEFT JOIN LATERAL (
      SELECT d.part, greatest(cast(:today AS date) - ${DAY}, 0) AS days FROM ${unpaidSql()} d) e ON true
    WHERE c.balance_minor > 0 AND c.currency = :currency AND cardinality(:storeIds::bigint[]) > 0 GROUP BY c.id`;
}
