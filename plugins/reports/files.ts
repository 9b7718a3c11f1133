/** A whole report as a file, for a download and for a letter: streamed, whatever its length. */
import type { Readable } from "node:stream";
import { type Reply, stream } from "../../kernel/http/reply.ts";
import type { Locale, Text } from "../../kernel/i18n.ts";
import { type Table, tableReply } from "../../kernel/sheets/table.ts";
import type { Column, Line } from "./domain.ts";
import { PDF_TYPE, type PrintedTable, printTable } from "./pdf.ts";
import { cellOf, dateOf, headOf, isNumber, labelOf, rangeTold, toldOf } from "./present.ts";
import type { Reader, Ready } from "./reading.ts";
import type { FORMATS } from "./schema.ts";

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
  const reply =
    format === "pdf"
      ? stream(PDF_TYPE, printTable(printedOf(lines, ready, { shop }, text)), `${name}.pdf`)
      : tableReply(tableOf(lines, ready, text), format, locale, name);
  return reply as FileReply;
}

function tableOf(batches: AsyncIterable<Line[]>, ready: Ready, text: Text): Table {
  const { report, asked, columns } = ready;
  async function* rows() {
    for await (const batch of batches)
      yield batch.map((line) => [
        // as a sheet sorts it
        report.dimension === "day" ? line.key : labelOf(report.dimension, line, text),
        ...columns.map((column) => cellOf(column, line.values[column.key], asked.currency, text)),
        ...(asked.before
          ? [cellOf({ key: "before", unit: comparedUnit(ready) }, line.before, asked.currency, text)]
          : []),
      ]);
  }
  const head = [
    text.t(`reports.dimensions.${report.dimension}`),
    ...columns.map((column) => headOf(column, text)),
    ...(asked.before ? [text.t("reports.columns.before")] : []),
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
  const { report, asked, columns } = ready;
  const title = text.t(`reports.names.${report.name}`);
  const before: Column[] = asked.before ? [{ key: "before", unit: comparedUnit(ready) }] : [];
  async function* rows() {
    for await (const batch of batches)
      yield batch.map((line) => [
        labelOf(report.dimension, line, text),
        ...columns.map((column) => toldOf(column, line.values[column.key], asked.currency, text)),
        ...before.map((column) => toldOf(column, line.before, asked.currency, text)),
      ]);
  }
  return {
    title: `${shop.storeName === undefined ? shop.name : `${shop.name}, ${shop.storeName}`} · ${title}`,
    about: report.period ? rangeTold(asked.range, text) : text.t("reports.now", { day: dateOf(asked.today, text) }),
    pageOf: (number) => text.t("reports.page", { number }),
    head: [
      { text: text.t(`reports.dimensions.${report.dimension}`), num: false },
      ...[...columns, ...before].map((column) => ({ text: headOf(column, text), num: isNumber(column) })),
    ],
    rows: rows(),
    language: text.locale,
  };
}

function comparedUnit({ report }: Ready) {
  return report.columns.find(({ key }) => key === report.compare)?.unit ?? "money";
}
