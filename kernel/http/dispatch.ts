/**
 * One request to one route, in a fixed order: session, rate limit, access, body, form token, schemas, idempotency, handler.
 * Deny by default: nothing runs for a person whom `access` does not let in.
 */

import type { Context } from "koa";
import type { Auditor } from "../audit.ts";
import type { Database, Tx } from "../db/database.ts";
import { AppError, approvalNeeded, kernelErrors } from "../errors.ts";
import type { Shop } from "../settings/shop.ts";
import type { Stores } from "../stores/store.ts";
import { addressKey } from "./address-key.ts";
import {
  type ApprovalPageParts,
  approvalFor,
  approvalPage,
  checkAsked,
  lackedOverride,
  takeApproval,
} from "./approval.ts";
import { type Body, DEFAULT_LIMIT, readBody, VISITOR_LIMIT } from "./body.ts";
import { readCookie } from "./cookies.ts";
import { CSRF_FIELD, checkForm } from "./csrf.ts";
import { type Exchange, exchangeOf, wantsJson } from "./exchange.ts";
import { formState } from "./faults.ts";
import { isHtmx, requestedFragment } from "./htmx.ts";
import { type InputReader, orNotFound } from "./inputs.ts";
import { accountKey, type Limits } from "./limits.ts";
import { mayAsk } from "./may-ask.ts";
import { isDone, once, wantsOnce } from "./once.ts";
import { type Renderer, sayWhenToRetry } from "./render.ts";
import type { Reply } from "./reply.ts";
import type { Request, Route } from "./route.ts";
import type { Found, Routing } from "./routing.ts";
import type { Authenticator, Session } from "./session.ts";
import { refererPath } from "./shell.ts";
import { isTraining, storesOf, whereItIs } from "./where.ts";

export const KEY_FIELD = "_key";
const AGENT_LENGTH = 120;

export interface DispatchParts extends ApprovalPageParts {
  db: Database;
  audit: Auditor;
  stores: Stores;
  /** for routes that ask nothing of the database */
  defaultShop: Shop;
  limits: Limits;
  inputs: InputReader;
  routing: Routing;
  renderer: Renderer;
}

// biome-ignore lint/suspicious/noExplicitAny: the schemas have decided the shapes by now
type AnyRequest = Request<any, any, any, any, any>;

/** The visitor's session where no route matched, so that the page that says so has its menu. */
export async function identify(parts: DispatchParts, context: Context): Promise<void> {
  const exchange = exchangeOf(context);
  exchange.shop = await parts.stores.shopOf(undefined);
  exchange.session = await whoAsks(parts, context);
}

/** Counts the request before a session is renewed, which costs a transaction: who is over the limit costs none. */
async function whoAsks(parts: DispatchParts, context: Context): Promise<Session | undefined> {
  const authenticator = parts.authenticator();
  const session = await authenticator?.authenticate(context);
  await countRequest(parts, context, session);
  return session ?? authenticator?.renew?.(context);
}

export function createDispatch(parts: DispatchParts) {
  return async function dispatch({ mounted, params }: Found, context: Context): Promise<void> {
    const { route } = mounted;
    const exchange = exchangeOf(context);
    exchange.mounted = mounted;
    const down = mounted.down();
    if (down !== undefined) throw kernelErrors.PLUGIN_DOWN({ retryAfter: 60 });

    // first: the page that says no is the shop's as well
    if (route.probe) {
      exchange.shop = parts.defaultShop;
    } else {
      exchange.shop = await parts.stores.shopOf(undefined);
      exchange.session = await whoAsks(parts, context);
    }
    if (!exchange.session && route.access !== "public") {
      if (wantsJson(context)) throw kernelErrors.UNAUTHENTICATED();
      return parts.renderer.entrance(context, await entranceFor(context, parts.authenticator()));
    }
    const hold = exchange.session?.hold;
    if (hold && route.access !== "public" && !hold.open.includes(route.path)) {
      if (wantsJson(context)) throw hold.refuse();
      return parts.renderer.entrance(context, hold.page);
    }
    if (!mayAsk(route, exchange.session)) throw kernelErrors.FORBIDDEN();
    const reply = await answer(parts, route, params, context, exchange);
    const part = reply.kind === "redirect" ? await partAfter(parts, context, exchange, reply) : undefined;
    parts.renderer.reply(context, part ?? reply);
  };
}

/**
 * HTMX asked for a part of a page and the handler sends it to that page: what it would come back for stands in this answer, and a
 * slow line is gone over once. Only for a part that the page has, so that its address stays as it is.
 */
async function partAfter(
  parts: DispatchParts,
  context: Context,
  exchange: Exchange,
  reply: Extract<Reply, { kind: "redirect" }>,
): Promise<Reply | undefined> {
  if (reply.flash || reply.cookies || !isHtmx(context)) return undefined;
  const { session } = exchange;
  const [path = ""] = reply.to.split("?", 1);
  const found = parts.routing.find("GET", path);
  if (!session || session.hold || !found || found.mounted.down() !== undefined) return undefined;
  const { mounted, params } = found;
  if (!requestedFragment(context, mounted.route.fragments) || !mayAsk(mounted.route, session)) return undefined;
  // its forms are new ones
  exchange.key = undefined;
  context.url = reply.to;
  exchange.drawn = mounted;
  return answer(parts, mounted.route, params, context, exchange);
}

/**
 * Everything but probes counts by person, or by address for visitors. Tills behind one address
 * do not take each other's turns: a browser from which somebody signed in before counts by itself.
 */
async function countRequest(
  { limits, authenticator }: DispatchParts,
  context: Context,
  session: Session | undefined,
): Promise<void> {
  if (session) return limits.count(context, "user", String(session.user.id));
  const visitor = authenticator()?.visitor?.(context);
  await limits.count(context, "anonymous", visitor ? `browser ${visitor}` : `address ${addressKey(context.ip)}`);
}

/** The limit that a route has of its own. */
async function throttle(
  { limits, authenticator }: DispatchParts,
  context: Context,
  route: Route,
  request: AnyRequest,
): Promise<void> {
  const { throttle: own } = route;
  if (!own) return;
  if (own.limit !== "login") {
    if (own.counts?.(request) ?? true) await limits.count(context, own.limit, String(request.session?.user.id));
    return;
  }
  const visitor = authenticator()?.visitor?.(context);
  const who = accountKey(own.by(request));
  await limits.count(context, "login", `${who} ${visitor ? `browser ${visitor}` : "stranger"}`);
}

/** After signing in the person comes back to the page; a POST comes back to the page its form stood on. */
async function entranceFor(context: Context, authenticator: Authenticator | undefined): Promise<string> {
  if (!authenticator) throw kernelErrors.UNAUTHENTICATED();
  const path = await authenticator.entrance();
  const next = context.method === "GET" ? context.url : refererPath(context);
  return next && next !== "/" ? `${path}?next=${encodeURIComponent(next)}` : path;
}

async function answer(
  parts: DispatchParts,
  route: Route,
  params: Record<string, string>,
  context: Context,
  exchange: Exchange,
): Promise<Reply> {
  const { text, session, shop, log, id } = exchange;
  if (!shop) throw new Error("the shop was not read");
  const read = (schema: Route["body"], value: unknown) =>
    parts.inputs.parse(schema, value, route, text, request.shop.currency);
  const request: AnyRequest = {
    id,
    path: context.path,
    params: undefined,
    query: undefined,
    body: undefined,
    file: undefined,
    session,
    can: (permission) => session?.permissions.has(permission) === true || request.approval?.permission === permission,
    text,
    shop,
    stores: await storesOf(parts.stores, route, session),
    log,
    // Koa's own `origin` is what the caller says of itself
    origin: `${context.protocol}://${context.host}`,
    address: context.ip,
    direct: context.state["direct"] === true,
    bearer: /^Bearer +(\S+)$/i.exec(context.get("authorization"))?.[1],
    whoAsks: async () => session ?? parts.authenticator()?.authenticate(context),
    inPart: requestedFragment(context, route.fragments) !== undefined,
    accept: context.get("accept"),
    agent: context.get("user-agent").slice(0, AGENT_LENGTH),
    cookie: (name) => readCookie(context, name),
    approval: undefined,
    tx: undefined,
  };
  request.params = orNotFound(() => read(route.params, params));
  if (route.method === "GET") {
    request.shop = await whereItIs(parts.stores, route, request, context.query, undefined);
    request.query = read(route.query, { ...context.query });
    exchange.inTraining = isTraining(request);
    return route.handle(request);
  }

  const lacked = lackedOverride(route, session);
  const body = await readBody(context, {
    limit: route.limit ?? (session ? DEFAULT_LIMIT : VISITOR_LIMIT),
    upload: route.upload,
    types: route.uploadTypes,
  }).catch((error) => {
    throw lacked === undefined ? error : approvalNeeded(lacked);
  });
  const { data: sent, csrf, key } = takeHidden(body, route);
  const { rest: data, asked } = takeApproval(route, sent);
  exchange.key = key;
  // before the form is checked: a form of another store's is not drawn again
  request.shop = await whereItIs(parts.stores, route, request, context.query, data);
  request.query = read(route.query, { ...context.query });
  exchange.inTraining = isTraining(request);
  request.file = body.file;
  try {
    if (session ? session.via === "cookie" : route.surface === "page") checkForm(context, session?.id, csrf);
    request.body = read(route.body, data);
    await throttle(parts, context, route, request);
    const named = key ?? context.get("Idempotency-Key");
    const checkApproved = (tx?: Tx) => checkAsked(parts.authenticator(), route, request, { asked, data }, tx);
    request.approval = await approvalFor(parts.authenticator(), route, request, asked, () =>
      checkApproved().catch(async (error) => {
        // a double click: its own deed has changed what it asked for
        if (!(await isDone(parts, route, request, named))) throw error;
      }),
    );
    return wantsOnce(route, named)
      ? await once(parts, route, request, named, data, checkApproved)
      : await route.handle(request);
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    const asking = await approvalPage(
      parts,
      route,
      request,
      { data, mark: asked?.mark, back: asked?.back ?? refererPath(context) },
      error,
    );
    if (asking) return asking;
    if (!route.redraw || error.status >= 500) throw error;
    sayWhenToRetry(context, error);
    const reply = await route.redraw({ ...request, tx: undefined }, formState(error, data, text), error);
    return reply.kind === "page" ? { ...reply, status: error.status } : reply;
  }
}

/** The kernel's own hidden fields, taken out before a schema sees the form. */
function takeHidden(body: Body, route: Route): { data: unknown; csrf: unknown; key: string | undefined } {
  if (route.surface !== "page" || typeof body.data !== "object" || body.data === null) {
    return { data: body.data, csrf: undefined, key: undefined };
  }
  const { [CSRF_FIELD]: csrf, [KEY_FIELD]: key, ...data } = body.data as Record<string, unknown>;
  return { data, csrf, key: typeof key === "string" ? key : undefined };
}
