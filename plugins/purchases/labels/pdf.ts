/** Labels as a PDF of exactly the sheet's or roll's measures: print it at 100 %. */
import PDFDocument from "pdfkit";
import type { CodeKind } from "./codes.ts";
import { type Drawn, drawCode, squaresOf } from "./drawing.ts";
import { FORMATS, type FormatName, type LabelFormat } from "./formats.ts";

export interface Label {
  name: string;
  /** what is drawn and written below it */
  code: string;
  /** undefined: no price on it */
  price: string | undefined;
}

const POINTS_PER_MM = 72 / 25.4;
/** of a module: 0.33 is the nominal size of EAN-13; below the smallest one scanners of a shop give up */
const NOMINAL = 0.33;
const SMALLEST = 0.19;
/** modules that stay empty on both sides */
const QUIET = 11;
const PADDING = 2;
const REGULAR = "Helvetica";
const BOLD = "Helvetica-Bold";

type Document = PDFKit.PDFDocument;

/** One label for each entry, in their order, from the first place of the first sheet on. */
export async function labelsPdf(
  labels: readonly Label[],
  { format, symbol, title, language }: { format: FormatName; symbol: CodeKind; title: string; language: string },
): Promise<Buffer> {
  const sheet: LabelFormat = FORMATS[format];
  const size: [number, number] = [mm(sheet.page[0]), mm(sheet.page[1])];
  const document = new PDFDocument({ size, margin: 0, lang: language, info: { Title: title } });
  const bytes = collect(document);
  const perPage = sheet.columns * sheet.rows;
  labels.forEach((label, index) => {
    const place = index % perPage;
    if (index > 0 && place === 0) document.addPage({ size, margin: 0 });
    const [width, height] = sheet.label;
    const left = sheet.margin[0] + (place % sheet.columns) * width;
    const top = sheet.margin[1] + Math.floor(place / sheet.columns) * height;
    drawLabel(document, label, symbol, { left, top, width, height });
  });
  document.end();
  return bytes;
}

interface Box {
  left: number;
  top: number;
  width: number;
  height: number;
}

function drawLabel(document: Document, { name, code, price }: Label, symbol: CodeKind, box: Box): void {
  const small = box.height < 25;
  const size = small ? 6 : 8;
  const line = (size * 1.2) / POINTS_PER_MM;
  const inner = box.width - 2 * PADDING;
  const left = box.left + PADDING;
  const write = (text: string, y: number, points: number, font: string) =>
    document
      .font(font)
      .fontSize(points)
      .text(text, mm(left), mm(y), {
        width: mm(inner),
        height: points * 1.2,
        align: "center",
        lineBreak: false,
        ellipsis: true,
      });
  write(shortened(document, name, size, inner), box.top + 1, size, REGULAR);
  if (price !== undefined) write(price, box.top + 1 + line, size + 2, BOLD);
  const begin = box.top + 1.5 + line + (price === undefined ? 0 : line * 1.3);
  const end = box.top + box.height - 1.5 - line;
  drawIn(document, readable(drawCode(code, symbol), code, inner), {
    left,
    top: begin,
    width: inner,
    height: end - begin,
  });
  write(code, end + 0.7, size, REGULAR);
}

/** Bars that would be too fine for the label are drawn as squares, which need less room. */
function readable(drawn: Drawn, code: string, width: number): Drawn {
  return drawn.kind === "qr" || width / (drawn.modules + 2 * QUIET) >= SMALLEST ? drawn : squaresOf(code);
}

function drawIn(document: Document, drawn: Drawn, box: Box): void {
  if (drawn.kind === "qr") {
    const quiet = 2;
    const module = Math.min(box.width, box.height) / (drawn.side + 2 * quiet);
    const side = module * drawn.side;
    const left = box.left + (box.width - side) / 2;
    const top = box.top + (box.height - side) / 2;
    drawn.squares.forEach((dark, index) => {
      if (dark === 0) return;
      const x = left + (index % drawn.side) * module;
      const y = top + Math.floor(index / drawn.side) * module;
      document.rect(mm(x), mm(y), mm(module), mm(module));
    });
    document.fill("#000000");
    return;
  }
  const module = Math.min(NOMINAL, box.width / (drawn.modules + 2 * QUIET));
  let x = box.left + (box.width - module * drawn.modules) / 2;
  drawn.bars.forEach((width, index) => {
    if (index % 2 === 0) document.rect(mm(x), mm(box.top), mm(width * module), mm(box.height));
    x += width * module;
  });
  document.fill("#000000");
}

/** pdfkit breaks a text where it can and leaves the rest out: what does not fit is cut before, with a sign of it. */
function shortened(document: Document, text: string, points: number, widthMm: number): string {
  document.font(REGULAR).fontSize(points);
  if (document.widthOfString(text) <= mm(widthMm)) return text;
  const letters = [...text];
  while (letters.length > 1 && document.widthOfString(`${letters.join("")}...`) > mm(widthMm)) letters.pop();
  return `${letters.join("").trimEnd()}...`;
}

function mm(millimetres: number): number {
  return millimetres * POINTS_PER_MM;
}

function collect(document: Document): Promise<Buffer> {
  const chunks: Buffer[] = [];
  return new Promise((resolve, reject) => {
    document.on("data", (chunk: Buffer) => chunks.push(chunk));
    document.on("end", () => resolve(Buffer.concat(chunks)));
    document.on("error", reject);
  });
}
