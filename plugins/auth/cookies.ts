/** A browser holds its two tokens in cookies that no script can read. The kernel writes them (kernel/http/cookies.ts). */
import type { Context } from "koa";
import { writeCookie } from "../../kernel/http/cookies.ts";
import type { Cookie } from "../../kernel/http/reply.ts";
import type { Tokens } from "./domain.ts";
import { ACCESS_SECONDS, REFRESH_SECONDS } from "./tokens.ts";

export const ACCESS_COOKIE = "pos_access";
export const REFRESH_COOKIE = "pos_refresh";

/** For the reply that starts a session. Without a new refresh token the one held stays. */
export function sessionCookies({ access, refresh }: Tokens): Cookie[] {
  const cookies: Cookie[] = [{ name: ACCESS_COOKIE, value: access, maxAge: ACCESS_SECONDS }];
  if (refresh !== undefined) cookies.push({ name: REFRESH_COOKIE, value: refresh, maxAge: REFRESH_SECONDS });
  return cookies;
}

export function goneCookies(): Cookie[] {
  return [
    { name: ACCESS_COOKIE, value: undefined },
    { name: REFRESH_COOKIE, value: undefined },
  ];
}

/** For a renewal on the way to the handler, as the kernel does it for a reply. */
export function writeCookies(context: Context, cookies: readonly Cookie[]): void {
  for (const cookie of cookies) writeCookie(context, cookie);
}
