/** A whole report as a file, for people and for programs: streamed, whatever its length. */
import type { Auditor } from "../../../kernel/audit.ts";
import type { Database } from "../../../kernel/db/database.ts";
import type { Reply } from "../../../kernel/http/reply.ts";
import { type Route, route } from "../../../kernel/http/route.ts";
import type { Session } from "../../../kernel/http/session.ts";
import type { Locale, Text } from "../../../kernel/i18n.ts";
import { type SheetFormat, type Table, tableReply } from "../../../kernel/sheets/table.ts";
import { cellOf, headOf, labelOf } from "../present.ts";
import type { Reader, Reading, Ready } from "../reading.ts";
import { exportQuery, type Filters, reportParams } from "../schema.ts";
import { place, READ } from "./shared.ts";

interface Asking extends Reader {
  params: { name: string };
  query: Filters & { format: SheetFormat };
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
      summary: "All lines of a report as CSV or XLSX, streamed; decimal points",
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

function comparedUnit({ report }: Ready) {
  return report.columns.find(({ key }) => key === report.compare)?.unit ?? "money";
}
