/** What the built program holds of the machine's memory, started on 100,000 products and their model, after 10,000 requests and after many more. */
import process from "node:process";
import { setTimeout as pause } from "node:timers/promises";
import { createApiClient } from "../harness/api-client.ts";
import { startApps } from "./apps.ts";
import { stockUp } from "./goods.ts";
import { startLoad } from "./load/load.ts";
import { residentMegabytes } from "./memory.ts";
import { catalogue, typed } from "./search/catalogue.ts";
import { fitted, productsRead, statusOf, until } from "./search/model.ts";
import type { Figure } from "./stats.ts";

const PRODUCTS = Number(process.env["BENCH_PRODUCTS"] ?? 100_000);
const FIRST = 10_000;
/** how many the goal is of */
const GOAL_REQUESTS = 1_000_000;
const MOST_MEGABYTES = 200;
const ALL = Math.max(FIRST, Number(process.env["BENCH_REQUESTS"] ?? 30_000));
/** no further requests after so long */
const MINUTES = Number(process.env["BENCH_MINUTES"] ?? 120);
/** requests between two looks */
const STEP = 20_000;
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
    const documents = catalogue(PRODUCTS);
    const names = documents.map(({ name }) => name);
    await apps.db.transaction(async (tx) => {
      await tx.raw("SET LOCAL statement_timeout = 0");
      await tx.raw(
        "UPDATE products SET name = n.name FROM unnest(:names::text[]) WITH ORDINALITY AS n (name, at) WHERE id = n.at",
        { names },
      );
      await tx.raw("INSERT INTO search_changes (product_id) SELECT id FROM products");
    });
    const api = createApiClient(() => app.url, apps.token);
    await productsRead(api, (known) => known >= PRODUCTS);
    await fitted(api);
    const fit = await residentMegabytes(app.pid());
    await app.killAndRestart();
    await productsRead(api, (known) => known >= PRODUCTS);
    await until(async () => (await statusOf(api)).model !== null);
    // what the register's box takes
    const queries = typed(documents).filter(({ length }) => length <= 100);
    const paths = Array.from({ length: 1000 }, (_, index) => [
      `/api/v1/products/${1 + ((index * 7919) % PRODUCTS)}`,
      `/api/v1/products?limit=20&q=${encodeURIComponent(queries[index % queries.length] ?? "")}`,
    ]).flat();
    const asks = [paths.map((path) => ({ method: "GET", path }))];
    const held: number[] = [];
    let asked = 0;
    const ask = async (count: number) => {
      await load.run({ url: app.url, headers: await apps.signIn(), asks, clients: CLIENTS, count });
      asked += count;
      await pause(REST_MS);
      const now = await residentMegabytes(app.pid());
      if (now !== undefined) held.push(now);
    };
    const started = performance.now();
    await ask(FIRST);
    while (asked < ALL && performance.now() - started < MINUTES * 60_000) await ask(Math.min(STEP, ALL - asked));
    const [early, late] = [held[0], held.at(-1)];
    if (early === undefined || late === undefined) return [];
    const times = (count: number) => count.toLocaleString("en");
    return [
      {
        name: `memory of the app with ${times(PRODUCTS)} products`,
        value: late,
        unit: "MB",
        beside: `after ${times(asked)} requests`,
        samples: held,
        goal: { atMost: MOST_MEGABYTES },
      },
      ...(fit === undefined
        ? []
        : [
            {
              name: `memory right after ${times(PRODUCTS)} products were taken in and fitted`,
              value: fit,
              unit: "MB",
              beside: "before it was started again",
              samples: [fit],
              goal: { atMost: MOST_MEGABYTES },
            },
          ]),
      {
        name: `memory after ${times(asked)} requests, of that after ${times(FIRST)}`,
        value: (100 * late) / early,
        unit: "%",
        beside: `${late.toFixed(0)} and ${early.toFixed(0)} MB; the goal, 110 %, is of ${times(GOAL_REQUESTS)}`,
        samples: held,
        peer: [early],
        ...(asked >= GOAL_REQUESTS ? { goal: { atMost: 110 } } : {}),
      },
    ];
  } finally {
    load.close();
    await apps.close();
  }
}
