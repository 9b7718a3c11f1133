/** What the tests of the till share: goods on the shelf, a cashier's browser, and the checks that hold after every test. */
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import type { ApiClient } from "../../../test/harness/api-client.ts";
import type { Browser, Page } from "../../../test/harness/browser.ts";
import type { Shop } from "../../../test/harness/shop.ts";
import { invariants as stockInvariants } from "../../inventory/invariants.ts";
import { invariants } from "../invariants.ts";

export interface Goods {
  id: number;
  sku: string;
  name: string;
  price: string;
  on_hand: string;
}

export interface SaleAnswer {
  id: number;
  number: string;
  status: string;
  cashier: { id: number; name: string };
  customer_id: number | null;
  shift_id: number;
  currency: string;
  lines: Record<string, unknown>[];
  subtotal: string;
  discount: string;
  tax: string;
  rounding: string;
  total: string;
  payments: { method: string; amount: string; reference: string | null }[];
  paid: string;
  change: string;
  business_date: string;
  created_at: string;
}

export interface ProblemAnswer {
  status: number;
  code: string;
  title: string;
  errors?: { field: string; code: string; message: string }[];
  lines?: Record<string, unknown>[];
  [member: string]: unknown;
}

/** A product with stock. Money as decimal strings; `stock` in units, default 100. */
export async function stocked(
  shop: Shop,
  facts: { sku: string; stock?: string } & Record<string, unknown>,
): Promise<Goods> {
  const admin = await shop.api("admin");
  const { stock = "100", ...rest } = facts;
  const made = await admin.post<Goods>("/api/v1/products", { name: facts.sku, price: "1000", ...rest });
  assert.equal(made.status, 201, made.text);
  const body = { product_id: made.body.id, quantity: stock, reason: "received" };
  const adjusted = await admin.post("/api/v1/inventory/adjustments", body, { key: randomUUID() });
  assert.equal(adjusted.status, 201, adjusted.text);
  return made.body;
}

export async function onHand(shop: Shop, goods: Pick<Goods, "id">): Promise<string> {
  const admin = await shop.api("admin");
  return (await admin.get<Goods>(`/api/v1/products/${goods.id}`)).body.on_hand;
}

/** Scans into the page's cart; the page after it. */
export function scan(page: Page, code: string): Promise<Page> {
  return page.submit("#code", { code });
}

/** A register with these codes in the cart. */
export async function rung(browser: Browser, ...codes: string[]): Promise<Page> {
  let page = await browser.get("/pos/new");
  for (const code of codes) page = await scan(page, code);
  return page;
}

/** The page behind a link. */
export function follow(browser: Browser, page: Page, selector: string): Promise<Page> {
  return browser.get(
    page.root.querySelector(selector)?.getAttribute("href") ?? assert.fail(`no ${selector}: ${page.text}`),
  );
}

export function cartOf(page: Page): string {
  const path = page.url === "/pos" ? page.form("#code").getAttribute("action") : page.url;
  return /\/pos\/carts\/([0-9a-f-]{36})/.exec(path ?? "")?.[1] ?? assert.fail(`${page.url} is no cart`);
}

/** The pay form as it would be sent, to be sent more than once. */
export function payment(page: Page, amount = ""): { path: string; fields: Record<string, string> } {
  const form = page.form("#amount");
  const fields = { ...(page.fields("#amount") as Record<string, string>), amount };
  return { path: form.getAttribute("action") ?? assert.fail("the pay form goes nowhere"), fields };
}

export function saleIdOf(page: Page): number {
  const [, id] = /^\/sales\/(\d+)\/receipt$/.exec(page.url) ?? assert.fail(`${page.url} is no receipt: ${page.text}`);
  return Number(id);
}

export function ring(client: ApiClient, body: unknown, key: string = randomUUID()) {
  return client.post<SaleAnswer & ProblemAnswer>("/api/v1/sales", body, { key });
}

export const cash = (amount: string) => [{ method: "cash", amount }];

/** Amounts of money in a text as digits: `$ 12.500` and `$12,500` are `12500`. */
export function digits(text: string): string {
  return text.replace(/[^\d]/g, "");
}

/** Every invariant of the books holds, by the functions that also watch a running shop. */
export async function assertBooks({ db }: Pick<Shop, "db">): Promise<void> {
  for (const { name, check } of [...stockInvariants, ...invariants])
    assert.deepEqual(await check(db, { since: undefined, limit: 10 }), [], name);
}
