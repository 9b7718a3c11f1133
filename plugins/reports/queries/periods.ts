/** The days, stores and currency that a report is asked for, in SQL. */

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

/** A day of the other period as the day of this one that it is set against. */
export function dayKeySql(period: Period): string {
  return period === "now" ? "business_date" : "business_date + (cast(:from AS date) - cast(:beforeFrom AS date))";
}

const columnSql = (column: string) => column;
