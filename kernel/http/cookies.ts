/**
 * The only place that reads and writes cookies. Over TLS a name gets the prefix `__Host-`: browsers then keep the cookie only
 * from this host, over TLS and for `/`, so that no neighbour under the same domain and nobody on the wire can plant one; a
 * cookie without the prefix is not read there. Scripts read none of them (HttpOnly).
 *
 * SameSite is Lax and not Strict: a link into the shop, from a mail or a chat, must find the person signed in. No write is done
 * by GET, and writes need a form token besides (csrf.ts).
 */
import type { Context } from "koa";
import type { Cookie } from "./reply.ts";

const PREFIX = "__Host-";

/** `name` without a prefix. */
export function readCookie(context: Context, name: string): string | undefined {
  return context.cookies.get(nameOf(context, name));
}

/** A value of undefined removes the cookie. */
export function writeCookie(context: Context, { name, value, maxAge }: Cookie): void {
  context.cookies.set(nameOf(context, name), value ?? null, {
    httpOnly: true,
    sameSite: "lax",
    path: "/",
    secure: context.secure,
    overwrite: true,
    ...(maxAge === undefined ? {} : { maxAge: maxAge * 1000 }),
  });
}

function nameOf(context: Context, name: string): string {
  return context.secure ? PREFIX + name : name;
}
