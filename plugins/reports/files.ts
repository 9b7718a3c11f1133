/** A whole report as a file, for a download and for a letter: streamed, whatever its length. */
import { Readable } from "node:stream";
import { type Reply, stream } from "../../kernel/http/reply.ts";
import type { Locale, Text } from "../../kernel/i18n.ts";
import { type SheetFormat, type Table, tableReply } from "../../kernel/sheets/table.ts";
import { JSON_TYPE, jsonDocument } from "./as-json.ts";
import type { Column, Line } from "./domain.ts";
import { PDF_TYPE, type PrintedTable, printTable } from "./pdf.ts";
import { cellOf, dateOf, headOf, isNumber, labelOf, periodTold, sheetHeadOf, toldOf } from "./present.ts";
import type { Reader, Ready } from "./reading.ts";
import type { FORMATS } from "./schema.ts";
import { amountOf, BEFORE, columnsOf, tallyOf, type Value } from "./tally.ts";

type Format = (typeof FORMATS)[number];
type FileReply = Extract<Reply, { kind: "stream" }> & { body: Readable; filename: string };

/** `locale`: by which amounts of CSV are written. */
export function fileOf(
  parts: {
    /** all of it, in batches */
    lines: AsyncIterable<Line[]>;
    ready: Ready;
    format: Format;
    text: Text;
    locale: Locale;
  } & Pick<Reader, "shop">,
): FileReply {
  const { lines, ready, format, text, locale, shop } = parts;
  const { report, asked } = ready;
  const name = report.period ? `${report.name} ${asked.range.from} ${asked.range.to}` : `${report.name} ${asked.today}`;
  return replyOf() as FileReply;

  function replyOf(): Reply {
    if (format === "pdf") return stream(PDF_TYPE, printTable(printedOf(lines, ready, { shop }, text)), `${name}.pdf`);
    if (format !== "json") return tableReply(tableOf(lines, ready, format, text), format, locale, name);
    return stream(JSON_TYPE, Readable.from(jsonDocument(lines, ready, text), { objectMode: false }), `${name}.json`);
  }
}

function tableOf(batches: AsyncIterable<Line[]>, ready: Ready, format: SheetFormat, text: Text): Table {
  const { report, asked } = ready;
  const columns = columnsOf(ready);
  const tally = tallyOf(ready);
  const cell = (column: Column, value: Value) => cellOf(column, value, asked.currency, text);
  async function* rows() {
    for await (const batch of batches) {
      tally.add(batch);
      yield batch.map((line) => [
        // as a sheet sorts it
        report.dimension === "day" ? { day: line.key } : labelOf(report.dimension, line, text),
        ...columns.map((column) => cell(column, amountOf(line, column))),
      ]);
    }
    const foot = tally.foot();
    if (!foot) return;
    // what stands without a gap is one table to a spreadsheet, which groups days by month only if nothing else is among them
    if (format === "xlsx") yield [[]];
    yield [[text.t("reports.total"), ...columns.map((column) => cell(column, foot[column.key]))]];
  }
  const head = [
    text.t(`reports.dimensions.${report.dimension}`),
    ...columns.map((column) =>
      sheetHeadOf(column, asked.currency, text, column.key === BEFORE ? asked.before : undefined),
    ),
  ];
  return { head, rows: rows() };
}

/** As the page tells it, for paper. */
function printedOf(
  batches: AsyncIterable<Line[]>,
  ready: Ready,
  { shop }: Pick<Reader, "shop">,
  text: Text,
): PrintedTable {
  const { report, asked } = ready;
  const title = text.t(`reports.names.${report.name}`);
  const columns = columnsOf(ready);
  const tally = tallyOf(ready);
  const told = (column: Column, value: Value) => toldOf(column, value, asked.currency, text);
  async function* rows() {
    for await (const batch of batches) {
      tally.add(batch);
      yield batch.map((line) => [
        labelOf(report.dimension, line, text),
        ...columns.map((column) => told(column, amountOf(line, column))),
      ]);
    }
  }
  const days = report.period ? periodTold(asked, text) : text.t("reports.now", { day: dateOf(asked.today, text) });
  const hasMoney = columns.some(({ unit }) => unit === "money");
  return {
    title: `${shop.storeName === undefined ? shop.name : `${shop.name}, ${shop.storeName}`} · ${title}`,
    about: hasMoney ? `${days} · ${text.t("reports.amounts_in", { currency: asked.currency })}` : days,
    pageOf: (number) => text.t("reports.page", { number }),
    head: [
      { text: text.t(`reports.dimensions.${report.dimension}`), num: false },
      ...columns.map((column) => ({ text: headOf(column, text), num: isNumber(column) })),
    ],
    rows: rows(),
    foot: () => {
      const foot = tally.foot();
      const cells = columns.map((column) => (column.key in (foot ?? {}) ? told(column, foot?.[column.key]) : ""));
      return foot && [text.t("reports.total"), ...cells];
    },
    language: text.locale,
  };
}
