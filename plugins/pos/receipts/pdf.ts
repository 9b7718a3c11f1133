/** A receipt as a PDF of the paper's width and of its own length. */
import PDFDocument from "pdfkit";
import { encode } from "uqr";
import type { PaperWidth } from "./escpos.ts";
import type { Block } from "./model.ts";

const POINTS_PER_MM = 72 / 25.4;
const MARGIN = 10;
const SIZE = 8;
/** no page of a PDF is longer */
const LONGEST = 14_000;
const REGULAR = "Helvetica";
const BOLD = "Helvetica-Bold";

type Document = PDFKit.PDFDocument;

export async function receiptPdf(
  blocks: readonly Block[],
  { width, title, language }: { width: PaperWidth; title: string; language: string },
): Promise<Buffer> {
  const points = width * POINTS_PER_MM;
  const open = (height: number) =>
    new PDFDocument({ size: [points, height], margin: 0, lang: language, info: { Title: title } });
  // once to see how long it gets, once on paper of that length
  const trial = open(LONGEST);
  const length = draw(trial, blocks, points, Number.POSITIVE_INFINITY);
  trial.end();
  const height = Math.min(LONGEST, length + MARGIN);
  const document = open(height);
  const bytes = collect(document);
  draw(document, blocks, points, height < LONGEST ? Number.POSITIVE_INFINITY : LONGEST - MARGIN);
  document.end();
  return bytes;
}

/** Where the last block ends; a block that would go beyond `bottom` begins a page. */
function draw(document: Document, blocks: readonly Block[], width: number, bottom: number): number {
  const inner = width - 2 * MARGIN;
  let y = MARGIN;
  for (const block of blocks) {
    const height = heightOf(document, block, inner);
    if (y + height > bottom + 0.5 && y > MARGIN) {
      document.addPage();
      y = MARGIN;
    }
    y = drawBlock(document, block, y, inner);
  }
  return y;
}

function heightOf(document: Document, block: Block, inner: number): number {
  const letters = block.kind === "item" ? [block.name, block.detail, ...block.notes] : [];
  document.font(REGULAR).fontSize(SIZE);
  if (block.kind === "item")
    return letters.reduce((sum, one) => sum + document.heightOfString(one, { width: inner }), 4);
  if (block.kind === "taxes") return (block.rows.length + 1) * (SIZE + 4);
  if (block.kind === "qr") return QR_SIZE + 24;
  return 24;
}

function drawBlock(document: Document, block: Block, y: number, inner: number): number {
  switch (block.kind) {
    case "title":
      return write(document, block.text, y, inner, { size: 11, bold: true, align: "center" });
    case "mark":
      return write(document, block.text, y + 3, inner, { size: 11, bold: true, align: "center" }) + 3;
    case "center":
      return write(document, block.text, y, inner, { align: "center" });
    case "text":
      return write(document, block.text, y, inner);
    case "rule":
      document
        .moveTo(MARGIN, y + 3)
        .lineTo(MARGIN + inner, y + 3)
        .lineWidth(0.5)
        .dash(2, { space: 2 })
        .stroke()
        .undash();
      return y + 6;
    case "row":
      return pair(document, block.label, block.amount, y, inner, block.strong);
    case "item": {
      const below = pair(document, block.detail, block.total, write(document, block.name, y, inner), inner, false);
      return block.notes.reduce((at, note) => write(document, note, at, inner, { indent: 6 }), below) + 2;
    }
    case "taxes":
      return [block.head, ...block.rows].reduce((at, { name, base, tax }) => {
        const third = inner / 3;
        const ends = [
          write(document, name, at, third),
          write(document, base, at, third, { align: "right", indent: third }),
          write(document, tax, at, third, { align: "right", indent: 2 * third }),
        ];
        return Math.max(...ends);
      }, y);
    case "qr":
      return drawQr(document, block.url, write(document, block.caption, y + 4, inner, { align: "center" }) + 2, inner);
  }
}

interface Style {
  size?: number;
  bold?: boolean;
  align?: "left" | "right" | "center";
  /** points from the left edge of what is written */
  indent?: number;
}

function write(document: Document, text: string, y: number, width: number, style: Style = {}): number {
  const { size = SIZE, bold = false, align = "left", indent = 0 } = style;
  const shown = printable(text);
  document.font(bold ? BOLD : REGULAR).fontSize(size);
  const options = { width, align };
  const height = document.heightOfString(shown, options);
  document.text(shown, MARGIN + indent, y, options);
  return y + height + 1;
}

function pair(document: Document, label: string, amount: string, y: number, inner: number, strong: boolean): number {
  const style = { bold: strong, size: strong ? 11 : SIZE };
  document.font(strong ? BOLD : REGULAR).fontSize(style.size);
  const right = document.widthOfString(printable(amount)) + 4;
  const left = write(document, label, y, inner - right - 4, style);
  write(document, amount, y, right, { ...style, align: "right", indent: inner - right });
  return left;
}

const QR_SIZE = 80;

function drawQr(document: Document, url: string, y: number, inner: number): number {
  const { data, size } = encode(url, { border: 0 });
  const cell = QR_SIZE / size;
  const left = MARGIN + (inner - QR_SIZE) / 2;
  data.forEach((cells, row) => {
    cells.forEach((dark, column) => {
      if (dark) document.rect(left + column * cell, y + row * cell, cell, cell);
    });
  });
  document.fill("black");
  return y + QR_SIZE + 4;
}

/** The fonts that every reader of PDF has know the letters of Western Europe and no spaces of their own kind. */
function printable(text: string): string {
  return text
    .normalize("NFC")
    .replace(/[\u2007\u202f]/g, "\u00a0")
    .replace(/\u2212/g, "-");
}

function collect(document: Document): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    document.on("data", (chunk: Buffer) => chunks.push(chunk));
    document.on("end", () => resolve(Buffer.concat(chunks)));
    document.on("error", reject);
  });
}
