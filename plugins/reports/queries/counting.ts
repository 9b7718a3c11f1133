/** SQL that counts documents into the sums, each once, and takes days out to count them anew. */
import type { Knex } from "knex";
import type { Tx } from "../../../kernel/db/database.ts";
import { often } from "../../../kernel/db/often.ts";
import {
  additionSql,
  columnsSql,
  docsSql,
  keysSql,
  monthAdditionSql,
  monthColumnsSql,
  monthKeysSql,
  monthRowsSql,
  monthTableSql,
  rowsSql,
  SUMS,
  type SumTable,
  tableSql,
} from "./sums.ts";

const CLAIM = often(
  `WITH fresh AS (
       INSERT INTO report_counted (sale_id)
       SELECT s.id FROM sales s JOIN stores t ON t.id = s.store_id
       WHERE s.id = ANY(:ids::bigint[]) AND s.id > (SELECT counted_to FROM report_progress) AND NOT t.training ORDER BY s.id
       ON CONFLICT DO NOTHING RETURNING sale_id
     )
     SELECT s.id, s.store_id AS "storeId" FROM fresh JOIN sales s ON s.id = fresh.sale_id ORDER BY s.id`,
);

/** Of these documents those that nobody counted: marked as counted by this transaction. Those of stores in training never are. */
export async function claim(tx: Tx, ids: readonly number[]): Promise<{ id: number; storeId: number }[]> {
  // while it is held, nobody forgets single marks
  await tx.raw("SELECT counted_to FROM report_progress FOR SHARE");
  const { rows } = await CLAIM(tx, { ids: [...ids] });
  return rows;
}

/** Adds claimed documents to the sums. `zones`: the time zone of each of their stores, for days that have none yet. */
export async function add(tx: Tx, ids: readonly number[], zones: ReadonlyMap<number, string>): Promise<void> {
  await tx.raw(
    `INSERT INTO report_days (store_id, business_date, time_zone)
     SELECT DISTINCT s.store_id, s.business_date, z.time_zone
     FROM sales s JOIN unnest(:storeIds::bigint[], :zones::text[]) AS z (store_id, time_zone) ON z.store_id = s.store_id
     WHERE s.id = ANY(:ids::bigint[]) ORDER BY 1, 2 ON CONFLICT DO NOTHING`,
    { ids: [...ids], storeIds: [...zones.keys()], zones: [...zones.values()] },
  );
  await ADD_ALL(tx, { ids: [...ids] });
}

// rows in the order of their keys, so that two that count at once wait for each other and do not lock each other out
function addSql(name: SumTable): string {
  return `${nameSql(name)}_rows AS (${rowsSql(name)}),
  ${nameSql(name)} AS (
    INSERT INTO ${tableSql(name)} AS t (${columnsSql(name)})
    SELECT ${columnsSql(name)} FROM ${nameSql(name)}_rows ORDER BY ${keysSql(name)}
    ON CONFLICT (${keysSql(name)}) DO UPDATE SET ${additionSql(name)})`;
}

function addMonthsSql(name: SumTable): string {
  return `${nameSql(name)}_months AS (
    INSERT INTO ${monthTableSql(name)} AS t (${monthColumnsSql(name)})
    SELECT ${monthColumnsSql(name)} FROM (${monthRowsSql(name, `${name}_rows`)}) r ORDER BY ${monthKeysSql(name)}
    ON CONFLICT (${monthKeysSql(name)}) DO UPDATE SET ${monthAdditionSql(name)})`;
}

const nameSql = (name: string) => name;

function addDaysSql(): string {
  return SUMS.map(addSql).join(", ");
}

function addAllSql(): string {
  return [...SUMS.map(addSql), ...SUMS.map(addMonthsSql)].join(", ");
}

// of tens of thousands of letters: written once
const ADD_ALL = often(`WITH ${docsSql("asked")}, ${addAllSql()} SELECT 1`);

export interface Progress {
  countedTo: number;
  caughtUpAt: Date | undefined;
}

export async function progress(db: Knex): Promise<Progress> {
  const { rows } = await db.raw(`SELECT counted_to AS "countedTo", caught_up_at AS "caughtUpAt" FROM report_progress`);
  return { countedTo: rows[0].countedTo, caughtUpAt: rows[0].caughtUpAt ?? undefined };
}

/** Ids of documents after `after` that are not counted, by id: posted before `until`, or by a clock that was far ahead of it. */
export async function uncountedAfter(db: Knex, after: number, until: Date, limit: number): Promise<number[]> {
  const { rows } = await db.raw(
    `SELECT s.id FROM sales s JOIN stores t ON t.id = s.store_id
     WHERE s.id > :after AND (s.created_at < :until OR s.created_at > :until::timestamptz + interval '1 hour') AND NOT t.training
       AND NOT EXISTS (SELECT FROM report_counted c WHERE c.sale_id = s.id)
     ORDER BY s.id LIMIT :limit`,
    { after, until, limit },
  );
  return rows.map(({ id }: { id: number }) => id);
}

/** Documents by what is counted and what there is: ids are given without a gap but for sales that failed. */
export async function howFar(db: Knex): Promise<{ done: number; of: number }> {
  const { rows } = await db.raw(
    `SELECT (SELECT counted_to FROM report_progress) + (SELECT count(*) FROM report_counted) AS done,
       (SELECT coalesce(max(id), 0) FROM sales) AS of`,
  );
  return { done: Math.min(rows[0].done, rows[0].of), of: rows[0].of };
}

/** Of documents of before `old`, all counted, one mark stays: their single ones go. The first that is not counted ends it. */
export async function forgetMarks(tx: Tx, old: Date): Promise<void> {
  await tx.raw("SELECT counted_to FROM report_progress FOR UPDATE");
  await tx.raw(
    `WITH newest AS (
       SELECT max(id) AS id FROM sales WHERE id > (SELECT counted_to FROM report_progress) AND created_at < :old
     ), missing AS (
       SELECT min(s.id) AS id FROM sales s JOIN stores t ON t.id = s.store_id
       WHERE s.id > (SELECT counted_to FROM report_progress) AND s.id <= (SELECT id FROM newest) AND NOT t.training
         AND NOT EXISTS (SELECT FROM report_counted c WHERE c.sale_id = s.id)
     )
     UPDATE report_progress SET counted_to = least(newest.id, missing.id - 1) FROM newest, missing
     WHERE least(newest.id, missing.id - 1) > counted_to`,
    { old },
  );
  await tx.raw("DELETE FROM report_counted WHERE sale_id <= (SELECT counted_to FROM report_progress)");
}

export async function caughtUp(tx: Tx, now: Date): Promise<void> {
  await tx.raw("UPDATE report_progress SET caught_up_at = :now WHERE caught_up_at IS NULL", { now });
}

/** True: this transaction alone catches up, on whatever instance. */
export async function aloneAtIt(tx: Tx): Promise<boolean> {
  const { rows } = await tx.raw("SELECT pg_try_advisory_xact_lock(hashtextextended('reports catch up', 0)) AS mine");
  return rows[0].mine;
}

/** Makes the sums of a day anew from the documents that are counted; nothing is counted meanwhile. Its month is to be made anew with it. */
export async function recountDay(tx: Tx, day: string): Promise<void> {
  await tx.raw("SELECT counted_to FROM report_progress FOR UPDATE");
  for (const name of SUMS) await tx.raw(clearSql(name), { day });
  await tx.raw(`WITH ${docsSql("counted")}, ${addDaysSql()} SELECT 1`, { from: day, to: day });
}

/** Makes the sums of the month that has this day anew from those of its days; nothing is counted meanwhile. */
export async function recountMonth(tx: Tx, day: string): Promise<void> {
  await tx.raw("SELECT counted_to FROM report_progress FOR UPDATE");
  for (const name of SUMS) {
    await tx.raw(`DELETE FROM ${monthTableSql(name)} WHERE month = ${monthOfSql(":day")}`, { day });
    await tx.raw(
      `INSERT INTO ${monthTableSql(name)} (${monthColumnsSql(name)})
       SELECT ${monthColumnsSql(name)} FROM (${monthRowsSql(name, tableOfMonthSql(name))}) r`,
      { day },
    );
  }
}

const monthOfSql = (day: string) => `date_trunc('month', cast(${day} AS timestamp))::date`;

function tableOfMonthSql(name: SumTable): string {
  return `(SELECT * FROM ${tableSql(name)} WHERE business_date >= ${monthOfSql(":day")}
    AND business_date < (date_trunc('month', cast(:day AS timestamp)) + interval '1 month')::date) d`;
}

/** Days of which there are sums, or should be, from one to another, both included; the first first. */
export async function daysOfSums(db: Knex, from: string, to: string): Promise<string[]> {
  const { rows } = await db.raw(
    `SELECT to_char(day, 'YYYY-MM-DD') AS day
     FROM (SELECT min(day) AS first, max(day) AS last FROM (${endsSql()}) e (day)) ends,
       generate_series(greatest(first, cast(:from AS date))::timestamp, least(last, cast(:to AS date))::timestamp, interval '1 day') day
     WHERE ${anySql()} ORDER BY 1`,
    { from, to },
  );
  return rows.map(({ day }: { day: string }) => day);
}

/** Sums of a month stand at its first day. */
const BY_DAY: readonly { table: string; column: string }[] = [
  ...["report_days", ...SUMS.map(tableSql)].map((table) => ({ table, column: "business_date" })),
  ...SUMS.map(monthTableSql).map((table) => ({ table, column: "month" })),
];

function endsSql(): string {
  return BY_DAY.flatMap(({ table, column }) =>
    ["min", "max"].map((end) => `SELECT ${nameSql(end)}(${nameSql(column)}) FROM ${nameSql(table)}`),
  ).join(" UNION ALL ");
}

function anySql(): string {
  return BY_DAY.map(
    ({ table, column }) => `EXISTS (SELECT FROM ${nameSql(table)} WHERE ${nameSql(column)} = day::date)`,
  ).join(" OR ");
}

/** When all sums were compared with their documents last; undefined: never. */
export async function comparedAt(db: Knex): Promise<Date | undefined> {
  const { rows } = await db.raw(`SELECT all_compared_at AS at FROM report_progress`);
  return rows[0].at ?? undefined;
}

export async function noteCompared(tx: Tx, now: Date): Promise<void> {
  await tx.raw("UPDATE report_progress SET compared_at = :now, all_compared_at = :now", { now });
}

function clearSql(name: SumTable): string {
  return `DELETE FROM ${tableSql(name)} WHERE business_date = cast(:day AS date)`;
}
