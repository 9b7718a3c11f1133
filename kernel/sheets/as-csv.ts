/** A workbook as the CSV that its owner would have saved: what reads lists, in parts and after a crash, reads one form alone. */
import { stringify } from "csv-stringify/sync";
import type { Locale } from "../i18n.ts";
import { guardCell } from "./cell-guard.ts";
import { CSV_STYLES } from "./csv.ts";
import { SheetFault } from "./fault.ts";
import { readSheet, type SheetRow } from "./read.ts";

const BATCH = 500;

/**
 * Amounts in number cells are written the way of the language, in which amounts in text cells are read too. Throws SheetFault;
 * `too_large` beyond `most` bytes.
 */
export async function sheetAsCsv(content: Buffer, locale: Locale, most: number): Promise<Buffer> {
  const pieces: Buffer[] = [];
  let bytes = 0;
  let rows: string[][] = [];
  const flush = () => {
    const piece = Buffer.from(stringify(rows, { delimiter: CSV_STYLES[locale].delimiter, quoted_match: /[\r\n]/ }));
    bytes += piece.length;
    if (bytes > most) throw new SheetFault("too_large");
    pieces.push(piece);
    rows = [];
  };
  // blank rows at the end are what a spreadsheet keeps of formats, not rows of the list
  let blank = 0;
  for await (const row of readSheet(content)) {
    if (row.every((cell) => cell === undefined)) {
      blank += 1;
      continue;
    }
    for (; blank > 0; blank -= 1) rows.push([""]);
    rows.push(Array.from(row, (cell) => written(cell, locale)));
    if (rows.length >= BATCH) flush();
  }
  if (rows.length > 0) flush();
  return Buffer.concat(pieces);
}

function written(cell: SheetRow[number], locale: Locale): string {
  if (cell === undefined) return "";
  return cell.kind === "number" ? cell.text.replace(".", CSV_STYLES[locale].decimal) : guardCell(cell.text);
}

/** How every zip begins, and so every XLSX. */
export function looksZipped(content: Buffer): boolean {
  return content.subarray(0, 2).toString("latin1") === "PK";
}
