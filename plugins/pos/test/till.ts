/** What the tests of the till share: goods on the shelf, a cashier's browser, and the checks that hold after every test. */
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import type { ApiClient } from "../../../test/harness/api-client.ts";
import type { Browser, Page } from "../../../test/harness/browser.ts";
import type { Shop } from "../../../test/harness/shop.ts";

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

export function cartOf(page: Page): string {
  return /\/pos\/carts\/([0-9a-f-]{36})/.exec(page.url)?.[1] ?? assert.fail(`${page.url} is no cart`);
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

/** Every sale adds up, every quantity is the sum of its ledger, and no number is missing or twice. */
export async function assertBooks({ db }: Pick<Shop, "db">): Promise<void> {
  const { rows: uneven } = await db.raw(
    `SELECT s.number FROM sales s
     WHERE s.total_minor <> s.rounding_minor + (SELECT sum(i.total_minor) FROM sale_items i WHERE i.sale_id = s.id)
       OR s.tax_minor <> (SELECT sum(i.tax_minor) FROM sale_items i WHERE i.sale_id = s.id)
       OR s.paid_minor <> (SELECT sum(p.amount_minor) FROM payments p WHERE p.sale_id = s.id)
       OR s.paid_minor - s.change_minor <> s.total_minor OR s.subtotal_minor + s.tax_minor + s.rounding_minor <> s.total_minor`,
  );
  assert.deepEqual(uneven, [], "a sale does not add up");
  const { rows: wrong } = await db.raw(
    `SELECT i.product_id FROM inventory i
     WHERE i.on_hand_milli <> (SELECT coalesce(sum(m.quantity_milli), 0) FROM stock_movements m
       WHERE m.store_id = i.store_id AND m.product_id = i.product_id)`,
  );
  assert.deepEqual(wrong, [], "what is on hand is not the sum of its ledger");
  const { rows: sold } = await db.raw(
    `SELECT s.number FROM sales s
     WHERE (SELECT coalesce(sum(quantity_milli), 0) FROM sale_items WHERE sale_id = s.id)
       <> (SELECT coalesce(-sum(quantity_milli), 0) FROM stock_movements
           WHERE document_type = s.kind AND document_id = s.id AND reason <> 'damaged')`,
  );
  assert.deepEqual(sold, [], "the ledger does not hold what was sold");
  const { rows: numbers } = await db.raw("SELECT number FROM sales ORDER BY id");
  const counted = numbers.map(({ number }: { number: string }) => Number(number.replace(/^.*-/, ""))).sort(byValue);
  const expected = counted.map((_: number, index: number) => index + 1);
  assert.deepEqual(counted, expected, "the numbers have a gap or a double");
}

const byValue = (a: number, b: number) => a - b;
