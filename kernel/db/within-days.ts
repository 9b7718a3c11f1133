/** Rows of some days among rows in order of their ids, where nothing says that ids and days go together. */
import { allSql, listSql, pieceSql } from "./pieces.ts";

/** A table whose ids are looked for, and its day as SQL; both as an index on (day, id) has them. */
export interface DatedTable {
  table: string;
  day: string;
}

/** First and last day as SQL, both included; left out: there is none. */
export interface DaysSql {
  from?: string | undefined;
  to?: string | undefined;
}

/** SQL of the least and the greatest id, both included. */
export interface IdsSql {
  first: string;
  last: string;
}

/** JavaScript's greatest integer: no id is greater. */
export const GREATEST_ID = "9007199254740991";

/** who asks for all but some days at an end walks past those: it is no more than their rows, and asks for no day */
const NEAR_DAYS = 7;

/**
 * Between these ids are all rows of these days, and few others: what is newer or older need not be read to find them by id. Ids of two
 * days may be mixed, as after a clock that was wrong, so each day that has rows is asked for its first or last: some microseconds each.
 */
export function idsOfDays(dated: DatedTable, { from, to }: DaysSql): IdsSql {
  const { table, day } = dated;
  const within = [
    ...(from === undefined ? [] : [`${day} >= ${from}`]),
    ...(to === undefined ? [] : [`${day} <= ${to}`]),
  ];
  // no row of these days at all: the ends exclude each other
  const oldest = `(SELECT min(${pieceSql(day)}) FROM ${pieceSql(table)})`;
  const newest = `(SELECT max(${pieceSql(day)}) FROM ${pieceSql(table)})`;
  const first = `CASE WHEN ${from} > ${oldest} + ${NEAR_DAYS} THEN coalesce((${edgeSql(dated, within, "first")}), ${GREATEST_ID}) ELSE 0 END`;
  const last = `CASE WHEN ${to} < ${newest} - ${NEAR_DAYS} THEN coalesce((${edgeSql(dated, within, "last")}), 0) ELSE ${GREATEST_ID} END`;
  return { first: from === undefined ? "0" : first, last: to === undefined ? GREATEST_ID : last };
}

/** From day to day that has rows, by one look at the index each. */
function edgeSql({ table, day }: DatedTable, within: readonly string[], edge: "first" | "last"): string {
  const next = edge === "first" ? `${day} > days.day` : `${day} < days.day`;
  const sort = edge === "first" ? [day, "id"] : [`${day} DESC`, "id DESC"];
  return `WITH RECURSIVE days (day, id) AS (
      (SELECT ${pieceSql(day)}, id FROM ${pieceSql(table)} WHERE ${allSql(within)} ORDER BY ${listSql(sort)} LIMIT 1)
      UNION ALL
      SELECT another.day, another.id FROM days, LATERAL (
        SELECT ${pieceSql(day)} AS day, id FROM ${pieceSql(table)} WHERE ${allSql([...within, next])} ORDER BY ${listSql(sort)} LIMIT 1) AS another
    ) SELECT ${edge === "first" ? "min(id)" : "max(id)"} FROM days`;
}
