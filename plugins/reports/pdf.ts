/** A report as a PDF on A4 across, written while its lines come: a page that is full is handed on and not kept. */
import { once } from "node:events";
import { Readable } from "node:stream";
import { setImmediate as turn } from "node:timers/promises";

export const PDF_TYPE = "application/pdf";

export interface PrintedTable {
  title: string;
  about: string;
  /** `Page {n}` */
  pageOf(number: number): string;
  head: readonly { text: string; num: boolean }[];
  rows: AsyncIterable<readonly (readonly string[])[]>;
  /** asked for after the last row; undefined: there is none */
  foot(): readonly string[] | undefined;
  language: string;
}

const PAGE = { size: "A4", layout: "landscape", margin: 0 } as const;
const MARGIN = 28;
const SIZE = 7.5;
const LINE = 12;
const GAP = 6;
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
  const widths = widthsOf(document, table.head);
  const bottom = document.page.height - MARGIN - LINE;
  let number = 1;
  let y = begin(document, table, widths, number);
  const draw = (row: readonly string[], font: string) => {
    if (y + LINE > bottom) {
      const full = document.page;
      document.addPage(PAGE);
      // it is written: the library needs its number until the end, and would keep all of it
      Object.assign(full.dictionary, { data: {} });
      number += 1;
      y = begin(document, table, widths, number);
    }
    document.font(font);
    cells(document, row, table.head, widths, y);
    y += LINE;
  };
  for await (const batch of table.rows) {
    for (const row of batch) draw(row, REGULAR);
    // what is drawn is handed over between two turns of the program
    await turn();
    const bytes = take();
    if (bytes.length > 0) yield bytes;
  }
  const foot = table.foot();
  if (foot) draw(foot, BOLD);
  const ended = once(document, "end");
  document.end();
  await ended;
  yield take();
}

/** The first column has the names. */
function widthsOf(document: Document, head: PrintedTable["head"]): number[] {
  const width = document.page.width - 2 * MARGIN;
  const shares = head.map(({ num }, index) => (index === 0 ? 2.2 : num ? 1.1 : 1));
  const whole = shares.reduce((a, b) => a + b, 0);
  return shares.map((one) => (width * one) / whole);
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
  cells(
    document,
    head.map(({ text }) => text),
    head,
    widths,
    y,
  );
  document.font(REGULAR);
  document
    .moveTo(MARGIN, y + LINE - 2)
    .lineTo(MARGIN + width, y + LINE - 2)
    .lineWidth(0.5)
    .stroke();
  return y + LINE + 2;
}

function cells(
  document: Document,
  row: readonly string[],
  head: PrintedTable["head"],
  widths: number[],
  y: number,
): void {
  let x = MARGIN;
  for (const [index, width] of widths.entries()) {
    const room = width - GAP;
    const text = fitted(document, row[index] ?? "", room);
    const left = head[index]?.num ? x + room - document.widthOfString(text) : x;
    document.text(text, left, y, { lineBreak: false });
    x += width;
  }
}

/** What is too long for its column is cut, and says so; the other files have it whole. */
function fitted(document: Document, text: string, room: number): string {
  // the built-in fonts know the letters of Western Europe, and its spaces
  const plain = text.replace(/[\u00a0\u202f]/g, " ").replace(/[\u2212]/g, "-");
  if (document.widthOfString(plain) <= room) return plain;
  let cut = plain;
  while (cut.length > 1 && document.widthOfString(`${cut}…`) > room) cut = cut.slice(0, -1);
  return `${cut}…`;
}
