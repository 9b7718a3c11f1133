/** Rows of some days among rows in order of their ids, where nothing says that ids and days go together. */
import { pieceSql } from "./pieces.ts";

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

/**
 * Between these ids are all rows of these days, and few others: what is newer or older need not be read to find them by id. The index
 * has the ends of each day; ids of two days may be mixed, as after a clock that was wrong, so each day from the table's first to its
 * last is asked for its ends: 30 ms for ten years. Where the table has nothing beyond these days none is asked.
 */
export function idsOfDays(dated: DatedTable, { from, to }: DaysSql): IdsSql {
  const oldest = `(SELECT min(${pieceSql(dated.day)}) FROM ${pieceSql(dated.table)})`;
  const newest = `(SELECT max(${pieceSql(dated.day)}) FROM ${pieceSql(dated.table)})`;
  const start = from === undefined ? oldest : `greatest(${from}, ${oldest})`;
  const stop = to === undefined ? newest : `least(${to}, ${newest})`;
  // no row of these days at all: the ends exclude each other
  const first = `CASE WHEN ${from} > ${oldest} THEN coalesce((${edgeSql(dated, start, stop, "min")}), ${GREATEST_ID}) ELSE 0 END`;
  const last = `CASE WHEN ${to} < ${newest} THEN coalesce((${edgeSql(dated, start, stop, "max")}), 0) ELSE ${GREATEST_ID} END`;
  return { first: from === undefined ? "0" : first, last: to === undefined ? GREATEST_ID : last };
}

function edgeSql({ table, day }: DatedTable, start: string, stop: string, pick: "min" | "max"): string {
  return `SELECT ${pick === "min" ? "min" : "max"}(edge.id)
    FROM generate_series(cast(${pieceSql(start)} AS timestamp), cast(${pieceSql(stop)} AS timestamp), interval '1 day') AS each_day,
    LATERAL (SELECT id FROM ${pieceSql(table)} WHERE ${pieceSql(day)} = each_day::date ORDER BY id ${pick === "min" ? "" : "DESC"} LIMIT 1) AS edge`;
}
