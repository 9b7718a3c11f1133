/** A whole report as a file, for a download and for a letter: streamed, whatever its length. */
import type { Readable } from "node:stream";
import { toSafe } from "../../kernel/decimal.ts";
import { type Reply, stream } from "../../kernel/http/reply.ts";
import type { Locale, Text } from "../../kernel/i18n.ts";
import { type SheetFormat, type Table, tableReply } from "../../kernel/sheets/table.ts";
import type { Column, Line } from "./domain.ts";
import { PDF_TYPE, type PrintedTable, printTable } from "./pdf.ts";
import { cellOf, dateOf, headOf, isNumber, labelOf, periodTold, sheetHeadOf, toldOf } from "./present.ts";
import { type Reader, type Ready, ratiosOf } from "./reading.ts";
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
      : tableReply(tableOf(lines, ready, format, text), format, locale, name);
  return reply as FileReply;
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

const BEFORE = "before";

type Value = string | number | null | undefined;

/** With that of the other period, if one is asked for. */
function columnsOf({ report, asked, columns }: Ready): Column[] {
  const unit = report.columns.find(({ key }) => key === report.compare)?.unit ?? "money";
  return asked.before ? [...columns, { key: BEFORE, unit, sum: true }] : [...columns];
}

const amountOf = (line: Line, { key }: Column): Value => (key === BEFORE ? line.before : line.values[key]);

/** Adds up what goes by, so that the foot is of the very lines above it. */
function tallyOf(ready: Ready) {
  const columns = columnsOf(ready);
  // a share that is shown may be of columns that are not
  const summed = [...new Map([...ready.report.columns, ...columns].map((one) => [one.key, one])).values()].filter(
    ({ sum }) => sum,
  );
  const shown = new Set(columns.flatMap(({ key, sum, ratio }) => (sum || ratio ? [key] : [])));
  const sums = new Map(summed.map(({ key }) => [key, 0n]));
  let any = false;
  return {
    add(batch: readonly Line[]) {
      any ||= batch.length > 0;
      for (const line of batch)
        for (const column of summed) {
          const value = amountOf(line, column);
          if (typeof value === "number") sums.set(column.key, (sums.get(column.key) ?? 0n) + BigInt(value));
        }
    },
    /** By key, of what is added up and its shares; undefined: there is nothing to add up. */
    foot(): Record<string, Value> | undefined {
      if (!any || !columns.some(({ sum }) => sum)) return undefined;
      const added = Object.fromEntries([...sums].map(([key, sum]) => [key, toSafe(sum)]));
      return Object.fromEntries(Object.entries(ratiosOf(ready.report, added)).filter(([key]) => shown.has(key)));
    },
  };
}
