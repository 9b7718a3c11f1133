/** One of the two files that know HTMX's headers: turns replies and errors into HTTP answers. */
import type { Context } from "koa";
import type { AppError } from "../errors.ts";
import type { Views } from "../views.ts";
import { writeCookie } from "./cookies.ts";
import { exchangeOf, wantsJson } from "./exchange.ts";
import { errorSentence } from "./faults.ts";
import { isHtmx, requestedFragment } from "./htmx.ts";
import { problemOf } from "./problem.ts";
import type { Model, Reply } from "./reply.ts";
import { leaveFlash, type ShellParts, shellModel } from "./shell.ts";

export interface Renderer {
  reply(context: Context, reply: Reply): void;
  error(context: Context, error: AppError): void;
  /** 303 to the entrance, or HTMX's own way to leave a page */
  entrance(context: Context, path: string): void;
}

type PageParts = Pick<ShellParts, "nav" | "assets"> & {
  views: Views;
  defaultShop: ShellParts["shop"];
  account(): string | undefined;
};

export function createRenderer({ views, nav, assets, defaultShop, account }: PageParts): Renderer {
  const draw = (context: Context, status: number, view: string, model: Model): void => {
    const { text, session, mounted, drawn = mounted, key, shop = defaultShop, inTraining } = exchangeOf(context);
    const fragment = requestedFragment(context, drawn?.route.fragments);
    const shell = shellModel({ context, text, shop, inTraining, session, nav, assets, account: account(), key });
    // a page that HTMX did not ask for in part replaces the whole body
    if (isHtmx(context) && !fragment) context.set({ "HX-Retarget": "body", "HX-Reswap": "innerHTML" });
    context.vary("HX-Request, HX-Target, Accept-Language, Cookie");
    context.status = status;
    context.type = "text/html; charset=utf-8";
    context.body = views.render(fragment ?? view, Object.assign(shell, model));
  };

  return {
    reply(context, reply) {
      for (const cookie of reply.cookies ?? []) writeCookie(context, cookie);
      switch (reply.kind) {
        case "page":
          draw(context, reply.status, reply.view, reply.model);
          break;
        case "json":
          sendJson(context, reply.status, reply.body);
          break;
        case "redirect":
          if (reply.flash) leaveFlash(context, reply.flash);
          redirect(context, reply.to);
          break;
        case "empty":
          context.status = reply.status;
          context.body = null;
          break;
        case "file":
          sendFile(context, reply);
          break;
        case "stream":
          context.status = 200;
          context.type = reply.type;
          if (reply.filename) context.attachment(reply.filename);
          context.body = reply.body;
      }
    },

    error(context, error) {
      const { text, id, session } = exchangeOf(context);
      sayWhenToRetry(context, error);
      if (wantsJson(context)) {
        if (error.status === 401) context.set("WWW-Authenticate", 'Bearer realm="pos-odata"');
        sendJson(context, error.status, problemOf(error, text, id));
        context.type = "application/problem+json";
        return;
      }
      const links = Array.isArray(error.details.data?.["links"]) ? error.details.data["links"] : [];
      const heading = text.has(`kernel.error.heading_${error.status}`)
        ? `kernel.error.heading_${error.status}`
        : "kernel.error.heading";
      draw(context, error.status, "error", {
        title: text.t(heading),
        status: error.status,
        heading: text.t(heading),
        message: errorSentence(error, text),
        requestId: id,
        back: session ? "/" : undefined,
        links,
      });
    },

    entrance(context, path) {
      if (isHtmx(context)) {
        context.status = 401;
        context.set("HX-Redirect", path);
        context.body = "";
      } else redirect(context, path);
    },
  };
}

export function sayWhenToRetry(context: Context, { details: { retryAfter } }: AppError): void {
  if (retryAfter !== undefined) context.set("Retry-After", String(retryAfter));
}

/** `private`: who else uses this browser's proxy may not see it. */
function sendFile(context: Context, { type, body, etag, forever }: Extract<Reply, { kind: "file" }>): void {
  context.set("Cache-Control", forever ? "private, max-age=31536000, immutable" : "private, no-cache");
  context.status = 200;
  context.etag = etag;
  if (context.fresh) {
    context.status = 304;
    return;
  }
  context.type = type;
  context.body = body;
}

function redirect(context: Context, to: string): void {
  context.redirect(to);
  context.status = 303;
}

function sendJson(context: Context, status: number, body: unknown): void {
  context.status = status;
  context.type = "application/json";
  context.body = JSON.stringify(body);
}
