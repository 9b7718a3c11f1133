/** How much longer pages take in a larger shop: with more products, and with more sales behind it. */
import process from "node:process";
import type { Shop } from "../harness/shop.ts";
import { UNLIMITED } from "./get.ts";
import { stockUp } from "./goods.ts";
import { figuresOf } from "./growth/slopes.ts";
import { type Goods, namedAsAsked, type Page, productSteps, type Step, visits } from "./growth/steps.ts";
import { openLogging } from "./open.ts";
import { bearer } from "./sale.ts";
import { generate } from "./shop/generate.ts";
import { analyze, managerIn, managersToken, PASSWORD } from "./shop/manager.ts";
import type { Figure } from "./stats.ts";

const sizesOf = (name: string, usual: string) => (process.env[name] ?? usual).split(",").filter(Boolean).map(Number);
const PRODUCTS = sizesOf("BENCH_GROWTH_PRODUCTS", "1000,10000,100000");
const SALES = sizesOf("BENCH_GROWTH_SALES", "1000,10000");
/** of shops that are generated */
const [SHELF = 1000] = sizesOf("BENCH_GROWTH_SHELF", "1000");
/** one more size by sales: a copy of a shop that was generated before; it is sold in */
const GIVEN = process.env["BENCH_GROWTH_DATABASE_URL"];
const TIMES = 40;
/** rounds at each size, the first too: a server that was just started compiles its own code, and its plans are new: that would hide what grows */
const WARM = Number(process.env["BENCH_WARM"] ?? 200);
const REGISTERS = 8;
/** a shop never has so many products, but it may have so many sales */
const MOST_SALES = 10_000_000;
/** nothing was ever broken in a generated shop: such a list could be looked for in the whole ledger */
const MANAGERS_PAGES = [
  ...["/", "/sales", "/shifts", "/reports", "/inventory?low=1", "/inventory/movements"],
  "/inventory/movements?reason=damaged",
];

type Samples = Map<string, number[][]>;

export async function growth(): Promise<Figure[]> {
  return [...(await byProducts()), ...(await bySales())];
}

async function byProducts(): Promise<Figure[]> {
  const shop = await openLogging({ env: UNLIMITED });
  const samples: Samples = new Map();
  try {
    let there = 0;
    for (const size of PRODUCTS) {
      await stockUp(shop.db, size, there + 1);
      there = size;
      const who = { browser: await shop.browser("admin"), headers: await bearer(shop) };
      await note(samples, productSteps(shop, who, await goodsOf(shop)));
    }
    return figuresOf(samples, PRODUCTS, { what: "products" });
  } finally {
    await shop.close();
  }
}

async function bySales(): Promise<Figure[]> {
  const samples: Samples = new Map();
  const sizes: number[] = [];
  const shops: (() => Promise<Shop>)[] = [...SALES.map((sales) => () => generated(sales)), ...(GIVEN ? [given] : [])];
  for (const open of shops) {
    const shop = await open();
    try {
      const { rows } = await shop.db.raw("SELECT count(*)::int AS count FROM sales");
      sizes.push(rows[0].count);
      const who = { browser: await managerIn(shop), headers: await managersToken(shop) };
      const pages = [...namedAsAsked(MANAGERS_PAGES), ...(await pagesOfLongAgo(shop))];
      const steps = [...visits(who.browser, pages), ...productSteps(shop, who, await goodsOf(shop))];
      await note(samples, steps);
    } finally {
      await shop.close();
    }
  }
  return figuresOf(samples, sizes, { what: "sales", until: MOST_SALES });
}

/** What was sold and moved up to the shop's second day: all that is newer stands before it. */
async function pagesOfLongAgo(shop: Shop): Promise<Page[]> {
  const { rows } = await shop.db.raw("SELECT (min(business_date) + 1)::text AS day FROM sales");
  const [{ day }] = rows;
  return [
    ["/sales of long ago", `/sales?to=${day}`],
    ["/inventory/movements of long ago", `/inventory/movements?to=${day}`],
  ];
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

/** With codes, and with enough on the shelf for what is sold here: the better half of the catalogue. */
async function goodsOf(shop: Shop): Promise<Goods> {
  const { rows } = await shop.db.raw(
    `SELECT p.id::int AS id, p.name, b.code FROM products p JOIN inventory i ON i.product_id = p.id
       JOIN LATERAL (SELECT min(code) AS code FROM product_barcodes WHERE product_id = p.id) b ON b.code IS NOT NULL
     WHERE p.active ORDER BY i.on_hand_milli DESC, p.id`,
  );
  return rows.slice(0, Math.ceil(rows.length / 2));
}

/** Step after step, round after round: each is warm before one of them counts, and what slows the machine down slows all. */
async function note(samples: Samples, steps: [string, Step][]): Promise<void> {
  for (let warm = 0; warm < WARM; warm++) for (const [, step] of steps) await step();
  const taken = new Map<string, number[]>(steps.map(([name]) => [name, []]));
  for (let turn = 0; turn < TIMES; turn++)
    for (const [name, step] of steps) {
      const started = performance.now();
      await step();
      taken.get(name)?.push(performance.now() - started);
    }
  for (const [name, some] of taken) samples.set(name, [...(samples.get(name) ?? []), some]);
}
