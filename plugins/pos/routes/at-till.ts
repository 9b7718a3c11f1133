/** Which register a browser stands at: chosen once, kept in a cookie. Whatever is in it, only a register in use counts. */
import type { Cookie } from "../../../kernel/http/reply.ts";

const COOKIE = "pos_register";
const YEAR_SECONDS = 31_536_000;

/** Undefined: nobody has chosen; the first register in use serves. */
export function atTill(request: { cookie(name: string): string | undefined }): number | undefined {
  const kept = request.cookie(COOKIE) ?? "";
  return /^[1-9]\d{0,14}$/.test(kept) ? Number(kept) : undefined;
}

export function registerCookie(id: number): Cookie {
  return { name: COOKIE, value: String(id), maxAge: YEAR_SECONDS };
}
