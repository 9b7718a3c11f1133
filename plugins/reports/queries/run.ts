/** Runs a report's statement: a page of it with its sums, or all of it in batches by a cursor of the database. */
import type { Knex } from "knex";
import type { Database } from "../../../kernel/db/database.ts";
import { passes } from "../../../kernel/db/replica.ts";
import type { Asked, Line, Report } from "../domain.ts";
import { spanOf } from "../span.ts";
import {
  careByCashierSql,
  collectionsSql,
  FIRST_NUMBER,
  LAST_NUMBER,
  numberRangesSql,
  taxBookSql,
  zListSql,
} from "./books.ts";
import { purchasesBySupplierSql, receivablesSql } from "./debts.ts";
import type { Period } from "./periods.ts";
import * as sales from "./sales.ts";
import * as stock from "./stock.ts";

const STATEMENTS: Readonly<Record<string, (period: Period) => string>> = {
  "sales-by-day": sales.salesByDaySql,
  "sales-by-hour": sales.salesByHourSql,
  "sales-by-weekday": sales.salesByWeekdaySql,
  "sales-by-product": sales.salesByProductSql,
  "sales-by-category": sales.salesByCategorySql,
  "sales-by-brand": sales.salesByBrandSql,
  "sales-by-cashier": sales.salesByCashierSql,
  "sales-by-register": sales.salesByRegisterSql,
  "sales-by-store": sales.salesByStoreSql,
  "sales-by-customer": sales.salesByCustomerSql,
  "sales-by-tender": sales.salesByTenderSql,
  "sales-by-tax": sales.salesByTaxSql,
  "stock-value": stock.stockValueSql,
  "stock-value-by-category": stock.stockValueByCategorySql,
  rotation: stock.rotationSql,
  "dead-stock": stock.deadStockSql,
  abc: stock.abcSql,
  expiry: stock.expirySql,
  "purchases-by-supplier": purchasesBySupplierSql,
  "receivables-aging": receivablesSql,
  "tax-book": taxBookSql,
  "number-ranges": numberRangesSql,
  collections: collectionsSql,
  "z-list": zListSql,
  "care-by-cashier": careByCashierSql,
};

const productSql = (column: "name" | "sku" | "unit") =>
  `(SELECT p.${nameSql(column)} FROM products p WHERE p.id = cast(lines.key AS bigint))`;
const PRODUCT = { name: productSql("name"), sku: productSql("sku"), unit: productSql("unit") };
/** Columns that are asked for only of the lines that are shown: of all of them it would take long. By nothing of it lines are ordered. */
const LATE: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  "sales-by-product": PRODUCT,
  "stock-value": PRODUCT,
  rotation: { ...PRODUCT, turns: stock.TURNS, lasts: stock.LASTS },
  "dead-stock": { ...PRODUCT, last_sold: stock.LAST_SOLD },
  abc: { ...PRODUCT, share: stock.SHARE, upto: stock.UPTO, class: stock.CLASS },
  "number-ranges": { first: FIRST_NUMBER, last: LAST_NUMBER },
};

/**
 * By one process of the database, as it is. Of ten thousand groups those that share the work tell each other all: twice the work, which only an idle
 * machine has to give; and compiling a statement takes longer than what it saves on a hundred thousand rows.
 */
const ALONE = "SELECT set_config('max_parallel_workers_per_gather', '0', true), set_config('jit', 'off', true)";

export type ReportRow = Record<string, string | number | null>;

interface Slice {
  offset: number;
  limit: number;
}

/** A slice of the lines, how many there are in all, and the sums of all of them; `before`: of the compared column. */
export async function linesOf(
  db: Knex,
  report: Report,
  asked: Asked,
  slice: Slice,
): Promise<{ lines: Line[]; count: number; sums: Record<string, number> }> {
  const given = { ...bound(asked), ...slice };
  const rows: ReportRow[] = await db
    .transaction(
      async (tx) => {
        await tx.raw(ALONE);
        return (await tx.raw(pageSql(report, asked), given)).rows;
      },
      { readOnly: true },
    )
    // a replica gives up whole transactions; of single statements the primary answers those
    .catch(async (error) => {
      if (!passes(error)) throw error;
      return (await db.raw(pageSql(report, asked), given)).rows;
    });
  const first: ReportRow = rows[0] ?? {};
  const summed = [
    ...report.columns.filter(({ sum }) => sum).map(({ key }) => key),
    ...(asked.before ? ["before"] : []),
  ];
  return {
    lines: rows.map((row) => lineOf(report, row)),
    count: Number(first["rows"] ?? 0),
    sums: Object.fromEntries(summed.map((key) => [key, Number(first[`sum_${key}`] ?? 0)])),
  };
}

/** All lines in batches of at most so many, of one moment, in constant memory. */
export async function* allLines(db: Database, report: Report, asked: Asked, batch: number): AsyncGenerator<Line[]> {
  const tx = await db.replica.transaction(null, { readOnly: true });
  try {
    await tx.raw(ALONE);
    await tx.raw(`DECLARE report_lines NO SCROLL CURSOR FOR ${rowsSql(report, asked)}`, bound(asked));
    for (;;) {
      const { rows } = await tx.raw(`FETCH ${batchSql(batch)} FROM report_lines`);
      if (rows.length === 0) return;
      yield rows.map((row: ReportRow) => lineOf(report, row));
    }
  } finally {
    await tx.rollback();
  }
}

const batchSql = (batch: number) => String(Math.trunc(batch));

function bound({ range, before, storeIds, currency, today, timeZone, cutoff, blind }: Asked) {
  const span = spanOf(range, today);
  const spanBefore = spanOf(before ?? range, today);
  return {
    ...range,
    beforeFrom: (before ?? range).from,
    beforeTo: (before ?? range).to,
    laterMonths: before?.months ?? 0,
    laterDays: before?.days ?? 0,
    monthsFrom: span.monthsFrom,
    monthsTo: span.monthsTo,
    headFrom: span.head.from,
    headTo: span.head.to,
    headSign: span.head.sign,
    tailFrom: span.tail.from,
    tailTo: span.tail.to,
    tailSign: span.tail.sign,
    beforeMonthsFrom: spanBefore.monthsFrom,
    beforeMonthsTo: spanBefore.monthsTo,
    beforeHeadFrom: spanBefore.head.from,
    beforeHeadTo: spanBefore.head.to,
    beforeHeadSign: spanBefore.head.sign,
    beforeTailFrom: spanBefore.tail.from,
    beforeTailTo: spanBefore.tail.to,
    beforeTailSign: spanBefore.tail.sign,
    storeIds: [...storeIds],
    currency,
    today,
    timeZone,
    cutoff,
    blind,
  };
}

function lineOf({ columns }: Report, row: ReportRow): Line {
  return {
    key: String(row["key"]),
    name: row["name"] as string | null,
    values: Object.fromEntries(columns.filter(({ ratio }) => !ratio).map(({ key }) => [key, row[key] ?? null])),
    before: (row["before"] as number | null) ?? null,
  };
}

/** The lines in their order; what was only in the other period is there as well, with nothing in this one. */
function rowsSql(report: Report, asked: Asked): string {
  return `SELECT lines.*${lateSql(report)}
    FROM (SELECT * FROM (${comparedSql(report, asked)}) lines ORDER BY ${orderSql(report)}) lines ORDER BY ${orderSql(report)}`;
}

function pageSql(report: Report, asked: Asked): string {
  return `SELECT lines.*${lateSql(report)}
    FROM (SELECT *, count(*) OVER ()::int AS rows${sumsSql(report, asked)}
      FROM (${comparedSql(report, asked)}) lines ORDER BY ${orderSql(report)} LIMIT :limit OFFSET :offset) lines
    ORDER BY ${orderSql(report)}`;
}

function lateSql({ name }: Report): string {
  return Object.entries(LATE[name] ?? {})
    .map(([key, sql]) => `, ${sql} AS ${nameSql(key)}`)
    .join("");
}

function comparedSql(report: Report, { before }: Asked): string {
  const { name, compare } = report;
  if (!before || compare === undefined) return statementSql(name, "now");
  return `SELECT coalesce(n.key, b.key) AS key, ${columnsSql(report)}, coalesce(b.${nameSql(compare)}, 0) AS before
    FROM (${statementSql(name, "now")}) n FULL JOIN (${statementSql(name, "before")}) b ON b.key = n.key`;
}

function statementSql(name: string, period: Period): string {
  const write = STATEMENTS[name];
  if (!write) throw new Error(`report ${name} has no statement`);
  return write(period);
}

/** Texts of who was only there before come from there; sums are nothing. */
function columnsSql({ name, columns }: Report): string {
  const all = [{ key: "name", unit: "text" }, ...columns.filter(({ ratio }) => !ratio)];
  return (
    all
      .filter(({ key }) => LATE[name]?.[key] === undefined)
      // of what was there before alone there is its name, and nothing was sold of it now
      .map(({ key, unit }) => `coalesce(n.${key}, ${unit === "text" || unit === "date" ? `b.${key}` : "0"}) AS ${key}`)
      .join(", ")
  );
}

function orderSql({ rank }: Report): string {
  return rank === undefined ? "key" : `${rank} DESC NULLS LAST, key`;
}

function sumsSql({ columns }: Report, { before }: Asked): string {
  const summed = [...columns.filter(({ sum }) => sum).map(({ key }) => key), ...(before ? ["before"] : [])];
  return summed.map((key) => `, sum(${key}) OVER ()::bigint AS sum_${key}`).join("");
}

function nameSql(column: string): string {
  return column;
}
