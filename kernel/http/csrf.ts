/**
 * Writes from our own pages only. Browsers say where a request comes from (Sec-Fetch-Site, Origin, Referer), and a form carries
 * a token: a random secret lives in an HttpOnly cookie, the form has `nonce.HMAC(secret, nonce + session)`. The nonce is new in
 * every page, so compression tells nothing about the token (BREACH), and a token of one session is worth nothing in another.
 */
import { createHmac, randomBytes, randomUUID, timingSafeEqual } from "node:crypto";
import type { Context } from "koa";
import { kernelErrors } from "../errors.ts";
import { readCookie, writeCookie } from "./cookies.ts";

export const CSRF_FIELD = "_csrf";
const COOKIE = "pos_form";

/** A token for the page being drawn; sets the secret's cookie on the first visit. */
export function issueToken(context: Context, sessionId: string | undefined): string {
  let secret = readCookie(context, COOKIE);
  if (!secret || secret.length < 20) {
    secret = randomBytes(18).toString("base64url");
    writeCookie(context, { name: COOKIE, value: secret });
  }
  // 48 random bits of the kind that Node keeps in stock: asking for bytes took most of what a token costs
  const nonce = randomUUID().slice(-12);
  return `${nonce}.${sign(secret, nonce, sessionId)}`;
}

/** Throws FORM_EXPIRED unless the request comes from our own pages and the token is of this browser and this session. */
export function checkForm(context: Context, sessionId: string | undefined, token: unknown): void {
  const secret = readCookie(context, COOKIE);
  if (!isFromHere(context) || !secret || typeof token !== "string") throw kernelErrors.FORM_EXPIRED();
  const [nonce = "", signature = ""] = token.split(".");
  const expected = Buffer.from(sign(secret, nonce, sessionId));
  const given = Buffer.from(signature);
  if (expected.length !== given.length || !timingSafeEqual(expected, given)) throw kernelErrors.FORM_EXPIRED();
}

/**
 * What the browser says of the page that sent the form. Another host of the same site (`same-site`) is another program. Old
 * browsers send no Sec-Fetch-Site, some no Origin either; where nothing is said at all the token alone decides.
 */
function isFromHere(context: Context): boolean {
  const site = context.get("Sec-Fetch-Site");
  if (site !== "" && site !== "same-origin" && site !== "none") return false;
  // who says same-origin has compared the scheme as well
  const scheme = site === "" && context.secure ? "https:" : undefined;
  const page = context.get("Origin") || context.get("Referer");
  return page === "" || isOurs(context, page, scheme);
}

/** `null`, which a browser sends for a page without an origin, is nobody's. */
function isOurs(context: Context, address: string, scheme: string | undefined): boolean {
  const url = URL.canParse(address) ? new URL(address) : undefined;
  return url?.host === context.host && (scheme === undefined || url.protocol === scheme);
}

function sign(secret: string, nonce: string, sessionId: string | undefined): string {
  return createHmac("sha256", secret)
    .update(`${nonce}:${sessionId ?? ""}`)
    .digest("base64url");
}
