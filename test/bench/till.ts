/** Eight busy registers in a shop with years of sales behind it: what a scan and a payment take. */
import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import process from "node:process";
import pg from "pg";
import { openShop, type Shop } from "../harness/shop.ts";
import { bareServer } from "./http.ts";
import { generate } from "./shop/generate.ts";
import { PASSWORD } from "./shop/manager.ts";
import { type Figure, percentile } from "./stats.ts";
import { beside } from "./till/beside.ts";
import type { Order, Run, Waited } from "./till/protocol.ts";
import { createServerTime, type ServerTime } from "./till/server-time.ts";

const PRODUCTS = Number(process.env["BENCH_PRODUCTS"] ?? 50_000);
const SALES = Number(process.env["BENCH_SALES"] ?? 1_000_000);
const SECONDS = Number(process.env["BENCH_SECONDS"] ?? 60);
const REGISTERS = 8;
const LINES = 8;
const PAUSE_MS = 300;
/** milliseconds at p95 */
const SCAN = 25;
const PAY = 40;

export async function till(): Promise<Figure[]> {
  const time = createServerTime();
  // BENCH_DATABASE_URL: a shop that was generated before, with the same password; it is sold in
  const given = process.env["BENCH_DATABASE_URL"];
  const shop = await openShop({ log: time.log, env: given ? { DATABASE_URL: given } : {} });
  const bare = await bareServer();
  let cashiers: ChildProcess | undefined;
  try {
    if (!given) await stockShop(shop);
    console.log(await sizeOf(shop));
    cashiers = fork(join(import.meta.dirname, "till/cashiers.ts"), { execArgv: ["--import", "tsx"] });
    const order = { url: shop.url, bareUrl: bare.url, password: PASSWORD, lines: LINES, ...(await whoAndWhat(shop)) };
    await ask(cashiers, order satisfies Order);
    // a server that was just started compiles its own code: not what a cashier meets after the first customers
    await run(cashiers, { run: "till", seconds: Math.min(20, SECONDS), pauseMs: 0 });
    const figures: Figure[] = [];
    for (const [pace, pauseMs] of [
      [`${PAUSE_MS} ms between keys`, PAUSE_MS],
      ["no pause", 0],
    ] as const) {
      const { bare: constant } = await run(cashiers, { run: "bare", seconds: 5, pauseMs });
      time.forget();
      const waited = await run(cashiers, { run: "till", seconds: SECONDS, pauseMs });
      figures.push(...figuresOf(pace, waited, time, constant));
    }
    return [...figures, ...(await beside(shop))];
  } finally {
    cashiers?.disconnect();
    await bare.close();
    await shop.close();
  }
}

async function stockShop(shop: Shop): Promise<void> {
  const until = new Date(Date.now() - 86_400_000).toISOString().slice(0, 10);
  const wanted = { products: PRODUCTS, sales: SALES, registers: REGISTERS, seed: 1, until, password: PASSWORD };
  await generate(shop.kernel.db, wanted, console.log);
  const started = performance.now();
  await shop.kernel.ledgers.seal();
  console.log(`sealed what was left in ${Math.round((performance.now() - started) / 1000)} s`);
  // a shop that has been selling for years was vacuumed on the way
  const client = new pg.Client(shop.kernel.config.DATABASE_URL);
  await client.connect();
  await client.query("VACUUM ANALYZE");
  await client.end();
}

async function sizeOf(shop: Shop): Promise<string> {
  const { rows } = await shop.db.raw(
    "SELECT (SELECT count(*) FROM products) AS products, (SELECT count(*) FROM sales) AS sales",
  );
  const count = (number: number) => number.toLocaleString("en");
  return `${count(rows[0].products)} products, ${count(rows[0].sales)} sales, ${REGISTERS} registers`;
}

async function whoAndWhat(shop: Shop): Promise<Pick<Order, "cashiers" | "codes">> {
  const registers = await shop.db.raw("SELECT id FROM registers WHERE active ORDER BY id LIMIT ?", [REGISTERS]);
  const products = await shop.db.raw(
    "SELECT coalesce((SELECT min(code) FROM product_barcodes b WHERE b.product_id = p.id), sku) AS code FROM products p ORDER BY id",
  );
  return {
    cashiers: registers.rows.map(({ id }: { id: number }, index: number) => ({
      username: `caja${index + 1}a`,
      registerId: id,
    })),
    codes: products.rows.map(({ code }: { code: string }) => code),
  };
}

function ask(child: ChildProcess, message: object): Promise<unknown> {
  const answer = once(child, "message").then(([said]) => said);
  const gone = once(child, "exit").then(() => Promise.reject(new Error("the cashiers have gone")));
  child.send(message);
  return Promise.race([answer, gone]);
}

const run = async (child: ChildProcess, what: Run) => (await ask(child, what)) as Waited;

function figuresOf(where: string, waited: Waited, time: ServerTime, constant: readonly number[]): Figure[] {
  const peer = `bare node:http p95 ${percentile(constant, 0.95).toFixed(1)} ms`;
  const three = (name: string, samples: number[], atMost: number, beside = ""): Figure[] =>
    [0.5, 0.95, 0.99].map((share) => ({
      name: `${where}: ${name}, p${share * 100}`,
      value: percentile(samples, share),
      unit: "ms",
      ...(share === 0.95 ? { beside, samples, goal: { atMost } } : { beside: "", samples: [] }),
    }));
  console.log(`${where}: ${waited.scan.length} scans, ${waited.pay.length} payments, ${waited.refused} refused`);
  return [
    ...three("scan and its lines drawn, server", time.of("POST", "/pos/carts/:cart/scan"), SCAN),
    ...three("scan as the cashier waits", waited.scan, SCAN, peer),
    ...three("pay, server", time.of("POST", "/pos/carts/:cart/pay"), PAY),
    ...three("pay and receipt as the cashier waits", waited.pay, PAY, peer),
  ];
}
