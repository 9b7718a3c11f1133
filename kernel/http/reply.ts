/** What a handler answers. The kernel turns it into HTTP; a handler never touches headers or HX anything. */
import type { Readable } from "node:stream";
import type { Params } from "../i18n.ts";

/** What a view gets: plain, decided values. */
export type Model = Record<string, unknown>;

export interface Cookie {
  name: string;
  /** undefined removes it */
  value: string | undefined;
  /** seconds; left out: until the browser closes */
  maxAge?: number;
}

/** A sentence shown once on the next page. `text` is a locale key. */
export interface Flash {
  text: string;
  params?: Params;
}

export type Reply =
  | { kind: "page"; status: number; view: string; model: Model; cookies?: Cookie[] }
  | { kind: "json"; status: number; body: unknown; cookies?: Cookie[] }
  | { kind: "redirect"; to: string; flash?: Flash; cookies?: Cookie[] }
  | { kind: "empty"; status: number; cookies?: Cookie[] }
  | { kind: "file"; type: string; body: Buffer; etag: string; forever: boolean; cookies?: Cookie[] }
  | { kind: "stream"; type: string; filename?: string; body: Readable; cookies?: Cookie[] };

/** An HTML page: `view` is `plugin/name` in the plugin's views folder; `model.title` is the page's title. */
export function page(view: string, model: Model, options: { status?: number; cookies?: Cookie[] } = {}): Reply {
  return { kind: "page", status: options.status ?? 200, view, model, ...pick(options.cookies) };
}

export function json(body: unknown, status = 200): Reply {
  return { kind: "json", status, body };
}

/** 303 See Other: the browser asks for `to` with GET, so that reload never repeats the POST. */
export function redirect(to: string, options: { flash?: Flash; cookies?: Cookie[] } = {}): Reply {
  return { kind: "redirect", to, ...(options.flash ? { flash: options.flash } : {}), ...pick(options.cookies) };
}

export function empty(status = 204): Reply {
  return { kind: "empty", status };
}

/** A download (with filename) or a long answer in constant memory. */
export function stream(type: string, body: Readable, filename?: string): Reply {
  return { kind: "stream", type, body, ...(filename === undefined ? {} : { filename }) };
}

/**
 * A file that the browser shows and keeps for the person: with `forever` it never asks again, so the address must change with
 * the content; else it asks each time whether `etag` still holds.
 */
export function file(type: string, body: Buffer, { etag, forever }: { etag: string; forever: boolean }): Reply {
  return { kind: "file", type, body, etag, forever };
}

function pick(cookies: Cookie[] | undefined): { cookies?: Cookie[] } {
  return cookies ? { cookies } : {};
}
