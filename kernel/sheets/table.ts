/** A table that leaves the house: the same cells as CSV or as XLSX, in constant memory. */
import { Readable } from "node:stream";
import { formatDecimal } from "../decimal.ts";
import { type Reply, stream } from "../http/reply.ts";
import type { Locale } from "../i18n.ts";
import { guardCell } from "./cell-guard.ts";
import { BOM, CSV_STYLES, CSV_TYPE, csvText } from "./csv.ts";
import { type WrittenCell, writeSheet, XLSX_TYPE } from "./write.ts";

export const SHEET_FORMATS = ["csv", "xlsx"] as const;
export type SheetFormat = (typeof SHEET_FORMATS)[number];

/** A text, a day YYYY-MM-DD, or an amount in units of `10^-scale`. */
export type TableCell = string | { day: string } | { amount: number; scale: number };

/** Of a table: its head, and its rows in batches as they come. */
export interface Table {
  head: readonly string[];
  rows: AsyncIterable<readonly (readonly TableCell[])[]>;
}

/** The answer: a download called `name` with the format as its ending. */
export function tableReply(table: Table, format: SheetFormat, locale: Locale, name: string): Reply {
  const filename = `${name}.${format}`;
  if (format === "csv") return stream(CSV_TYPE, Readable.from(asCsv(table, locale), { objectMode: false }), filename);
  return stream(XLSX_TYPE, writeSheet(asSheet(table)), filename);
}

/** Cells that a spreadsheet would take for a formula are guarded; read back they are what they were. */
async function* asCsv({ head, rows }: Table, locale: Locale): AsyncGenerator<string> {
  const { decimal } = CSV_STYLES[locale];
  const text = (cell: TableCell) => {
    if (typeof cell === "string") return guardCell(cell);
    return "day" in cell ? cell.day : formatDecimal(cell.amount, cell.scale).replace(".", decimal);
  };
  yield BOM + csvText([head], locale);
  for await (const batch of rows) {
    yield csvText(
      batch.map((row) => row.map(text)),
      locale,
    );
  }
}

async function* asSheet({ head, rows }: Table): AsyncGenerator<readonly (readonly WrittenCell[])[]> {
  yield [head];
  for await (const batch of rows) {
    yield batch.map((row) => row.map(writtenOf));
  }
}

function writtenOf(cell: TableCell): WrittenCell {
  return typeof cell === "string" || "day" in cell ? cell : { number: formatDecimal(cell.amount, cell.scale) };
}
