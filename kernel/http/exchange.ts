/** What the kernel knows of one request while it is under way, kept on the Koa context. */
import { randomUUID } from "node:crypto";
import type { Context } from "koa";
import type { Logger } from "pino";
import { isLocale, LOCALES, type Locale, type Text } from "../i18n.ts";
import { isRequestId } from "../request-id.ts";
import type { Shop } from "../settings/shop.ts";
import { readCookie } from "./cookies.ts";
import type { MountedRoute } from "./mount.ts";
import type { Session } from "./session.ts";
import { LANGUAGE_COOKIE } from "./shell.ts";

export interface Exchange {
  id: string;
  log: Logger;
  text: Text;
  /** known once the settings were read */
  shop: Shop | undefined;
  /** the request is about a store in which people learn: its page says so */
  inTraining: boolean;
  session: Session | undefined;
  mounted: MountedRoute | undefined;
  /** whose page is answered, where that is another's than the one that was asked */
  drawn: MountedRoute | undefined;
  /** the idempotency key a form sent */
  key: string | undefined;
}

export function openExchange(context: Context, log: Logger, texts: Record<Locale, Text>): Exchange {
  // only a trusted proxy's is still there (proxy.ts)
  const given = context.get("X-Request-Id");
  const id = isRequestId(given) ? given : randomUUID();
  const exchange: Exchange = {
    id,
    log,
    text: texts[localeOf(context)],
    shop: undefined,
    inTraining: false,
    session: undefined,
    mounted: undefined,
    drawn: undefined,
    key: undefined,
  };
  context.state["exchange"] = exchange;
  context.set("X-Request-Id", id);
  return exchange;
}

export function exchangeOf(context: Context): Exchange {
  return context.state["exchange"] as Exchange;
}

/** The language chosen by hand, else the browser's, else Spanish. */
function localeOf(context: Context): Locale {
  const chosen = readCookie(context, LANGUAGE_COOKIE);
  if (isLocale(chosen)) return chosen;
  const accepted = context.acceptsLanguages(...LOCALES);
  return isLocale(accepted) ? accepted : LOCALES[0];
}

/** True where people read JSON: the API and the probes. */
export function wantsJson(context: Context): boolean {
  return context.path.startsWith("/api/") && context.path !== "/api/docs";
}
