/** The days, stores and currency that a report is asked for, in SQL. */
import { columnsOfBothSql, monthTableSql, type SumTable, tableSql } from "./sums.ts";

/** `before`: the days that it is set against. */
export type Period = "now" | "before";

export function daysSql(period: Period, column: string): string {
  return period === "now"
    ? `${columnSql(column)} BETWEEN cast(:from AS date) AND cast(:to AS date)`
    : `${columnSql(column)} BETWEEN cast(:beforeFrom AS date) AND cast(:beforeTo AS date)`;
}

/** Of rows with `store_id`, `business_date` and `currency`. */
export function placeSql(period: Period): string {
  return `${daysOfStoresSql(period)} AND currency = :currency`;
}

/** Of rows with `store_id` and `business_date`, in whatever currency. */
export function daysOfStoresSql(period: Period): string {
  return `store_id = ANY(:storeIds::bigint[]) AND ${daysSql(period, "business_date")}`;
}

/**
 * Sums of all days asked for without their days: months that are whole by their own table, the days before and after them by day. `span.ts`
 * says which they are.
 */
export function sumsSql(name: SumTable, period: Period): string {
  const { head, months, tail } = SPANS[period];
  return `(SELECT ${columnsOfBothSql(name)} FROM ${tableSql(name)} WHERE ${storesSql(name)} AND business_date ${betweenSql(head)}
    UNION ALL
    SELECT ${columnsOfBothSql(name)} FROM ${monthTableSql(name)} WHERE ${storesSql(name)} AND month ${betweenSql(months)}
    UNION ALL
    SELECT ${columnsOfBothSql(name)} FROM ${tableSql(name)} WHERE ${storesSql(name)} AND business_date ${betweenSql(tail)})`;
}

const SPANS = {
  now: { head: ["from", "headTo"], months: ["monthsFrom", "monthsTo"], tail: ["tailFrom", "to"] },
  before: {
    head: ["beforeFrom", "beforeHeadTo"],
    months: ["beforeMonthsFrom", "beforeMonthsTo"],
    tail: ["beforeTailFrom", "beforeTo"],
  },
} as const;

const betweenSql = ([from, to]: readonly [string, string]) =>
  `BETWEEN cast(:${columnSql(from)} AS date) AND cast(:${columnSql(to)} AS date)`;

/** Goods are those of whatever currency. */
function storesSql(name: SumTable): string {
  return name === "goods"
    ? "store_id = ANY(:storeIds::bigint[])"
    : "store_id = ANY(:storeIds::bigint[]) AND currency = :currency";
}

/** A day of the other period as the day of this one that it is set against. */
export function dayKeySql(period: Period): string {
  return period === "now" ? "business_date" : "business_date + (cast(:from AS date) - cast(:beforeFrom AS date))";
}

const columnSql = (column: string) => column;
