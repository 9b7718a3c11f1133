/** The home page, made of the plugins' cards, and the choice of language. */
import { z } from "zod";
import { localPath } from "../http/local-path.ts";
import type { ShellRouteParts } from "../http/parts.ts";
import { page, redirect } from "../http/reply.ts";
import { type Route, route } from "../http/route.ts";
import { LANGUAGE_COOKIE } from "../http/shell.ts";
import { LOCALES } from "../i18n.ts";

const YEAR_SECONDS = 31_536_000;

export function homeRoutes({ home, ledgers }: Pick<ShellRouteParts, "home" | "ledgers">): Route[] {
  return [
    route({
      method: "GET",
      path: "/",
      surface: "page",
      access: "signed-in",
      handle: async (request) => {
        const loaded = await Promise.all(home().map((card) => card.load(request)));
        const broken = request.can("audit.read") ? await ledgers.findings() : [];
        return page("home", {
          warning:
            broken.length === 0 ? undefined : request.text.t("kernel.home.ledgers", { ledgers: broken.join(", ") }),
          title: request.text.t("kernel.nav.home"),
          cards: loaded.filter((card) => card !== undefined),
        });
      },
    }),
    route({
      method: "POST",
      path: "/language",
      surface: "page",
      access: "public",
      body: z.strictObject({ lang: z.enum(LOCALES), back: z.string().optional() }),
      handle: async ({ body }) =>
        redirect(localPath(body.back), {
          cookies: [{ name: LANGUAGE_COOKIE, value: body.lang, maxAge: YEAR_SECONDS }],
        }),
    }),
  ];
}
