/** Files of long reports: asked for, watched, fetched. */
import { z } from "zod";
import { json, page, redirect } from "../../../kernel/http/reply.ts";
import { type Route, route } from "../../../kernel/http/route.ts";
import type { Preparing } from "../preparing/preparing.ts";
import { exportQuery, reportParams } from "../schema.ts";
import { scheduleParams as fileParams } from "../schema-schedules.ts";
import { READ } from "./shared.ts";

/** seconds after which a browser without JavaScript asks again */
const REFRESH = 2;

const fileJson = z.strictObject({
  id: z.int(),
  report: z.string(),
  format: z.string(),
  state: z.enum(["waiting", "making", "done", "failed"]),
  lines: z.int(),
  of: z.int(),
  bytes: z.int(),
});

export function fileRoutes({ preparing }: { preparing: Preparing }): Route[] {
  return [
    route({
      method: "POST",
      path: "/reports/:name/files",
      surface: "page",
      access: READ,
      params: reportParams,
      body: exportQuery,
      handle: async (request) => {
        const { params, body, text, session, address } = request;
        const { format, ...filters } = body;
        const asked = { name: params.name, filters, format, text, locale: text.locale };
        return redirect(`/reports/files/${await preparing.start({ user: session.user, address }, request, asked)}`);
      },
    }),
    route({
      method: "GET",
      path: "/reports/files/:id",
      surface: "page",
      access: READ,
      params: fileParams,
      fragments: { "report-file": "reports/_file" },
      handle: async ({ params, session, text }) => {
        const one = await preparing.find(session.user.id, params.id);
        const busy = one.state === "waiting" || one.state === "making";
        const said = {
          done: one.linesDone,
          lines: text.integer(one.linesDone),
          all: text.integer(one.linesAll),
        };
        return page("reports/file", {
          title: text.t("reports.file.title", {
            report: text.t(`reports.names.${one.report}`),
            format: one.format.toUpperCase(),
          }),
          file: {
            href: `/reports/files/${one.id}`,
            back: `/reports/${one.report}`,
            backText: text.t(`reports.names.${one.report}`),
            busy,
            waits: one.state === "waiting",
            done: one.state === "done",
            value: one.linesDone,
            max: Math.max(one.linesAll, 1),
            told: text.t(`reports.file.${one.state}`, said),
          },
          ...(busy ? { refresh: REFRESH } : {}),
        });
      },
    }),
    route({
      method: "GET",
      path: "/reports/files/:id/download",
      surface: "page",
      access: READ,
      params: fileParams,
      handle: async (request) => preparing.download(request.session.user.id, request, request.params.id),
    }),
    route({
      method: "POST",
      path: "/api/v1/reports/:name/files",
      surface: "v1",
      access: READ,
      params: reportParams,
      body: exportQuery,
      summary:
        "Makes the file of a long report, to be watched at `/api/v1/reports/files/{id}` and kept for a day; at most two of a person at once",
      returns: { 202: z.strictObject({ id: z.int() }) },
      handle: async (request) => {
        const { params, body, text, session, address } = request;
        const { format, ...filters } = body;
        const asked = { name: params.name, filters, format, text, locale: "en" as const };
        return json({ id: await preparing.start({ user: session.user, address }, request, asked) }, 202);
      },
    }),
    route({
      method: "GET",
      path: "/api/v1/reports/files/:id",
      surface: "v1",
      access: READ,
      params: fileParams,
      summary: "How far a file of a report is that you asked for",
      returns: { 200: fileJson },
      handle: async ({ params, session }) => {
        const { id, report, format, state, linesDone, linesAll, bytes } = await preparing.find(
          session.user.id,
          params.id,
        );
        return json({ id, report, format, state, lines: linesDone, of: linesAll, bytes });
      },
    }),
    route({
      method: "GET",
      path: "/api/v1/reports/files/:id/download",
      surface: "v1",
      access: READ,
      params: fileParams,
      summary: "The file of a report that you asked for, once it is done; FILE_NOT_READY before",
      returns: { 200: null },
      handle: async (request) => preparing.download(request.session.user.id, request, request.params.id),
    }),
  ];
}
