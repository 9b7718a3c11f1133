/** What the tests of the doors share: people hired for one story, tries from browsers and programs, codes of an app. */
import assert from "node:assert/strict";
import { Secret, TOTP } from "otpauth";
import { type Answer, type ApiClient, createApiClient } from "../../../test/harness/api-client.ts";
import type { Browser, Page } from "../../../test/harness/browser.ts";
import type { Shop } from "../../../test/harness/shop.ts";

export const PASSWORD = "una frase corta";
export const OTHER = "otra frase corta";

export interface Problem {
  code: string;
  title: string;
  errors?: { field: string; code: string }[];
}

export interface Tokens extends Problem {
  access_token: string;
}

export async function hire(shop: Shop, username: string, role = "employee"): Promise<number> {
  const body = { username, full_name: `${username} Prueba`, role, password: PASSWORD };
  const answer = await (await shop.api("admin")).post<{ id: number }>("/api/v1/users", body);
  assert.equal(answer.status, 201, answer.text);
  return answer.body.id;
}

export async function tryApi(shop: Shop, username: string, password: string, totp?: string): Promise<Answer<Tokens>> {
  const code = totp === undefined ? {} : { totp };
  return (await shop.api()).post<Tokens>("/api/v1/auth/login", { username, password, ...code });
}

export async function clientOf(shop: Shop, username: string, password = PASSWORD, totp?: string): Promise<ApiClient> {
  const answer = await tryApi(shop, username, password, totp);
  assert.equal(answer.status, 200, answer.text);
  return createApiClient(() => shop.url, answer.body.access_token);
}

export async function tryPage(browser: Browser, username: string, password: string): Promise<Page> {
  return (await browser.get("/login")).submit("#login", { username, password });
}

/** The code that an app shows `steps` of 30 seconds from now. */
export function codeOf(secret: string, steps = 0): string {
  const totp = new TOTP({ secret: Secret.fromBase32(secret.replaceAll(" ", "")) });
  return totp.generate({ timestamp: Date.now() + steps * 30_000 });
}

/** Six digits that are no code of these minutes. */
export function wrongCode(secret: string): string {
  const right = new Set([-2, -1, 0, 1, 2].map((steps) => codeOf(secret, steps)));
  return ["000000", "111111", "222222", "333333", "444444", "555555"].find((code) => !right.has(code)) ?? "";
}

/** So that codes used a moment ago are good again, as if time had passed. */
export async function forgetSteps(shop: Shop): Promise<void> {
  await shop.db.raw("UPDATE second_factors SET last_step = 0");
}

/** As if all locks were over. */
export async function waitOutLocks(shop: Shop): Promise<void> {
  await shop.db.raw("UPDATE sign_in_failures SET locked_until = now() - interval '1 second'");
}

export async function audited(shop: Shop, action: string, userId?: number) {
  const { rows } = await shop.db.raw(
    "SELECT user_name, subject, after, reason FROM audit_log WHERE action = :action AND (:subject = '' OR subject = :subject) ORDER BY id",
    { action, subject: userId === undefined ? "" : `user:${userId}` },
  );
  return rows as { user_name: string | null; subject: string; after: Record<string, unknown>; reason: string | null }[];
}
