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
 * Sums of all days asked for without their days: months by their own table, and the days beside them by day, added or taken off. `span.ts`
 * says which they are. Whoever groups them ends with `thereSql`.
 */
export function sumsSql(name: SumTable, period: Period): string {
  const { head, months, tail } = SPANS[period];
  return `(SELECT ${columnsOfBothSql(name)} FROM ${monthTableSql(name)} WHERE ${storesSql(name)} AND month ${betweenSql(months)}
    UNION ALL ${daysBesideSql(name, head)} UNION ALL ${daysBesideSql(name, tail)})`;
}

function daysBesideSql(name: SumTable, [from, to, sign]: readonly [string, string, string]): string {
  return `SELECT ${columnsOfBothSql(name, `cast(:${sign} AS bigint)`)} FROM ${tableSql(name)}
    WHERE ${storesSql(name)} AND business_date ${betweenSql([from, to])}`;
}

const SPANS = {
  now: {
    head: ["headFrom", "headTo", "headSign"],
    months: ["monthsFrom", "monthsTo"],
    tail: ["tailFrom", "tailTo", "tailSign"],
  },
  before: {
    head: ["beforeHeadFrom", "beforeHeadTo", "beforeHeadSign"],
    months: ["beforeMonthsFrom", "beforeMonthsTo"],
    tail: ["beforeTailFrom", "beforeTailTo", "beforeTailSign"],
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

/** A day of the other period as the day of this one that it is set against: days that its month has not stand with the last that it has. */
export function dayKeySql(period: Period): string {
  if (period === "now") return "business_date";
  return `least(greatest(cast(business_date + ${LATER} AS date), cast(:from AS date)), cast(:to AS date))`;
}

const LATER = "make_interval(months => cast(:laterMonths AS int), days => cast(:laterDays AS int))";

const columnSql = (column: string) => column;
