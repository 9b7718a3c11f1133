/**
 * Form tokens for cookie sessions. A random secret lives in an HttpOnly cookie; a form carries `nonce.HMAC(secret, nonce +
 * session)`. The nonce is new in every page, so compression tells nothing about the token (BREACH), and a token of one
 * session is worth nothing in another.
 */
import { createHmac, randomBytes, timingSafeEqual } from "node:crypto";
import type { Context } from "koa";
import { kernelErrors } from "../errors.ts";

export const CSRF_FIELD = "_csrf";
const COOKIE = "pos_form";

/** A token for the page being drawn; sets the secret's cookie on the first visit. */
export function issueToken(context: Context, sessionId: string | undefined): string {
  let secret = context.cookies.get(COOKIE);
  if (!secret || secret.length < 20) {
    secret = randomBytes(18).toString("base64url");
    context.cookies.set(COOKIE, secret, { httpOnly: true, sameSite: "lax", secure: context.secure, overwrite: true });
  }
  const nonce = randomBytes(6).toString("base64url");
  return `${nonce}.${sign(secret, nonce, sessionId)}`;
}

/** Throws FORM_EXPIRED unless the token is of this browser and this session, and the request comes from our own pages. */
export function checkToken(context: Context, sessionId: string | undefined, token: unknown): void {
  const site = context.get("Sec-Fetch-Site");
  if (site === "cross-site" || !sameOrigin(context)) throw kernelErrors.FORM_EXPIRED();
  const secret = context.cookies.get(COOKIE);
  if (!secret || typeof token !== "string") throw kernelErrors.FORM_EXPIRED();
  const [nonce = "", signature = ""] = token.split(".");
  const expected = Buffer.from(sign(secret, nonce, sessionId));
  const given = Buffer.from(signature);
  if (expected.length !== given.length || !timingSafeEqual(expected, given)) throw kernelErrors.FORM_EXPIRED();
}

function sameOrigin(context: Context): boolean {
  const origin = context.get("Origin");
  if (origin === "" || origin === "null") return origin === "";
  try {
    return new URL(origin).host === context.host;
  } catch {
    return false;
  }
}

function sign(secret: string, nonce: string, sessionId: string | undefined): string {
  return createHmac("sha256", secret)
    .update(`${nonce}:${sessionId ?? ""}`)
    .digest("base64url");
}
