/** The API's description, generated from the routes, as a document for programs and a page for people. */

import type { ShellRouteParts } from "../http/parts.ts";
import { json, page } from "../http/reply.ts";
import { type Route, route } from "../http/route.ts";
import { openApi } from "../openapi/document.ts";
import { documentationModel } from "../openapi/page.ts";

export function documentationRoutes({ routes }: Pick<ShellRouteParts, "routes">): Route[] {
  return [
    route({
      method: "GET",
      path: "/api/openapi.json",
      surface: "ops",
      access: "public",
      handle: async () => json(openApi(routes())),
    }),
    route({
      method: "GET",
      path: "/api/docs",
      surface: "ops",
      access: "public",
      handle: async ({ text }) =>
        page("api-docs", { title: text.t("kernel.docs.title"), ...documentationModel(openApi(routes())) }),
    }),
  ];
}
