/**
 * Two tokens. Access: a JWT (HS256, 1 h) that names the person and the session and nothing else; what the person may do is
 * read from the session, so that a change of role counts at once. Refresh: `<session>.<secret>`, of which only a hash is kept.
 */
import { createHash, type KeyObject, randomBytes } from "node:crypto";
import jwt from "jsonwebtoken";
import type { Clock } from "../../kernel/clock.ts";

export const ACCESS_SECONDS = 3600;
export const REFRESH_SECONDS = 30 * 24 * 3600;
/** What signs and what verifies must agree on. */
export const TOKEN_RULES = { algorithm: "HS256", issuer: "pos-odata", audience: "pos-odata" } as const;

export function signAccess(key: KeyObject, clock: Clock, sessionId: string, userId: number): string {
  const { algorithm, issuer, audience } = TOKEN_RULES;
  const claims = { sid: sessionId, iat: epochSeconds(clock.now()) };
  return jwt.sign(claims, key, { algorithm, issuer, audience, subject: String(userId), expiresIn: ACCESS_SECONDS });
}

export function epochSeconds(instant: Date): number {
  return Math.floor(instant.getTime() / 1000);
}

/** The session a verified token names. */
export function sessionOf(claims: unknown): string | undefined {
  if (typeof claims !== "object" || claims === null || !("sid" in claims)) return undefined;
  return typeof claims.sid === "string" && UUID.test(claims.sid) ? claims.sid : undefined;
}

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

export interface RefreshToken {
  sessionId: string;
  hash: Buffer;
}

export function makeRefresh(sessionId: string): { token: string; hash: Buffer } {
  const secret = randomBytes(32).toString("base64url");
  return { token: `${sessionId}.${secret}`, hash: hashOf(secret) };
}

/** Undefined: not the shape of a refresh token. */
export function readRefresh(token: string): RefreshToken | undefined {
  const match = /^([0-9a-f-]{36})\.([\w-]{43})$/.exec(token);
  const [, sessionId = "", secret = ""] = match ?? [];
  return UUID.test(sessionId) ? { sessionId, hash: hashOf(secret) } : undefined;
}

/** 256 random bits need no slow hash. */
function hashOf(secret: string): Buffer {
  return createHash("sha256").update(secret).digest();
}
