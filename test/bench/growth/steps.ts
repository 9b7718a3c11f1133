/** What is asked again and again in a shop of each size. */
import type { Browser } from "../../harness/browser.ts";
import type { Shop } from "../../harness/shop.ts";
import { createClient } from "../http.ts";

export type Step = () => Promise<void>;
export type Goods = { id: number; code: string; name: string }[];

export interface Who {
  browser: Browser;
  /** of the API */
  headers: Record<string, string>;
}

const LINES = 5;

/** Its name, and what is asked. */
export type Page = readonly [name: string, path: string];

export const namedAsAsked = (paths: readonly string[]): Page[] => paths.map((path) => [path, path]);

export function visits(browser: Browser, pages: readonly Page[]): [string, Step][] {
  return pages.map(([name, path]) => [
    `GET ${name}`,
    async () => {
      const { status } = await browser.get(path);
      if (status !== 200) throw new Error(`${path} answered ${status}`);
    },
  ]);
}

/** Other products each time. */
export function productSteps(shop: Shop, { browser, headers }: Who, goods: Goods): [string, Step][] {
  const client = createClient(shop.url, headers);
  let turn = 0;
  const next = () => goods[(turn++ * 7919) % goods.length] as Goods[number];
  const asked = (path: () => string) => async () => {
    const at = path();
    const { status } = await client.send("GET", at);
    if (status !== 200) throw new Error(`${at} answered ${status}`);
  };
  const sale = async () => {
    const products = new Set(Array.from({ length: LINES }, () => next().id));
    const items = [...products].map((id) => ({ product_id: id, quantity: "1" }));
    const payments = [{ method: "cash", amount: "99999999" }];
    const body = JSON.stringify({ register_id: 1, items, payments });
    const key = { "idempotency-key": crypto.randomUUID() };
    const answer = await client.send("POST", "/api/v1/sales", body, key);
    if (answer.status !== 201) throw new Error(`a sale answered ${answer.status}: ${answer.body}`);
  };
  const scan = async () => {
    const page = await browser.get("/pos/new");
    await page.submit("#scan-form", { code: next().code });
  };
  return [
    ["GET of a product", asked(() => `/api/v1/products/${next().id}`)],
    ["GET of a list's page", asked(() => "/api/v1/products?limit=50")],
    ["a search", asked(() => `/api/v1/products?limit=20&q=${encodeURIComponent(next().name)}`)],
    ["a sale", sale],
    ["a scan and its page", scan],
    ...visits(browser, namedAsAsked(["/pos", "/products"])),
  ];
}
