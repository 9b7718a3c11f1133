/** Files of reports for people and for programs. */
import type { Auditor } from "../../../kernel/audit.ts";
import type { Database } from "../../../kernel/db/database.ts";
import type { Reply } from "../../../kernel/http/reply.ts";
import { type Route, route } from "../../../kernel/http/route.ts";
import type { Session } from "../../../kernel/http/session.ts";
import type { Locale, Text } from "../../../kernel/i18n.ts";
import { errors } from "../errors.ts";
import { fileOf } from "../files.ts";
import type { Lane } from "../lane.ts";
import type { Reader, Reading, Ready } from "../reading.ts";
import { exportQuery, type Filters, type FORMATS, reportParams } from "../schema.ts";
import { place, READ } from "./shared.ts";

interface Asking extends Reader {
  params: { name: string };
  query: Filters & { format: (typeof FORMATS)[number] };
  session: Session;
  address: string;
}

const WAIT_MS = 3000;
/** whoever takes no more lines for so long makes room for others */
const IDLE_MS = 60_000;

export interface ExportParts {
  reading: Reading;
  db: Database;
  audit: Auditor;
  lane: Lane;
}

export function reportExports({ reading, db, audit, lane }: ExportParts): Route[] {
  const enter = () =>
    lane.enter(AbortSignal.timeout(WAIT_MS)).catch(() => {
      throw errors.FILES_BUSY({ retryAfter: 10 });
    });

  /** The place is given back when the answer is over, however it ends. */
  function held(ready: Ready, how: Omit<Parameters<typeof fileOf>[0], "lines" | "ready">, leave: () => void): Reply {
    const idle = setTimeout(() => reply.body.destroy(new Error("nobody reads the file")), IDLE_MS).unref();
    async function* watched() {
      for await (const batch of reading.all(ready)) {
        idle.refresh();
        yield batch;
      }
    }
    const reply = fileOf({ lines: watched(), ready, ...how });
    reply.body.once("close", () => {
      clearTimeout(idle);
      leave();
    });
    return reply;
  }

  /** Who takes figures out stands in the trail before the first of them leaves. */
  const answer = async (request: Asking, text: Text, locale: Locale): Promise<Reply> => {
    const { params, query, session, address } = request;
    const ready = await reading.ready(params.name, query, request);
    const { report, asked } = ready;
    const leave = await enter();
    try {
      await db.transaction((tx) =>
        audit(tx, {
          user: { id: session.user.id, username: session.user.username },
          address,
          action: "reports.exported",
          subject: `report ${report.name}`,
          after: { format: query.format, ...(report.period ? asked.range : {}) },
        }),
      );
      return held(ready, { format: query.format, text, locale, shop: request.shop }, leave);
    } catch (error) {
      leave();
      throw error;
    }
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
      summary:
        "All lines of a report and their total as CSV, XLSX, PDF or one JSON document in the words of its pages, streamed; decimal points; FILES_BUSY while others are read",
      returns: { 200: null },
      handle: async (request) => answer(request, request.text, "en"),
    }),
  ];
}
