/** The API's description, generated from the routes, as a document for programs and a page for people. */
import { kernelErrors } from "../errors.ts";
import type { ShellRouteParts } from "../http/parts.ts";
import { json, page } from "../http/reply.ts";
import { type Route, route } from "../http/route.ts";
import type { Locale } from "../i18n.ts";
import { type ErrorCode, errorCodes } from "../openapi/codes.ts";
import { type OpenApi, openApi } from "../openapi/document.ts";
import { documentationModel } from "../openapi/page.ts";

export function documentationRoutes({ routes, roster }: Pick<ShellRouteParts, "routes" | "roster">): Route[] {
  // made once: the routes do not change while the program runs, and making it takes a while
  let made: OpenApi | undefined;
  const document = (): OpenApi => {
    made ??= openApi(routes());
    return made;
  };
  let shown: ReturnType<typeof documentationModel> | undefined;
  const codes = new Map<Locale, ErrorCode[]>();
  const tables = () => [kernelErrors, ...roster.map(({ plugin }) => plugin.errors ?? {})];
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
        const told = codes.get(text.locale) ?? errorCodes(tables(), text);
        codes.set(text.locale, told);
        return page("api-docs", { title: text.t("kernel.docs.title"), ...shown, codes: told });
      },
    }),
  ];
}
