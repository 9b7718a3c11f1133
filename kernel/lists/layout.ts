/** How a file is written: its encoding, delimiter and columns. What cannot be read is refused as a whole, with the cure. */
import { isUtf8 } from "node:buffer";
import { parse } from "csv-parse/sync";
import { kernelErrors as errors } from "../errors.ts";
import type { Locale } from "../i18n.ts";
import type { AnyList } from "./list.ts";

export interface Layout {
  delimiter: string;
  columns: (string | null)[];
  ignored: string[];
}

export const CSV_OPTIONS = {
  bom: true,
  // what a spreadsheet calls a row is a record here, blank ones too, so that row numbers are the same
  skip_empty_lines: false,
  record_delimiter: ["\r\n", "\n", "\r"],
  relax_column_count: true,
  // 1/2" pipe: a quote inside a cell is a letter like others
  relax_quotes: true,
  // a quote that is never closed must not swallow the file
  max_record_size: 65_536,
};

const DELIMITERS = [";", ",", "\t"];
const HEADER_BYTES = 16_384;
/** How zip (xlsx, ods), old Office files, images, PDF and gzip begin. */
const OTHER_FILES = ["504b03", "504b05", "504b07", "d0cf11e0", "89504e47", "ffd8ff", "47494638", "255044462d", "1f8b"];

/**
 * Throws IMPORT_EMPTY, IMPORT_NOT_TEXT, IMPORT_NOT_UTF8 with the first row that is not, IMPORT_NO_COLUMNS, and
 * what the list says is missing. `locale` names the expected columns.
 */
export function readLayout(
  content: Buffer,
  list: Pick<AnyList, "headers" | "match" | "missing">,
  locale: Locale,
): Layout {
  if (content.length === 0) throw errors.IMPORT_EMPTY();
  refuseOtherFiles(content);
  refuseOtherEncodings(content);
  const start = new TextDecoder("utf-8").decode(content.subarray(0, HEADER_BYTES));
  if (start.trim() === "") throw errors.IMPORT_EMPTY();
  const layouts = DELIMITERS.map((delimiter) => ({ delimiter, ...list.match(firstRecord(start, delimiter)) }));
  const best = layouts.reduce((one, other) => (known(other) > known(one) ? other : one));
  const expected = Object.values(list.headers[locale]).join(", ");
  if (known(best) === 0) {
    const found = start.replace(/^\ufeff/, "").split(/[\r\n]/, 1)[0] ?? "";
    throw errors.IMPORT_NO_COLUMNS({ params: { expected, found: found.slice(0, 80) } });
  }
  const missing = list.missing(best.columns, expected);
  if (missing) throw missing;
  return best;
}

function known({ columns }: { columns: readonly (string | null)[] }): number {
  return columns.filter((column) => column !== null).length;
}

function firstRecord(text: string, delimiter: string): string[] {
  try {
    const records: string[][] = parse(text, { ...CSV_OPTIONS, delimiter, to: 1 });
    return records[0] ?? [];
  } catch {
    return [];
  }
}

/** A spreadsheet (a zip), an image, a PDF, whatever its name says: by how it begins, or by bytes that no text has. */
function refuseOtherFiles(content: Buffer): void {
  const start = content.subarray(0, HEADER_BYTES);
  const begins = start.subarray(0, 8).toString("hex");
  // UTF-16, which some spreadsheets write, is text with NUL in it and gets the sentence about encodings
  if (begins.startsWith("fffe") || begins.startsWith("feff")) return;
  if (OTHER_FILES.some((one) => begins.startsWith(one)) || content.includes(0) || start.some(isNoText))
    throw errors.IMPORT_NOT_TEXT();
}

/** Control characters but tab and line ends. */
function isNoText(byte: number): boolean {
  return byte < 9 || (byte > 13 && byte < 32);
}

function refuseOtherEncodings(content: Buffer): void {
  if (isUtf8(content)) return;
  let row = 1;
  for (let start = 0; start < content.length; row += 1) {
    const newline = content.indexOf(10, start);
    const end = newline === -1 ? content.length : newline;
    if (!isUtf8(content.subarray(start, end))) break;
    start = end + 1;
  }
  throw errors.IMPORT_NOT_UTF8({ params: { row } });
}

/** Rows under the header at most: a line break inside quotes counts too. */
export function countLines(content: Buffer): number {
  const newline = content.includes(10) ? 10 : 13;
  let lines = 0;
  for (let at = content.indexOf(newline); at !== -1; at = content.indexOf(newline, at + 1)) lines += 1;
  return content.at(-1) === newline ? Math.max(0, lines - 1) : lines;
}
