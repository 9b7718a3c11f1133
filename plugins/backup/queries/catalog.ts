/** What the database is made of: its tables, columns, sequences, and what it holds of money and goods. */
import type { Tx } from "../../../kernel/db/database.ts";
import { nameSql } from "../../../kernel/ledgers/row-digest.ts";
import type { TableFacts } from "../domain.ts";

export interface Table {
  name: string;
  /** those that are stored, in their order */
  columns: string[];
}

export interface Sequence {
  name: string;
  value: string;
  called: boolean;
}

/** Tables of the shop by name; what an extension brought is no data of ours. */
export async function tablesOf(tx: Tx): Promise<Table[]> {
  const { rows } = await tx.raw(
    `SELECT c.relname AS name, array_agg(a.attname::text ORDER BY a.attnum) AS columns
     FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = ''
     WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind = 'r' AND c.relpersistence = 'p'
       AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e')
     GROUP BY c.relname ORDER BY c.relname COLLATE "C"`,
  );
  return rows;
}

export async function sequencesOf(tx: Tx): Promise<Sequence[]> {
  const { rows } = await tx.raw(
    `SELECT sequencename AS name, coalesce(last_value, start_value)::text AS value, last_value IS NOT NULL AS called
     FROM pg_sequences WHERE schemaname = current_schema() ORDER BY sequencename COLLATE "C"`,
  );
  return rows;
}

/** `digested`: tables of which each row counts, not their number and sums alone. `alive`: hears when one is done. */
export interface Counting {
  digested: ReadonlySet<string>;
  alive?: () => void;
}

/** Rows, totals and digests of each table, counted by the database itself. */
export async function factsOf(tx: Tx, tables: readonly Table[], how: Counting): Promise<TableFacts[]> {
  const facts: TableFacts[] = [];
  await tx.raw(
    `SELECT set_config('TimeZone', 'UTC', true), set_config('DateStyle', 'ISO', true), set_config('IntervalStyle', 'postgres', true),
       set_config('bytea_output', 'hex', true), set_config('extra_float_digits', '1', true)`,
  );
  for (const { name, columns } of tables) {
    const summed = columns.filter((column) => /_(minor|milli)$/.test(column));
    const { rows } = await tx.raw(factsSql(name, summed));
    const [found] = rows as [{ rows: number; totals: Record<string, string> }];
    how.alive?.();
    if (!how.digested.has(name)) {
      facts.push({ name, rows: found.rows, totals: found.totals });
      continue;
    }
    const digest = await tx.raw(digestSql(name, columns));
    how.alive?.();
    facts.push({ name, rows: found.rows, totals: found.totals, digest: digest.rows[0].digest });
  }
  return facts;
}

function factsSql(table: string, summed: readonly string[]): string {
  return `SELECT count(*) AS rows, json_build_object(${totalsSql(summed)}) AS totals FROM ${nameSql(table)}`;
}

/** The same for rows in any order and columns in any order, in constant memory. */
function digestSql(table: string, columns: readonly string[]): string {
  return `SELECT coalesce(sum(('x' || left(encode(sha256(convert_to(ROW(${sortedSql(columns)})::text, 'UTF8')), 'hex'), 16))::bit(64)::bigint), 0)::text AS digest
    FROM ${nameSql(table)}`;
}

function sortedSql(columns: readonly string[]): string {
  return columns.toSorted().map(nameSql).join(", ");
}

/** As text in JSON: a sum of bigints is beyond what a number holds. */
function totalsSql(summed: readonly string[]): string {
  return summed.map((column) => `'${column}', ${sumSql(column)}`).join(", ");
}

function sumSql(column: string): string {
  return `coalesce(sum(${nameSql(column)}), 0)::numeric::text`;
}

/** Whether anything of anybody stands there: tables, views, sequences, functions and types that no extension brought. */
export async function isEmpty(tx: Tx): Promise<boolean> {
  const { rows } = await tx.raw(
    `SELECT EXISTS (
       SELECT FROM pg_class c WHERE c.relnamespace = current_schema()::regnamespace
         AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e')
       UNION ALL
       SELECT FROM pg_proc p WHERE p.pronamespace = current_schema()::regnamespace
         AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_proc'::regclass AND d.objid = p.oid AND d.deptype = 'e')
     ) AS filled`,
  );
  return !rows[0].filled;
}

/** `18.4`, and its major version. */
export async function serverVersion(tx: Tx): Promise<{ text: string; major: number }> {
  const { rows } = await tx.raw(
    "SELECT current_setting('server_version') AS text, current_setting('server_version_num')::int / 10000 AS major",
  );
  return { text: /^[\d.]+/.exec(rows[0].text)?.[0] ?? rows[0].text, major: rows[0].major };
}
