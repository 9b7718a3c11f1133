/** The Koa application: the order in which every request passes the kernel. Read it from top to bottom. */
import cors from "@koa/cors";
import Router from "@koa/router";
import Koa, { type Context, type Next } from "koa";
import compress from "koa-compress";
import type { Logger } from "pino";
import { AppError, kernelErrors } from "../errors.ts";
import type { Locale, Text } from "../i18n.ts";
import type { Assets } from "./assets.ts";
import { exchangeOf, openExchange, wantsJson } from "./exchange.ts";
import { inMatchingOrder, type MountedRoute } from "./mount.ts";
import type { Renderer } from "./render.ts";

export interface ServerParts {
  log: Logger;
  texts: Record<Locale, Text>;
  assets: Assets;
  renderer: Renderer;
  routes: readonly MountedRoute[];
  /** path prefixes of optional plugins that could not tell their routes */
  downPrefixes(): readonly string[];
  dispatch(mounted: MountedRoute, params: Record<string, string>, context: Context): Promise<void>;
  /** finds out who asks, for the page of an address that leads nowhere */
  identify(context: Context): Promise<void>;
  isDatabaseDown(error: unknown): boolean;
  /** runs a request within what it may wait for Redis */
  patiently(work: () => Promise<void>): Promise<void>;
  trustProxy: boolean;
  corsOrigins: readonly string[];
}

/** No script but our own files, no other host, no frame around us. */
const HEADERS = {
  "Content-Security-Policy":
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self'; manifest-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
  "X-Content-Type-Options": "nosniff",
  "X-Frame-Options": "DENY",
  "Referrer-Policy": "same-origin",
  "Cross-Origin-Opener-Policy": "same-origin",
  "Cross-Origin-Resource-Policy": "same-origin",
  "Permissions-Policy": "camera=(), microphone=(), geolocation=(), payment=()",
};

export function createServer(parts: ServerParts): Koa {
  const app = new Koa({ proxy: parts.trustProxy, maxIpsCount: parts.trustProxy ? 1 : 0 });
  app.silent = true;
  app.on("error", (error: unknown, context?: Context) => {
    // the other side hung up in the middle of an answer: nothing of ours is broken
    const quiet =
      error instanceof Error &&
      ["ECONNRESET", "EPIPE", "ECONNABORTED"].includes((error as NodeJS.ErrnoException).code ?? "");
    const log = context ? exchangeOf(context).log : parts.log;
    if (quiet) log.debug({ err: error }, "connection lost while answering");
    else log.error({ err: error }, "answer failed");
  });
  app.use((_, next) => parts.patiently(next));
  app.use((context, next) => timed(parts, context, next));
  app.use((context, next) => bounded(parts, context, next));
  app.use(async (context, next) => {
    context.set(HEADERS);
    if (context.secure) context.set("Strict-Transport-Security", "max-age=15552000");
    await next();
  });
  app.use(cors({ origin: (context) => allowedOrigin(context, parts.corsOrigins), keepHeadersOnError: false }));
  app.use(compress({ threshold: 1024, br: false, gzip: { level: 6 } }));
  app.use(async (context, next) => {
    if (!parts.assets.serve(context)) await next();
  });
  app.use(routing(parts));
  return app;
}

function allowedOrigin(context: Context, origins: readonly string[]): string {
  const origin = context.get("Origin");
  return context.path.startsWith("/api/") && origins.includes(origin) ? origin : "";
}

async function timed(parts: ServerParts, context: Context, next: Next): Promise<void> {
  const started = performance.now();
  const exchange = openExchange(context, parts.log, parts.texts, parts.trustProxy);
  await next();
  const milliseconds = performance.now() - started;
  const route = exchange.mounted?.route.path ?? (context.path.startsWith("/assets/") ? "/assets/*" : "(none)");
  const line = {
    method: context.method,
    route,
    status: context.status,
    ms: Math.round(milliseconds * 10) / 10,
    ...(exchange.session ? { user: exchange.session.user.id } : {}),
  };
  if (context.status >= 500) exchange.log.error(line, "request failed");
  else if (route === "/assets/*" || exchange.mounted?.route.surface === "ops") exchange.log.debug(line, "request");
  else exchange.log.info(line, "request");
}

/** The error boundary: expected outcomes become their answer, everything else is logged and becomes a plain apology. */
async function bounded(parts: ServerParts, context: Context, next: Next): Promise<void> {
  try {
    await next();
  } catch (thrown) {
    const { log } = exchangeOf(context);
    let error: AppError;
    if (thrown instanceof AppError) error = thrown;
    else if (parts.isDatabaseDown(thrown)) {
      log.error({ err: thrown }, "the database does not answer");
      error = kernelErrors.DATABASE_DOWN({ retryAfter: 5 });
    } else {
      log.error({ err: thrown }, "unexpected fault");
      error = kernelErrors.INTERNAL();
    }
    parts.renderer.error(context, error);
    // what is left of a refused body must not be read as the next request
    if (!context.req.complete) context.set("Connection", "close");
  }
}

function routing(parts: ServerParts) {
  const router = new Router();
  const methods = new Map<string, string[]>();
  for (const mounted of inMatchingOrder(parts.routes)) {
    const { route } = mounted;
    router.register(route.path, [route.method], (context: Context) =>
      parts.dispatch(mounted, context["params"] ?? {}, context),
    );
    methods.set(route.path, [...(methods.get(route.path) ?? []), route.method]);
  }
  const matched = router.routes();
  return async (context: Context, next: Next): Promise<void> => {
    let fell = false;
    await matched(context as never, async () => {
      fell = true;
    });
    if (!fell) return;
    const prefix = parts.downPrefixes().find((one) => context.path === one || context.path.startsWith(`${one}/`));
    if (prefix !== undefined) throw kernelErrors.PLUGIN_DOWN({ retryAfter: 60 });
    const { path } = router.match(context.path, context.method);
    if (path.length > 0) {
      const allowed = new Set(path.flatMap((layer) => layer.methods));
      context.set("Allow", [...allowed].join(", "));
      throw kernelErrors.METHOD_NOT_ALLOWED();
    }
    if (context.method === "OPTIONS") return next();
    if (!wantsJson(context)) await parts.identify(context);
    throw kernelErrors.NOT_FOUND();
  };
}
