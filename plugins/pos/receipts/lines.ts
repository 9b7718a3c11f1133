/** A receipt as lines of so many characters, for printers and whatever else knows one width of letter only. */
import type { Block, TaxRow } from "./model.ts";

export interface Line {
  text: string;
  bold: boolean;
  tall: boolean;
}

/** No line is longer than `columns`; words are kept whole where they fit. A QR code is no line. */
export function receiptLines(blocks: readonly Block[], columns: number): Line[] {
  return blocks.flatMap((block) => linesOf(block, columns));
}

function linesOf(block: Block, columns: number): Line[] {
  switch (block.kind) {
    case "title":
      return centered(block.text, columns, { bold: true, tall: true });
    case "mark":
      return centered(`*** ${block.text} ***`, columns, { bold: true, tall: true });
    case "center":
      return centered(block.text, columns);
    case "text":
      return wrap(block.text, columns).map((text) => line(text));
    case "rule":
      return [line("-".repeat(columns))];
    case "row":
      return pair(block.label, block.amount, columns).map((text) =>
        line(text, { bold: block.strong, tall: block.strong }),
      );
    case "item":
      return [
        ...wrap(block.name, columns).map((text) => line(text)),
        ...pair(`  ${plain(block.detail)}`, block.total, columns).map((text) => line(text)),
        ...block.notes.flatMap((note) => wrap(note, columns - 2).map((text) => line(`  ${text}`))),
      ];
    case "taxes":
      return [block.head, ...block.rows].flatMap((one) => taxLines(one, columns));
    case "qr":
      return centered(block.caption, columns);
  }
}

/** Name and base on the left, tax on the right; what does not fit beside each other goes below. */
function taxLines({ name, base, tax }: TaxRow, columns: number): Line[] {
  const right = `${plain(base).padStart(12)} ${plain(tax).padStart(11)}`;
  return pair(name, right, columns).map((text) => line(text));
}

function pair(left: string, right: string, columns: number): string[] {
  const indent = /^ */.exec(left)?.[0] ?? "";
  const amount = plain(right, false).slice(0, columns);
  const room = columns - amount.length - 1;
  const lefts = wrap(left, room >= 8 ? Math.max(room, 8) : columns).map((one, index) =>
    index === 0 && one.length + indent.length <= columns ? `${indent}${one}` : one,
  );
  const last = lefts.pop() ?? "";
  if (last.length + 1 + amount.length <= columns) return [...lefts, `${last}${amount.padStart(columns - last.length)}`];
  return [...lefts, last, amount.padStart(columns)];
}

function centered(text: string, columns: number, style: Partial<Line> = {}): Line[] {
  return wrap(text, columns).map((one) => line(`${" ".repeat(Math.floor((columns - one.length) / 2))}${one}`, style));
}

function line(text: string, { bold = false, tall = false }: Partial<Line> = {}): Line {
  return { text: text.trimEnd(), bold, tall };
}

function wrap(text: string, columns: number): string[] {
  const lines: string[] = [];
  let current = "";
  for (const word of plain(text)
    .split(" ")
    .flatMap((one) => pieces(one, columns))) {
    if (current !== "" && current.length + 1 + word.length > columns) {
      lines.push(current);
      current = word;
    } else current = current === "" ? word : `${current} ${word}`;
  }
  return [...lines, current];
}

function pieces(word: string, columns: number): string[] {
  return word.match(new RegExp(`.{1,${columns}}`, "gu")) ?? [""];
}

/**
 * One line of letters that a code page for Spanish has: Intl writes spaces that must not break, people paste curly quotes, and
 * no name may carry a command to the printer.
 */
function plain(text: string, trimmed = true): string {
  const simple = text
    .normalize("NFC")
    .replace(/[\s\u00a0\u2007\u202f]/g, " ")
    .replace(/[\u2018\u2019]/g, "'")
    .replace(/[\u201c\u201d]/g, '"')
    .replace(/[\u2010-\u2015\u2212]/g, "-")
    .replace(/\u2026/g, "...")
    .replace(/\p{C}/gu, "");
  return trimmed ? simple.replace(/ +/g, " ").trim() : simple;
}
