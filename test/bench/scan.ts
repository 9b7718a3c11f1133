/** A scan at the register with 100,000 products, and what the pages weigh. */
import { randomUUID } from "node:crypto";
import process from "node:process";
import { gzipSync } from "node:zlib";
import { besideBare } from "./against.ts";
import { CODE, stockUp } from "./goods.ts";
import { bareServer, createClient } from "./http.ts";
import { startLoad } from "./load/load.ts";
import type { Ask } from "./load/protocol.ts";
import { openLogging } from "./open.ts";
import { type Figure, percentile } from "./stats.ts";

const PRODUCTS = Number(process.env["BENCH_SCAN_PRODUCTS"] ?? 100_000);
const CLIENTS = 8;
/** scans of one round, whoever makes them */
const COUNT = 200;
const WARM = 800;
/** between two scans of a busy cashier: faster than hands */
const BUSY_MS = 300;
const LINES = 20;
/** of the cart that is weighed */
const WEIGHED_LINES = 6;
const HTMX = { "hx-request": "true", "hx-target": "register" };

export async function scan(): Promise<Figure[]> {
  const shop = await openLogging({ alone: true });
  const bare = await bareServer();
  const load = startLoad();
  try {
    await stockUp(shop.db, PRODUCTS);
    const browser = await shop.browser("employee");
    const page = await browser.get("/pos/new");
    const token = page.fields("#scan-form")["_csrf"];
    const cookie = [...browser.cookies].map(([name, value]) => `${name}=${value}`).join("; ");
    const client = createClient(shop.url, { cookie, "content-type": "application/x-www-form-urlencoded" });
    const headers = { cookie, "content-type": "application/x-www-form-urlencoded", ...HTMX };
    const customers = customersOf(String(token));
    const turn = () => ({ url: shop.url, headers, asks: customers() });
    // a server that was just started compiles its own code: not what a cashier meets in the second minute
    await load.run({ ...turn(), clients: CLIENTS, count: WARM });
    // as autovacuum does within a minute: plans of empty carts are none of a shop's
    await shop.db.raw("ANALYZE");
    const figures: Figure[] = [];
    const all = [
      { clients: 1, pace: {}, said: "without a pause" },
      { clients: CLIENTS, pace: { everyMs: BUSY_MS }, said: `each every ${BUSY_MS} ms` },
      { clients: CLIENTS, pace: {}, said: "without a pause" },
    ];
    for (const { clients, pace, said } of all) {
      const paced = () => ({ ...turn(), ...pace });
      const { samples, peer, ratio } = await besideBare(load, bare.url, paced, { clients, count: COUNT });
      const name = `scan and its part of the page, ${PRODUCTS.toLocaleString("en")} products, ${clients} client(s) ${said}`;
      const figure = (share: number): Figure => ({
        name: `${name}, p${share * 100}`,
        value: percentile(samples, share),
        unit: "ms",
        beside: ratio,
        samples,
        peer,
      });
      figures.push(figure(0.5), { ...figure(0.95), goal: { atMost: 15 } });
    }
    figures.push(...(await weights(client, String(token))));
    client.close();
    return figures;
  } finally {
    load.close();
    await bare.close();
    await shop.close();
  }
}

/** For each client one customer after the other, of so many lines; each time other carts of other products. */
function customersOf(token: string): () => Ask[][] {
  let turn = 0;
  return () =>
    Array.from({ length: CLIENTS }, () =>
      Array.from({ length: COUNT / LINES }, () => randomUUID()).flatMap((cart) =>
        Array.from({ length: LINES }, () => {
          const code = CODE(1 + ((turn++ * 7919) % PRODUCTS));
          const body = `_csrf=${encodeURIComponent(token)}&code=${code}`;
          return { method: "POST", path: `/pos/carts/${cart}/scan`, body };
        }),
      ),
    );
}

async function weights(client: ReturnType<typeof createClient>, token: string): Promise<Figure[]> {
  const cart = randomUUID();
  const post = async (line: number) => {
    const form = `_csrf=${encodeURIComponent(token)}&code=${CODE(line)}`;
    const answer = await client.send("POST", `/pos/carts/${cart}/scan`, form, { ...HTMX, "accept-encoding": "gzip" });
    if (answer.status !== 200) throw new Error(`a scan answered ${answer.status}`);
    return answer.body.length;
  };
  for (let line = 1; line < WEIGHED_LINES; line++) await post(line);
  const fragment = await post(WEIGHED_LINES);
  const page = await client.send("GET", `/pos/carts/${cart}`, undefined, { "accept-encoding": "gzip" });
  const html = page.headers["content-encoding"] === "gzip" ? page.body.length : gzipSync(page.body).length;
  const plain = (await client.send("GET", `/pos/carts/${cart}`)).body.toString();
  const files = [...plain.matchAll(/(?:href|src)="(\/assets\/[^"]+)"/g)].map((match) => match[1] ?? "");
  let total = html;
  for (const file of files)
    total += (await client.send("GET", file, undefined, { "accept-encoding": "gzip" })).body.length;
  return [
    {
      name: "first visit of the register",
      value: total / 1024,
      unit: "KB",
      beside: "",
      samples: [total],
      goal: { atMost: 50 },
    },
    {
      name: "one interaction",
      value: fragment / 1024,
      unit: "KB",
      beside: "",
      samples: [fragment],
      goal: { atMost: 8 },
    },
  ];
}
