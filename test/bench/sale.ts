/** Sales of five lines through HTTP, against the same statements by pgbench on the same server. */
import { randomUUID } from "node:crypto";
import type { Shop } from "../harness/shop.ts";
import { stockUp } from "./goods.ts";
import { type Load, perSecond, startLoad, withRest } from "./load/load.ts";
import type { Answer, Ask } from "./load/protocol.ts";
import { openLogging } from "./open.ts";
import { pgbench } from "./pgbench.ts";
import { openRegisters, REGISTERS, salesOf } from "./registers.ts";
import { sameStatements } from "./same-statements.ts";
import { type Figure, interleaved, median, percentile, ROUNDS } from "./stats.ts";

const PRODUCTS = 5000;
const SECONDS = 3;

export async function sale(): Promise<Figure[]> {
  const shop = await openLogging({ alone: true });
  const load = startLoad();
  try {
    await stockUp(shop.db, PRODUCTS);
    await openRegisters(shop.db);
    const headers = await bearer(shop);
    const asks = salesOf();
    const url = shop.url;
    // a server that was just started compiles its own code: not what a cashier meets after the first customers
    await load.run({ url, headers, asks, clients: REGISTERS, count: 600 });
    // its plans are of empty tables until then: autovacuum does it within a minute, pgbench comes with new connections each time
    await shop.db.raw("ANALYZE");
    const script = await scriptOf(shop, headers, asks);
    await shop.kernel.outbox.drain();
    const both = { shop, load, headers, asks, script };
    return [...(await against(both, 1)), ...(await against(both, REGISTERS))];
  } finally {
    load.close();
    await shop.close();
  }
}

/** For pgbench: the statements of a sale that is rung now. At the last register: its id is no other one's of the sale. */
export async function scriptOf(shop: Shop, headers: Record<string, string>, asks: Ask[][]): Promise<string> {
  const { path, body = "" } = asks.at(-1)?.[0] ?? { path: "" };
  const key = randomUUID();
  const { register_id: registerId, items } = JSON.parse(body) as {
    register_id: number;
    items: { product_id: number }[];
  };
  const productIds = items.map(({ product_id: id }) => id);
  return sameStatements(shop.db, { key, registerId, productIds }, async () => {
    const sent = { ...headers, "idempotency-key": key };
    const answer = await fetch(shop.url + path, { method: "POST", headers: sent, body });
    if (answer.status !== 201) throw new Error(await answer.text());
  });
}

interface Both {
  shop: Shop;
  load: Load;
  headers: Record<string, string>;
  asks: Ask[][];
  /** of pgbench */
  script: string;
}

async function against({ shop, load, headers, asks, script }: Both, clients: number): Promise<Figure[]> {
  const database = shop.kernel.config.DATABASE_URL ?? "";
  const [ours = [], peers = []] = await interleaved<Pick<Answer, "samples" | "seconds"> | undefined>(ROUNDS, [
    () =>
      withRest(load.run({ url: shop.url, headers, asks, clients, seconds: SECONDS }), () => shop.kernel.outbox.drain()),
    () => pgbench(database, clients, SECONDS, script),
  ]);
  const rates = ours.flatMap((one) => (one ? [perSecond(one)] : []));
  const peerRates = peers.flatMap((one) => (one ? [perSecond(one)] : []));
  const samples = ours.flatMap((one) => one?.samples ?? []);
  const peerSamples = peers.flatMap((one) => one?.samples ?? []);
  const where = `${clients} client(s)`;
  const p99 = percentile(samples, 0.99);
  if (peerRates.length === 0)
    return [
      { name: `sales of 5 lines, ${where}`, value: median(rates), unit: "/s", beside: "no pgbench here", samples },
    ];
  const busy = clients > 1;
  const peerP99 = percentile(peerSamples, 0.99);
  return [
    {
      name: `sales of 5 lines, ${where}, of pgbench`,
      value: (100 * median(rates)) / median(peerRates),
      unit: "%",
      beside: `${median(rates).toFixed(0)}/s, pgbench ${median(peerRates).toFixed(0)}/s`,
      samples: rates,
      peer: peerRates,
      ...(busy ? { goal: { atLeast: 50 } } : {}),
    },
    {
      name: `one sale, ${where}, p99 of pgbench's`,
      value: p99 / peerP99,
      unit: "x",
      beside: `p50 ${median(samples).toFixed(1)}, p95 ${percentile(samples, 0.95).toFixed(1)}, p99 ${p99.toFixed(1)} ms; pgbench p99 ${peerP99.toFixed(1)} ms`,
      samples,
      peer: peerSamples,
      ...(busy ? { goal: { atMost: 4 } } : {}),
    },
  ];
}

export async function bearer(shop: Shop): Promise<Record<string, string>> {
  const login = await (await shop.api()).post<{ access_token: string }>("/api/v1/auth/login", {
    username: "admin",
    password: "correct horse battery",
  });
  return { authorization: `Bearer ${login.body.access_token}`, "content-type": "application/json" };
}
