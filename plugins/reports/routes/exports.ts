/** Files of reports for people and for programs. */
import type { Auditor } from "../../../kernel/audit.ts";
import type { Database } from "../../../kernel/db/database.ts";
import type { Reply } from "../../../kernel/http/reply.ts";
import { type Route, route } from "../../../kernel/http/route.ts";
import type { Session } from "../../../kernel/http/session.ts";
import type { Locale, Text } from "../../../kernel/i18n.ts";
import { fileOf } from "../files.ts";
import type { Reader, Reading } from "../reading.ts";
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
    return fileOf({ lines: reading.all(ready), ready, format: query.format, text, locale, shop: request.shop });
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
