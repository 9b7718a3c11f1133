/**
 * The first sheet of an XLSX workbook (ECMA-376), row by row. Formulas are not reckoned: what the program that saved the file
 * had reckoned is read. Links to other files are not followed.
 */
import { posix } from "node:path";
import { dayOf } from "./dates.ts";
import { SheetFault } from "./fault.ts";
import { type Shown, shownBy } from "./styles.ts";
import { readAll, readXml } from "./xml.ts";
import { MOST, openWorkbook, type Workbook } from "./zip.ts";

/** `number`: as a program writes it, with a point; a text is as it was typed; a date is the text YYYY-MM-DD. */
export type SheetCell = { kind: "text"; text: string } | { kind: "number"; text: string };
/** blank rows are there, so that numbers are those that the spreadsheet shows; undefined: an empty cell */
export type SheetRow = readonly (SheetCell | undefined)[];

const MOST_ROWS = 1_048_576;
/** Cells further to the right are not read. */
const MOST_COLUMNS = 200;
const MOST_STRINGS = 500_000;

/** Throws SheetFault. Between pieces the process serves others. */
export async function* readSheet(content: Buffer): AsyncGenerator<SheetRow> {
  const book = await openWorkbook(content);
  if (!book.has("xl/workbook.xml")) throw new SheetFault("none");
  const { sheet, from1904 } = await firstSheet(book);
  const strings = await sharedStrings(book);
  const styles = await shownBy(book);
  const ready: SheetRow[] = [];
  let rows = 0;
  let row: (SheetCell | undefined)[] = [];
  let column = 0;
  let cell = { type: "", style: 0, value: "", text: "" };
  let inside = "";

  const take = (): SheetCell | undefined => {
    const { type, value } = cell;
    if (type === "inlineStr") return textCell(cell.text);
    if (value === "") return undefined;
    if (type === "s") return textCell(strings[Number(value)] ?? fail());
    if (type === "b") return { kind: "text", text: value === "1" ? "true" : "false" };
    // a text reckoned by a formula, an error such as #REF!, a date in ISO form
    if (type !== "" && type !== "n") return textCell(value);
    return numberCell(value, styles.get(cell.style), from1904);
  };

  const listener = {
    open(name: string, attributes: Readonly<Record<string, string>>) {
      if (name === "row") {
        const at = attributes["r"] === undefined ? rows + 1 : Number(attributes["r"]);
        if (!Number.isInteger(at) || at <= rows || at > MOST_ROWS) throw new SheetFault("broken");
        for (; rows < at - 1; rows += 1) ready.push([]);
        row = [];
        column = 0;
      } else if (name === "c") {
        column = attributes["r"] === undefined ? column + 1 : columnOf(attributes["r"]);
        cell = { type: attributes["t"] ?? "", style: Number(attributes["s"] ?? 0), value: "", text: "" };
      }
      inside = name;
    },
    text(text: string) {
      if (inside === "v") cell.value += text;
      else if (inside === "t") cell.text += text;
    },
    close(name: string) {
      inside = "";
      if (name === "c" && column <= MOST_COLUMNS) row[column - 1] = take();
      if (name !== "row") return;
      rows += 1;
      ready.push(row);
    },
  };
  for await (const _ of readXml(await book.open(sheet, MOST.sheet), listener)) {
    yield* ready;
    ready.length = 0;
  }
}

/** Its name stands behind the relation of the first sheet of the workbook, which says as well from when it counts days. */
async function firstSheet(book: Workbook): Promise<{ sheet: string; from1904: boolean }> {
  let id: string | undefined;
  let from1904 = false;
  await readAll(await book.open("xl/workbook.xml", MOST.other), {
    open(name, attributes) {
      if (name === "workbookPr") from1904 = /^(1|true|on)$/.test(attributes["date1904"] ?? "");
      if (name === "sheet") id ??= Object.entries(attributes).find(([key]) => /(^|:)id$/.test(key))?.[1];
    },
  });
  let target: string | undefined;
  await readAll(await book.open("xl/_rels/workbook.xml.rels", MOST.other), {
    open(name, attributes) {
      if (name === "Relationship" && attributes["Id"] === id && attributes["TargetMode"] !== "External")
        target = attributes["Target"];
    },
  });
  if (id === undefined || target === undefined) throw new SheetFault("broken");
  return { sheet: target.startsWith("/") ? target.slice(1) : posix.join("xl", target), from1904 };
}

/** The texts of the workbook, each kept once. What is said beside them for reading aloud (`rPh`) is not of the text. */
async function sharedStrings(book: Workbook): Promise<string[]> {
  const strings: string[] = [];
  if (!book.has("xl/sharedStrings.xml")) return strings;
  let inside = "";
  let aside = false;
  let text = "";
  await readAll(await book.open("xl/sharedStrings.xml", MOST.strings), {
    open(name) {
      if (name === "si") text = "";
      if (name === "rPh") aside = true;
      inside = name;
    },
    text(piece) {
      if (inside === "t" && !aside) text += piece;
    },
    close(name) {
      inside = "";
      if (name === "rPh") aside = false;
      if (name !== "si") return;
      strings.push(text);
      if (strings.length > MOST_STRINGS) throw new SheetFault("too_large");
    },
  });
  return strings;
}

function textCell(text: string): SheetCell | undefined {
  return text === "" ? undefined : { kind: "text", text };
}

/** Fifteen digits, as spreadsheets show them: 0.1 + 0.2 is 0.3. Never `7.7E+12`: a code is all its digits. */
function numberCell(value: string, shown: Shown | undefined, from1904: boolean): SheetCell {
  const number = Number(value);
  if (!Number.isFinite(number)) return { kind: "text", text: value };
  if (shown === "percent") return { kind: "text", text: `${plain(number * 100)}%` };
  const day = shown === "day" ? dayOf(number, from1904) : undefined;
  if (day !== undefined) return { kind: "text", text: day };
  return { kind: "number", text: plain(number) };
}

function plain(number: number): string {
  if (Number.isSafeInteger(number)) return String(number);
  const rounded = Number(number.toPrecision(15));
  const text = String(rounded);
  return /e/.test(text) ? rounded.toLocaleString("en", { useGrouping: false, maximumFractionDigits: 15 }) : text;
}

/** `AB12` is the 28th. */
function columnOf(reference: string): number {
  const letters = /^([A-Z]{1,3})\d+$/.exec(reference)?.[1] ?? fail();
  return [...letters].reduce((sum, letter) => sum * 26 + letter.charCodeAt(0) - 64, 0);
}

function fail(): never {
  throw new SheetFault("broken");
}
