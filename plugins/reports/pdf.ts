/** A report as a PDF on A4 across, written while its lines come: a page that is full is handed on and not kept. */
import { once } from "node:events";
import { Readable } from "node:stream";
import { setImmediate as turn } from "node:timers/promises";
import { widthsOf } from "./widths.ts";

export const PDF_TYPE = "application/pdf";

export interface PrintedTable {
  title: string;
  about: string;
  /** `Page {n}` */
  pageOf(number: number): string;
  head: readonly { text: string; num: boolean }[];
  rows: AsyncIterable<readonly (readonly string[])[]>;
  /** of the rows so far, of all of them after the last; undefined: there is none */
  foot(): readonly string[] | undefined;
  language: string;
}

const PAGE = { size: "A4", layout: "landscape", margin: 0 } as const;
const MARGIN = 28;
const SIZE = 7.5;
const LINE = 12;
const GAP = 6;
/** of a letter above the line that it stands on, of its size */
const ASCENT = 0.72;
/** of the width of the page, for words where amounts want all of it */
const NAME = 0.12;
const WORDS = 0.05;
const REGULAR = "Helvetica";
const BOLD = "Helvetica-Bold";

type Document = PDFKit.PDFDocument;

/** Whoever reads it sets the pace; a fault of the rows breaks it off instead of ending it as if it were whole. */
export function printTable(table: PrintedTable): Readable {
  return Readable.from(bytesOf(table), { objectMode: false });
}

async function* bytesOf(table: PrintedTable): AsyncGenerator<Buffer> {
  // large, and not needed before
  const { default: PDFDocument } = await import("pdfkit");
  const document = new PDFDocument({ ...PAGE, lang: table.language, info: { Title: table.title } });
  let drawn: Buffer[] = [];
  document.on("data", (chunk: Buffer) => drawn.push(chunk));
  const take = () => {
    const bytes = Buffer.concat(drawn);
    drawn = [];
    return bytes;
  };
  const bottom = document.page.height - MARGIN - LINE;
  let widths: number[] | undefined;
  let number = 1;
  let y = 0;
  /** As the first rows need it: the file is begun before the others are there. */
  const lay = (rows: readonly (readonly string[])[]) => {
    widths = columnsFor(document, table, rows);
    y = begin(document, table, widths, number);
    return widths;
  };
  const draw = (row: readonly string[], font: string, columns: number[]) => {
    if (y + LINE > bottom) {
      const full = document.page;
      document.addPage(PAGE);
      // it is written: the library needs its number until the end, and would keep all of it
      Object.assign(full.dictionary, { data: {} });
      number += 1;
      y = begin(document, table, columns, number);
    }
    document.font(font);
    const shown = table.head.map(({ num }, at) => ({ text: row[at] ?? "", right: num, whole: num }));
    cells(document, shown, columns, y);
    y += LINE;
  };
  for await (const batch of table.rows) {
    const columns = widths ?? lay(batch);
    for (const row of batch) draw(row, REGULAR, columns);
    // what is drawn is handed over between two turns of the program
    await turn();
    const bytes = take();
    if (bytes.length > 0) yield bytes;
  }
  const columns = widths ?? lay([]);
  const foot = table.foot();
  if (foot) draw(foot, BOLD, columns);
  const ended = once(document, "end");
  document.end();
  await ended;
  yield take();
}

/** Amounts of these rows, and of their total, are as wide as they are; of words the first column has the names. */
function columnsFor(document: Document, { head, foot }: PrintedTable, rows: readonly (readonly string[])[]): number[] {
  const whole = document.page.width - 2 * MARGIN;
  const widest = (font: string, texts: readonly (readonly string[])[]) => {
    document.font(font).fontSize(SIZE);
    return head.map((_, at) => Math.max(0, ...texts.map((row) => document.widthOfString(plain(row[at] ?? "")))));
  };
  const told = widest(REGULAR, rows);
  const total = widest(BOLD, [foot() ?? []]);
  const names = widest(BOLD, [head.map(({ text }) => text)]);
  const columns = head.map(({ num }, at) => {
    const texts = Math.max(told[at] ?? 0, total[at] ?? 0);
    const all = Math.max(texts, names[at] ?? 0);
    const least = num ? texts : Math.min(all, whole * (at === 0 ? NAME : WORDS));
    return { needs: least + GAP, wants: Math.min(all, num ? all : whole / 3) + GAP };
  });
  return widthsOf(columns, whole);
}

/** Title, what it is about, the number of the page and the head; answers where the first row stands. */
function begin(
  document: Document,
  { title, about, pageOf, head }: PrintedTable,
  widths: number[],
  number: number,
): number {
  const width = document.page.width - 2 * MARGIN;
  const once = { width, lineBreak: false, ellipsis: true } as const;
  document.font(BOLD).fontSize(12).text(title, MARGIN, MARGIN, once);
  document.font(REGULAR).fontSize(SIZE);
  document.text(about, MARGIN, MARGIN + 16, once);
  document.text(pageOf(number), MARGIN, MARGIN + 16, { ...once, align: "right" });
  const y = MARGIN + 34;
  document.font(BOLD);
  const names = head.map(({ text, num }) => ({ text, right: num, whole: false }));
  cells(document, names, widths, y);
  document.font(REGULAR);
  document
    .moveTo(MARGIN, y + LINE - 2)
    .lineTo(MARGIN + width, y + LINE - 2)
    .lineWidth(0.5)
    .stroke();
  return y + LINE + 2;
}

/** `whole`: of it nothing may be cut. */
interface Cell {
  text: string;
  right: boolean;
  whole: boolean;
}

function cells(document: Document, row: readonly Cell[], widths: readonly number[], y: number): void {
  let x = MARGIN;
  for (const [index, { text, right, whole }] of row.entries()) {
    const room = (widths[index] ?? 0) - GAP;
    const shown = whole ? plain(text) : fitted(document, plain(text), room);
    const size = Math.min(SIZE, (SIZE * room) / Math.max(1, document.widthOfString(shown)));
    document.fontSize(size);
    const left = right ? x + room - document.widthOfString(shown) : x;
    document.text(shown, left, y + (SIZE - size) * ASCENT, { lineBreak: false });
    document.fontSize(SIZE);
    x += widths[index] ?? 0;
  }
}

/** The built-in fonts know the letters of Western Europe, and its spaces. */
const plain = (text: string) => text.replace(/[\u00a0\u202f]/g, " ").replace(/[\u2212]/g, "-");

/** What is too long for its column is cut, and says so; the other files have it whole. */
function fitted(document: Document, text: string, room: number): string {
  if (document.widthOfString(text) <= room) return text;
  let cut = text;
  while (cut.length > 1 && document.widthOfString(`${cut}…`) > room) cut = cut.slice(0, -1);
  return `${cut}…`;
}
