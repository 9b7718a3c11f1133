/** A scan at the register with 100,000 products, and what the pages weigh. */
import { randomUUID } from "node:crypto";
import { gzipSync } from "node:zlib";
import { openShop } from "../harness/shop.ts";
import { CODE, stockUp } from "./goods.ts";
import { bareServer, createClient } from "./http.ts";
import { type Figure, percentile, timed } from "./stats.ts";

const PRODUCTS = 100_000;
const HTMX = { "hx-request": "true", "hx-target": "register" };

export async function scan(): Promise<Figure[]> {
  const shop = await openShop({ alone: true });
  const bare = await bareServer();
  try {
    await stockUp(shop.db, PRODUCTS);
    const browser = await shop.browser("employee");
    const page = await browser.get("/pos/new");
    const token = page.fields("#scan-form")["_csrf"];
    const cookie = [...browser.cookies].map(([name, value]) => `${name}=${value}`).join("; ");
    const client = createClient(shop.url, { cookie, "content-type": "application/x-www-form-urlencoded" });
    const peer = createClient(bare.url, {});
    let turn = 0;
    const one = (carts: string[]) => async (who: number) => {
      const code = CODE(1 + ((turn++ * 7919) % PRODUCTS));
      if (turn % 20 === 0) carts[who] = randomUUID();
      const body = `_csrf=${encodeURIComponent(String(token))}&code=${code}`;
      const answer = await client.send("POST", `/pos/carts/${carts[who]}/scan`, body, HTMX);
      if (answer.status !== 200) throw new Error(`a scan answered ${answer.status}`);
    };
    const carts = Array.from({ length: 8 }, () => randomUUID());
    // a server that was just started compiles its own code: not what a cashier meets in the second minute
    await timed(8, 100, one(carts));
    const figures: Figure[] = [];
    for (const clients of [1, 8]) {
      const samples = await timed(clients, 400 / clients, one(carts));
      const constant = await timed(clients, 400 / clients, async () => void (await peer.send("GET", "/")));
      const beside = `bare node:http p95 ${percentile(constant, 0.95).toFixed(1)} ms`;
      const name = `scan and its part of the page, 100,000 products, ${clients} client(s)`;
      figures.push({ name: `${name}, p50`, value: percentile(samples, 0.5), unit: "ms", beside, samples });
      figures.push({
        name: `${name}, p95`,
        value: percentile(samples, 0.95),
        unit: "ms",
        beside,
        samples,
        goal: { atMost: 15 },
      });
    }
    figures.push(...(await weights(client, carts[0] ?? "", String(token))));
    client.close();
    peer.close();
    return figures;
  } finally {
    await bare.close();
    await shop.close();
  }
}

async function weights(client: ReturnType<typeof createClient>, cart: string, token: string): Promise<Figure[]> {
  const page = await client.send("GET", `/pos/carts/${cart}`, undefined, { "accept-encoding": "gzip" });
  const html = page.headers["content-encoding"] === "gzip" ? page.body.length : gzipSync(page.body).length;
  const plain = (await client.send("GET", `/pos/carts/${cart}`)).body.toString();
  const files = [...plain.matchAll(/(?:href|src)="(\/assets\/[^"]+)"/g)].map((match) => match[1] ?? "");
  let total = html;
  for (const file of files)
    total += (await client.send("GET", file, undefined, { "accept-encoding": "gzip" })).body.length;
  const form = `_csrf=${encodeURIComponent(token)}&code=${CODE(1)}`;
  const post = await client.send("POST", `/pos/carts/${cart}/scan`, form, { ...HTMX, "accept-encoding": "gzip" });
  if (post.status !== 200) throw new Error(`a scan answered ${post.status}`);
  const fragment = post.body.length;
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
