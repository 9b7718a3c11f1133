/** The home page, made of the plugins' cards, and the choice of language. */
import { z } from "zod";
import { localPath } from "../http/local-path.ts";
import type { ShellRouteParts } from "../http/parts.ts";
import { type Model, page, redirect } from "../http/reply.ts";
import { type Route, route } from "../http/route.ts";
import { LANGUAGE_COOKIE } from "../http/shell.ts";
import { LOCALES } from "../i18n.ts";
import type { PageRequest } from "../plugin.ts";
import { READS_HEALTH } from "./operator.ts";

const YEAR_SECONDS = 31_536_000;

export function homeRoutes({
  home,
  ledgers,
  invariants,
  health,
}: Pick<ShellRouteParts, "home" | "ledgers" | "invariants" | "health">): Route[] {
  return [
    route({
      method: "GET",
      path: "/",
      surface: "page",
      access: "signed-in",
      fragments: { "home-cards": "_home-cards" },
      handle: async (request) => {
        const { can, text } = request;
        const audits = can("audit.read");
        const [loaded, changed, broken, state] = await Promise.all([
          Promise.all(home().map((card) => card.load(request))),
          audits ? ledgers.findings() : [],
          audits ? invariants.broken() : [],
          healthCard(health, request),
        ]);
        const warnings = [
          ...(changed.length === 0 ? [] : [text.t("kernel.home.ledgers", { ledgers: changed.join(", ") })]),
          ...(broken.length === 0 ? [] : [text.t("kernel.home.invariants", { invariants: broken.join(", ") })]),
        ];
        return page("home", {
          warnings,
          title: text.t("kernel.nav.home"),
          cards: [...loaded.filter((card) => card !== undefined), ...state],
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

/** How each part is, to who runs the whole. */
async function healthCard(
  health: Pick<ShellRouteParts["health"], "run">,
  { can, text }: Pick<PageRequest, "can" | "text">,
): Promise<{ view: string; model: Model }[]> {
  if (!can(READS_HEALTH)) return [];
  const { checks } = await health.run();
  const parts = Object.entries(checks);
  const bad = parts.filter(([, { status }]) => status !== "ok");
  const model = {
    health: {
      well: bad.length === 0 ? text.t("kernel.home.health_ok", { count: parts.length }) : undefined,
      bad: bad.map(([name, { status, detail }]) => ({ name, state: text.t(`kernel.home.states.${status}`), detail })),
    },
  };
  return [{ view: "_home-health", model }];
}
