/** A whole report as a file, for people and for programs: streamed, whatever its length. */
import type { Auditor } from "../../../kernel/audit.ts";
import type { Database } from "../../../kernel/db/database.ts";
import { type Reply, stream } from "../../../kernel/http/reply.ts";
import { type Route, route } from "../../../kernel/http/route.ts";
import type { Session } from "../../../kernel/http/session.ts";
import type { Locale, Text } from "../../../kernel/i18n.ts";
import { type Table, tableReply } from "../../../kernel/sheets/table.ts";
import type { Column } from "../domain.ts";
import { PDF_TYPE, type PrintedTable, printTable } from "../pdf.ts";
import { cellOf, dateOf, headOf, isNumber, labelOf, rangeTold, toldOf } from "../present.ts";
import type { Reader, Reading, Ready } from "../reading.ts";
import { exportQuery, type Filters, type FORMATS, reportParams } from "../schema.ts";
import { place, READ } from "./shared.ts";

interface Asking extends Reader {
  params: { name: string };
  query: Filters & { format: (typeof FORMATS)[number] };
  session: Session;
  address: string;
}

export function reportExports({ reading, db, audit }: { reading: Reading; db: Database; audit: Auditor }): Route[] {
  /** Who takes figures out stands in the trail before the first of them leaves. */
  const answer = async (request: Asking, text: Text, locale: Locale): Promise<Reply> => {
    const { params, query, session, address } = request;
    const ready = await reading.ready(params.name, query, request);
    const { report, asked } = ready;
    await db.transaction((tx) =>
      audit(tx, {
        user: { id: session.user.id, username: session.user.username },
        address,
        action: "reports.exported",
        subject: `report ${report.name}`,
        after: { format: query.format, ...(report.period ? asked.range : {}) },
      }),
    );
    const name = report.period
      ? `${report.name} ${asked.range.from} ${asked.range.to}`
      : `${report.name} ${asked.today}`;
    if (query.format === "pdf")
      return stream(PDF_TYPE, printTable(printedOf(reading, ready, request, text)), `${name}.pdf`);
    return tableReply(tableOf(reading, ready, text), query.format, locale, name);
  };
  return [
    route({
      method: "GET",
      path: "/reports/:name/export",
      surface: "page",
      access: READ,
      store: place,
      params: reportParams,
      query: exportQuery,
      handle: async (request) => answer(request, request.text, request.text.locale),
    }),
    route({
      method: "GET",
      path: "/api/v1/reports/:name/export",
      surface: "v1",
      access: READ,
      store: place,
      params: reportParams,
      query: exportQuery,
      summary: "All lines of a report as CSV, XLSX or PDF, streamed; decimal points",
      returns: { 200: null },
      handle: async (request) => answer(request, request.text, "en"),
    }),
  ];
}

export function tableOf(reading: Reading, ready: Ready, text: Text): Table {
  const { report, asked, columns } = ready;
  async function* rows() {
    for await (const batch of reading.all(ready))
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
function printedOf(reading: Reading, ready: Ready, { shop }: Pick<Reader, "shop">, text: Text): PrintedTable {
  const { report, asked, columns } = ready;
  const title = text.t(`reports.names.${report.name}`);
  const before: Column[] = asked.before ? [{ key: "before", unit: comparedUnit(ready) }] : [];
  async function* rows() {
    for await (const batch of reading.all(ready))
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
