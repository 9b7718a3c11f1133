/** What the built program holds of the machine's memory with 100,000 products, after 10,000 requests and after many more. */
import process from "node:process";
import { setTimeout as pause } from "node:timers/promises";
import { startApps } from "./apps.ts";
import { stockUp } from "./goods.ts";
import { startLoad } from "./load/load.ts";
import { residentMegabytes } from "./memory.ts";
import type { Figure } from "./stats.ts";

const PRODUCTS = Number(process.env["BENCH_PRODUCTS"] ?? 100_000);
const FIRST = 10_000;
const ALL = Math.max(FIRST, Number(process.env["BENCH_REQUESTS"] ?? 30_000));
const CLIENTS = 8;
/** what a request left is swept up by then */
const REST_MS = 2000;

export async function memory(): Promise<Figure[]> {
  const apps = await startApps(1);
  const load = startLoad();
  const [app] = apps.all;
  try {
    if (!app) throw new Error("no app was started");
    await stockUp(apps.db, PRODUCTS);
    // the search has read them
    await apps.db.raw("INSERT INTO search_changes (product_id) SELECT id FROM products");
    await until(app.url, apps.headers);
    const paths = Array.from({ length: 1000 }, (_, index) => 1 + ((index * 7919) % PRODUCTS)).flatMap((id) => [
      `/api/v1/products/${id}`,
      `/api/v1/products?limit=20&q=prueba+${id}`,
    ]);
    const asks = [paths.map((path) => ({ method: "GET", path }))];
    const held = async (count: number) => {
      await load.run({ url: app.url, headers: apps.headers, asks, clients: CLIENTS, count });
      await pause(REST_MS);
      return residentMegabytes(app.pid());
    };
    const early = await held(FIRST);
    const late = ALL > FIRST ? await held(ALL - FIRST) : early;
    if (early === undefined || late === undefined) return [];
    const times = (count: number) => count.toLocaleString("en");
    return [
      {
        name: `memory of the app with ${times(PRODUCTS)} products`,
        value: late,
        unit: "MB",
        beside: `after ${times(ALL)} requests`,
        samples: [early, late],
        goal: { atMost: 200 },
      },
      {
        name: `memory after ${times(ALL)} requests, of that after ${times(FIRST)}`,
        value: (100 * late) / early,
        unit: "%",
        beside: `${late.toFixed(0)} and ${early.toFixed(0)} MB; the goal is of 1,000,000`,
        samples: [late],
        peer: [early],
        goal: { atMost: 110 },
      },
    ];
  } finally {
    load.close();
    await apps.close();
  }
}

async function until(url: string, headers: Record<string, string>): Promise<void> {
  for (const started = performance.now(); ; await pause(200)) {
    const answer = (await (await fetch(`${url}/api/v2/ai/health`, { headers })).json()) as { products: number };
    if (answer.products >= PRODUCTS) return;
    if (performance.now() - started > 600_000) throw new Error(`the search knows ${answer.products} products`);
  }
}
