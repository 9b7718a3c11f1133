/** The list of reports, and each of them: chart, table, filters in the address, documents behind a bar. */
import { page } from "../../../kernel/http/reply.ts";
import { type Route, route } from "../../../kernel/http/route.ts";
import type { Counting } from "../counting.ts";
import { GROUPS } from "../domain.ts";
import type { Reading } from "../reading.ts";
import { documentsQuery, reportParams, reportQuery } from "../schema.ts";
import { documentsModel, reportModel } from "./models.ts";
import { nextOf, offsetOf, place, READ } from "./shared.ts";

/** lines of a page */
const SHOWN = 100;

export interface PageParts {
  reading: Reading;
  counting: Pick<Counting, "state">;
}

export function reportPages({ reading, counting }: PageParts): Route[] {
  return [
    route({
      method: "GET",
      path: "/reports",
      surface: "page",
      access: READ,
      handle: async (request) => {
        const { text } = request;
        const mine = reading.list(request);
        const counted = await counting.state();
        return page("reports/index", {
          title: text.t("reports.title"),
          styles: ["reports/reports.css"],
          counting:
            counted && text.t("reports.counting", { done: text.integer(counted.done), of: text.integer(counted.of) }),
          groups: GROUPS.map((group) => ({
            title: text.t(`reports.groups.${group}`),
            reports: mine
              .filter((one) => one.group === group)
              .map(({ name }) => ({ path: `/reports/${name}`, title: text.t(`reports.names.${name}`) })),
          })).filter(({ reports }) => reports.length > 0),
        });
      },
    }),
    route({
      method: "GET",
      path: "/reports/:name",
      surface: "page",
      access: READ,
      store: place,
      params: reportParams,
      query: reportQuery,
      handle: async (request) => {
        const { params, query } = request;
        const ready = await reading.ready(params.name, query, request);
        const offset = offsetOf(query.cursor);
        const shown = await reading.page(ready, { offset, limit: SHOWN });
        const next = nextOf(offset, shown.lines.length, shown.count);
        const counted = await counting.state();
        const charted = await reading.charted(ready, shown, offset);
        return page(
          "reports/report",
          reportModel({ ready, shown, next, offset, counted, today: reading.today(request), charted }, request),
        );
      },
    }),
    route({
      method: "GET",
      path: "/reports/:name/documents",
      surface: "page",
      access: READ,
      store: place,
      params: reportParams,
      query: documentsQuery,
      handle: async (request) => {
        const { params, query } = request;
        const ready = await reading.ready(params.name, query, request);
        const [before] = query.cursor === undefined ? [] : [offsetOf(query.cursor)];
        const rows = await reading.documents(ready, request, query.key, { before, limit: query.limit });
        return page("reports/documents", documentsModel({ ready, rows, key: query.key, limit: query.limit }, request));
      },
    }),
  ];
}
