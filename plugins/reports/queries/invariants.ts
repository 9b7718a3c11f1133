/** SQL of the invariants of reports: the sums are those of the documents, and no document is left out. */
import type { Knex } from "knex";
import type { Check, Scope } from "../../../kernel/invariant.ts";
import {
  docsSql,
  keysSql,
  measuresSql,
  monthKeysSql,
  monthMeasuresSql,
  monthRowsSql,
  monthTableSql,
  rowsSql,
  SUMS,
  type SumTable,
  tableSql,
} from "./sums.ts";

/** Sums of a store in a table: of a day that are not those of the documents that are counted, of a month that are not those of its days. */
export interface WrongSum {
  table: string;
  storeId: number;
  /** of a month the first */
  day: string;
  of: "day" | "month";
}

/** Days from one to another, both included, and their months; null: without an end. At most so many are told. */
export interface Compared {
  from: string | null;
  to: string | null;
  limit: number;
}

/** Each of one table, which is right or wrong by itself; of days first. */
export const COMPARISONS: readonly ((db: Knex, asked: Compared) => Promise<WrongSum[]>)[] = (
  ["day", "month"] as const
).flatMap((of) => SUMS.map((name) => (db: Knex, asked: Compared) => wrongSumsOf(db, of, name, asked)));

async function wrongSumsOf(db: Knex, of: WrongSum["of"], name: SumTable, asked: Compared): Promise<WrongSum[]> {
  const { rows } = await db.raw(wrongSql(of, name), { ...asked });
  const table = of === "day" ? tableSql(name) : monthTableSql(name);
  return rows.map((row: Pick<WrongSum, "storeId" | "day">) => ({ table, of, ...row }));
}

export const saidOf = ({ table, storeId, day, of }: WrongSum) =>
  of === "day"
    ? `${table} of store ${storeId} on ${day}: not what its documents add up to`
    : `${table} of store ${storeId} in ${day.slice(0, 7)}: not what its days add up to`;

/** Days whose sums differ from those of their counted documents, counted anew; months that differ from their days. */
export const sumChecks: readonly Check[] = COMPARISONS.map((compare) => async (db, { since, limit }) => {
  const from = since === undefined ? null : dayBefore(since);
  return (await compare(db, { from, to: null, limit })).map(saidOf);
});

// no zone of the earth is further from UTC than that, with its cut-off
function dayBefore(since: Date): string {
  return new Date(since.getTime() - 2 * 86_400_000).toISOString().slice(0, 10);
}

function wrongSql(of: WrongSum["of"], name: SumTable): string {
  return of === "day" ? differenceSql(name) : monthDifferenceSql(name);
}

function differenceSql(name: SumTable): string {
  return `WITH ${docsSql("counted")}
    SELECT DISTINCT store_id AS "storeId", to_char(business_date, 'YYYY-MM-DD') AS day
    FROM (${rowsSql(name)}) f FULL JOIN (
      SELECT * FROM ${tableSql(name)} WHERE (cast(:from AS date) IS NULL OR business_date >= cast(:from AS date))
        AND (cast(:to AS date) IS NULL OR business_date <= cast(:to AS date))
    ) k USING (${keysSql(name)})
    WHERE (${measuresSql(name, "f")}) IS DISTINCT FROM (${measuresSql(name, "k")}) LIMIT :limit`;
}

function monthDifferenceSql(name: SumTable): string {
  return `SELECT DISTINCT store_id AS "storeId", to_char(month, 'YYYY-MM-DD') AS day
    FROM (${monthRowsSql(name, `(SELECT * FROM ${tableSql(name)} WHERE ${monthsSql("business_date")}) d`)}) f FULL JOIN (
      SELECT * FROM ${monthTableSql(name)} WHERE ${monthsSql("month")}
    ) k USING (${monthKeysSql(name)})
    WHERE (${monthMeasuresSql(name, "f")}) IS DISTINCT FROM (${monthMeasuresSql(name, "k")}) LIMIT :limit`;
}

/** Of whole months, from that of `:from` to that of `:to`. */
function monthsSql(column: string): string {
  return `(cast(:from AS date) IS NULL OR ${columnSql(column)} >= date_trunc('month', cast(:from AS timestamp))::date)
    AND (cast(:to AS date) IS NULL
      OR ${columnSql(column)} < (date_trunc('month', cast(:to AS timestamp)) + interval '1 month')::date)`;
}

const columnSql = (column: string) => column;

/** Documents of more than an hour ago that no report has, once those of before the plugin are in. */
export async function uncounted(db: Knex, { since, limit }: Scope): Promise<string[]> {
  const { rows } = await db.raw(
    `SELECT format('%s %s is in no report', s.kind, s.number) AS said
     FROM sales s JOIN stores t ON t.id = s.store_id CROSS JOIN report_progress p
     WHERE NOT t.training AND p.caught_up_at IS NOT NULL AND s.id > p.counted_to AND s.created_at < now() - interval '1 hour'
       AND (cast(:since AS timestamptz) IS NULL
         OR (s.business_date >= cast(:since AS timestamptz)::date - 2 AND s.created_at >= cast(:since AS timestamptz) - interval '1 hour'))
       AND NOT EXISTS (SELECT FROM report_counted c WHERE c.sale_id = s.id)
     ORDER BY s.id LIMIT :limit`,
    { since: since ?? null, limit },
  );
  return rows.map(({ said }: { said: string }) => said);
}
