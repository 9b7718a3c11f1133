/** The Koa application: the order in which every request passes the kernel. Read it from top to bottom. */
import { Duplex, Readable } from "node:stream";
import Koa, { type Context, type Middleware, type Next } from "koa";
import compress from "koa-compress";
import type { Logger } from "pino";
import { AppError, kernelErrors } from "../errors.ts";
import type { Locale, Text } from "../i18n.ts";
import type { RequestMeasure } from "../measure/http.ts";
import { onBehalfOf } from "../request-id.ts";
import { faultOfHead } from "./address-line.ts";
import type { Assets } from "./assets.ts";
import { type Exchange, exchangeOf, openExchange, wantsJson } from "./exchange.ts";
import { errorSentence } from "./faults.ts";
import { allowOrigins, SECURITY_HEADERS, setSecurityHeaders } from "./headers.ts";
import { createProxyFilter, type ProxyTrust } from "./proxy.ts";
import type { Renderer } from "./render.ts";
import type { Found, Routing } from "./routing.ts";

export interface ServerParts {
  log: Logger;
  texts: Record<Locale, Text>;
  assets: Assets;
  renderer: Renderer;
  routing: Routing;
  /** path prefixes of optional plugins that could not tell their routes */
  downPrefixes(): readonly string[];
  dispatch(found: Found, context: Context): Promise<void>;
  /** finds out who asks, for the page of an address that leads nowhere */
  identify(context: Context): Promise<void>;
  isDatabaseBusy(error: unknown): boolean;
  isDatabaseDown(error: unknown): boolean;
  measure: RequestMeasure;
  /** runs a request within what it may wait for Redis */
  patiently(work: () => Promise<void>): Promise<void>;
  proxy: ProxyTrust;
  corsOrigins: readonly string[];
}

export function createServer(parts: ServerParts): Koa {
  const app = new Koa({ proxy: parts.proxy !== false, maxIpsCount: 1 });
  const filterProxyHeaders = createProxyFilter(parts.proxy);
  // its lines have names and numbers of ours alone: looking for secrets in each of them costs as much as writing it
  const timing = { ...parts, requests: parts.log.child({}, { redact: [] }) };
  app.silent = true;
  app.on("error", (error: unknown, context?: Context) => {
    const { id } = (context && exchangeOf(context)) ?? {};
    if (id === undefined) answerFailed(parts, error, context);
    else onBehalfOf(id, () => answerFailed(parts, error, context));
  });
  app.use((context, next) => {
    context.state["direct"] = filterProxyHeaders(context.req);
    setSecurityHeaders(context);
    return parts.patiently(next);
  });
  app.use((context, next) => timed(timing, context, next));
  app.use((context, next) => bounded(parts, context, next));
  app.use(allowOrigins(parts.corsOrigins));
  app.use((context, next) => {
    const fault = faultOfHead(context.req);
    if (fault) throw fault;
    return next();
  });
  app.use(compressed());
  app.use((context, next) => (parts.assets.serve(context) ? undefined : next()));
  app.use(routing(parts));
  return app;
}

/** A stream that is compressed is read from another one, which must hear when the first breaks: else no answer ever ends. */
function compressed(): Middleware {
  const squeeze = compress({ threshold: 1024, br: false, gzip: { level: 6 } });
  return (context, next) =>
    squeeze(context, async () => {
      await next();
      const source = context.body;
      if (!(source instanceof Readable)) return;
      source.once("error", (fault) => {
        if (context.body instanceof Duplex && context.body !== source) context.body.destroy(fault);
      });
    });
}

/** A stream that broke, whose connection Koa has cut, or a fault outside of the boundary, for which it answers a bare 500. */
function answerFailed(parts: ServerParts, error: unknown, context: Context | undefined): void {
  const code = error instanceof Error ? ((error as NodeJS.ErrnoException).code ?? "") : "";
  const log = (context && exchangeOf(context))?.log ?? parts.log;
  // the other side hung up in the middle of an answer: nothing of ours is broken
  if (["ECONNRESET", "EPIPE", "ECONNABORTED", "ERR_STREAM_PREMATURE_CLOSE"].includes(code))
    log.debug({ err: error }, "connection lost while answering");
  else log.error({ err: error }, "answer failed");
  if (context && !context.headerSent && error instanceof Error)
    Object.assign(error, { status: 500, expose: false, headers: SECURITY_HEADERS });
}

interface TimedParts extends Pick<ServerParts, "log" | "texts" | "measure"> {
  /** for the lines of requests */
  requests: Logger;
}

function timed(parts: TimedParts, context: Context, next: Next): Promise<void> {
  const exchange = openExchange(context, parts.log, parts.texts);
  return onBehalfOf(exchange.id, () => answered(parts, exchange, context, next));
}

async function answered(
  { measure, requests }: TimedParts,
  exchange: Exchange,
  context: Context,
  next: Next,
): Promise<void> {
  const started = performance.now();
  measure.begin();
  let failed = true;
  try {
    await next();
    failed = false;
  } finally {
    const seconds = (performance.now() - started) / 1000;
    const status = failed ? 500 : context.status;
    measure.end({ id: exchange.id, method: context.method, route: routeOf(exchange, context), status, seconds });
  }
  const milliseconds = performance.now() - started;
  const route = routeOf(exchange, context);
  const line = {
    method: context.method,
    route,
    status: context.status,
    ms: Math.round(milliseconds * 10) / 10,
    user: exchange.session?.user.id,
  };
  if (context.status >= 500) requests.error(line, "request failed");
  else if (route === "/assets/*" || exchange.mounted?.route.surface === "ops") requests.debug(line, "request");
  else requests.info(line, "request");
}

/** The template, never what was typed. */
function routeOf({ mounted }: Exchange, { path }: Context): string {
  return mounted?.route.path ?? (path.startsWith("/assets/") ? "/assets/*" : "(none)");
}

/** The error boundary: expected outcomes become their answer, everything else is logged and becomes a plain apology. */
async function bounded(parts: ServerParts, context: Context, next: Next): Promise<void> {
  try {
    await next();
  } catch (thrown) {
    const { log, text } = exchangeOf(context);
    let error: AppError;
    if (thrown instanceof AppError) error = thrown;
    else if (parts.isDatabaseDown(thrown)) {
      log.error({ err: thrown }, "the database does not answer");
      error = kernelErrors.DATABASE_DOWN({ retryAfter: 5 });
    } else if (parts.isDatabaseBusy(thrown)) {
      log.error({ err: thrown }, "the database did not get to it in time");
      parts.measure.fault();
      error = kernelErrors.DATABASE_BUSY({ retryAfter: 5 });
    } else {
      log.error({ err: thrown }, "unexpected fault");
      parts.measure.fault();
      error = kernelErrors.INTERNAL();
    }
    try {
      parts.renderer.error(context, error);
    } catch (fault) {
      // the page that says so is broken itself
      log.error({ err: fault }, "the error page failed");
      context.status = error.status;
      context.type = "text/plain; charset=utf-8";
      context.body = errorSentence(error, text);
    }
    // what is left of a refused body must not be read as the next request
    if (!context.req.complete) context.set("Connection", "close");
  }
}

function routing(parts: ServerParts) {
  const { routing: routes } = parts;
  return async (context: Context, next: Next): Promise<void> => {
    const found = routes.find(context.method, context.path);
    if (found) return parts.dispatch(found, context);
    const prefix = parts.downPrefixes().find((one) => context.path === one || context.path.startsWith(`${one}/`));
    if (prefix !== undefined) throw kernelErrors.PLUGIN_DOWN({ retryAfter: 60 });
    const allowed = routes.methods(context.path);
    if (allowed.length > 0) {
      context.set("Allow", allowed.join(", "));
      throw kernelErrors.METHOD_NOT_ALLOWED();
    }
    if (context.method === "OPTIONS") return next();
    if (!wantsJson(context)) await parts.identify(context);
    throw kernelErrors.NOT_FOUND();
  };
}
