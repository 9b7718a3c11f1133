/** How much longer pages take in a larger shop: with more products, and with more sales behind it. */
import process from "node:process";
import type { Shop } from "../harness/shop.ts";
import { UNLIMITED } from "./get.ts";
import { CODE, stockUp } from "./goods.ts";
import { createClient } from "./http.ts";
import { openLogging } from "./open.ts";
import { salesOf } from "./registers.ts";
import { bearer } from "./sale.ts";
import { generate } from "./shop/generate.ts";
import { analyze, managerIn, PASSWORD } from "./shop/manager.ts";
import { type Figure, median } from "./stats.ts";

const sizesOf = (name: string, usual: string) => (process.env[name] ?? usual).split(",").filter(Boolean).map(Number);
const PRODUCTS = sizesOf("BENCH_GROWTH_PRODUCTS", "1000,10000,100000");
const SALES = sizesOf("BENCH_GROWTH_SALES", "1000,10000");
/** of shops that are generated */
const [SHELF = 1000] = sizesOf("BENCH_GROWTH_SHELF", "1000");
/** one more size by sales: a shop that was generated before */
const GIVEN = process.env["BENCH_GROWTH_DATABASE_URL"];
const TIMES = 40;
/** a server that was just started compiles its own code: that would hide what grows */
const WARM = 80;
/** linear is 1 */
const MOST = 0.5;
const REGISTERS = 8;

type Step = () => Promise<void>;

export async function growth(): Promise<Figure[]> {
  return [...(await byProducts()), ...(await bySales())];
}

async function byProducts(): Promise<Figure[]> {
  const shop = await openLogging({ env: UNLIMITED });
  try {
    const medians = new Map<string, number[]>();
    let there = 0;
    for (const size of PRODUCTS) {
      await stockUp(shop.db, size, there + 1);
      there = size;
      await note(medians, await productSteps(shop, size));
    }
    return figures(medians, PRODUCTS, "products");
  } finally {
    await shop.close();
  }
}

async function bySales(): Promise<Figure[]> {
  const medians = new Map<string, number[]>();
  const sizes: number[] = [];
  const shops: (() => Promise<Shop>)[] = [...SALES.map((sales) => () => generated(sales)), ...(GIVEN ? [given] : [])];
  for (const open of shops) {
    const shop = await open();
    try {
      const { rows } = await shop.db.raw("SELECT count(*)::int AS count FROM sales");
      sizes.push(rows[0].count);
      await note(medians, await managersVisits(shop));
    } finally {
      await shop.close();
    }
  }
  return figures(medians, sizes, "sales");
}

const given = () => openLogging({ env: { DATABASE_URL: GIVEN ?? "", ...UNLIMITED } });

async function generated(sales: number): Promise<Shop> {
  const shop = await openLogging({ env: UNLIMITED });
  const until = new Date(Date.now() - 86_400_000).toISOString().slice(0, 10);
  const wanted = { products: SHELF, sales, registers: REGISTERS, seed: 1, until, password: PASSWORD };
  await generate(shop.kernel.db, wanted, () => {});
  await analyze(shop);
  return shop;
}

async function managersVisits(shop: Shop): Promise<[string, Step][]> {
  const browser = await managerIn(shop);
  return ["/", "/sales", "/shifts", "/reports", "/inventory?low=1"].map((path) => [
    `GET ${path}`,
    async () => {
      const { status } = await browser.get(path);
      if (status !== 200) throw new Error(`${path} answered ${status}`);
    },
  ]);
}

async function productSteps(shop: Shop, size: number): Promise<[string, Step][]> {
  const browser = await shop.browser("admin");
  const client = createClient(shop.url, await bearer(shop));
  const [sale] = salesOf()[0] ?? [];
  let turn = 0;
  const id = () => 1 + ((turn++ * 7919) % size);
  const asked = (path: () => string) => async () => {
    const at = path();
    const { status } = await client.send("GET", at);
    if (status !== 200) throw new Error(`${at} answered ${status}`);
  };
  return [
    ["GET of a product", asked(() => `/api/v1/products/${id()}`)],
    ["GET of a list's page", asked(() => "/api/v1/products?limit=50")],
    ["a search", asked(() => `/api/v1/products?limit=20&q=prueba+${id()}`)],
    [
      "a sale",
      async () => {
        const key = { "idempotency-key": crypto.randomUUID() };
        const { status, body } = await client.send("POST", "/api/v1/sales", firstRegister(sale?.body, id), key);
        if (status !== 201) throw new Error(`a sale answered ${status}: ${body}`);
      },
    ],
    [
      "a scan and its page",
      async () => {
        const page = await browser.get("/pos");
        await page.submit("#scan-form", { code: CODE(id()) });
      },
    ],
  ];
}

/** Other products each time. */
function firstRegister(body: string | undefined, id: () => number): string {
  const sale = JSON.parse(body ?? "{}") as { items: { product_id: number }[] };
  const items = sale.items.map((item) => ({ ...item, product_id: id() }));
  return JSON.stringify({ ...sale, items });
}

async function note(medians: Map<string, number[]>, steps: [string, Step][]): Promise<void> {
  for (const [name, step] of steps) {
    for (let warm = medians.has(name) ? TIMES : 0; warm < WARM; warm++) await step();
    const samples: number[] = [];
    for (let turn = 0; turn < TIMES; turn++) {
      const started = performance.now();
      await step();
      samples.push(performance.now() - started);
    }
    medians.set(name, [...(medians.get(name) ?? []), median(samples)]);
  }
}

function figures(medians: Map<string, number[]>, sizes: number[], what: string): Figure[] {
  const decades = sizes.map(Math.log10);
  const short = new Intl.NumberFormat("en", { notation: "compact" });
  return [...medians].map(([name, times]) => ({
    name: `${name}: growth with ${what}, linear is 1`,
    value: slope(decades, times.map(Math.log10)),
    unit: "",
    beside: `${slope(decades, times).toFixed(1)} ms each tenfold; p50 ${times.map((ms, at) => `${ms.toFixed(1)} ms at ${short.format(sizes[at] ?? 0)}`).join(", ")}`,
    samples: times,
    goal: { atMost: MOST },
  }));
}

/** Of the straight line that misses the points least. */
function slope(xs: readonly number[], ys: readonly number[]): number {
  const mean = (values: readonly number[]) => values.reduce((sum, one) => sum + one, 0) / values.length;
  const [x, y] = [mean(xs), mean(ys)];
  const over = xs.reduce((sum, one, at) => sum + (one - x) * ((ys[at] ?? 0) - y), 0);
  return over / xs.reduce((sum, one) => sum + (one - x) ** 2, 0);
}
