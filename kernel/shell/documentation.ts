/** The API's description, generated from the routes, as a document for programs and a page for people. */

import type { ShellRouteParts } from "../http/parts.ts";
import { json, page } from "../http/reply.ts";
import { type Route, route } from "../http/route.ts";
import { type OpenApi, openApi } from "../openapi/document.ts";
import { documentationModel } from "../openapi/page.ts";

export function documentationRoutes({ routes }: Pick<ShellRouteParts, "routes">): Route[] {
  // made once: the routes do not change while the program runs, and making it takes a while
  let made: OpenApi | undefined;
  const document = (): OpenApi => {
    made ??= openApi(routes());
    return made;
  };
  let shown: ReturnType<typeof documentationModel> | undefined;
  return [
    route({
      method: "GET",
      path: "/api/openapi.json",
      surface: "ops",
      access: "public",
      handle: async () => json(document()),
    }),
    route({
      method: "GET",
      path: "/api/docs",
      surface: "ops",
      access: "public",
      handle: async ({ text }) => {
        shown ??= documentationModel(document());
        return page("api-docs", { title: text.t("kernel.docs.title"), ...shown });
      },
    }),
  ];
}
