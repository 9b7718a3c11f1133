/** The built program in a process of its own with a large catalogue: a search, a name that goes on, what it holds, and how soon it finds again. */
import { execFileSync } from "node:child_process";
import { chmod, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { BUILT, type RunningApp, startApp } from "../../crash/app.ts";
import { openForBusiness } from "../../crash/clients.ts";
import { type ApiClient, createApiClient } from "../../harness/api-client.ts";
import { bareServer, createClient } from "../http.ts";
import { residentMegabytes } from "../memory.ts";
import { type Figure, percentile } from "../stats.ts";
import { catalogue, typed } from "./catalogue.ts";
import { fitted, productsRead, statusOf, until } from "./model.ts";
import type { Document } from "./sets.ts";

/** rows of one list */
const MOST_ROWS = 50_000;

export async function door(count: number): Promise<Figure[]> {
  execFileSync("npm", ["run", "build"], { stdio: "ignore" });
  const dataDir = await mkdtemp(join(tmpdir(), "odata-bench-"));
  try {
    await chmod(dataDir, 0o711);
    const app = await startApp({ DATA_DIR: dataDir, ...allocator() }, BUILT);
    try {
      return await measured(app, catalogue(count));
    } finally {
      await app.stop();
    }
  } finally {
    await rm(dataDir, { recursive: true, force: true });
  }
}

/** What the system's malloc is told from outside, as the image does it. */
function allocator(): Record<string, string> {
  const told = Object.entries(process.env).filter(([name]) => name.startsWith("MALLOC_"));
  return Object.fromEntries(told.map(([name, value]) => [name, value ?? ""]));
}

async function measured(app: RunningApp, documents: readonly Document[]): Promise<Figure[]> {
  const count = documents.length;
  const held = async (when: string) => memory(when, await residentMegabytes(app.pid()));
  const { token } = await openForBusiness(app.url, 1);
  const api = createApiClient(() => app.url, token);
  const empty = await held("an empty catalogue");
  const seconds = await fill(api, documents);
  return [
    alone(`from ${count} products in the tables to a model in use`, seconds, "s", "none"),
    ...empty,
    ...(await held(`after a fit of ${count} products`)),
    ...(await asked(app, token, documents)),
    ...(await restarted(app, api, count)),
    ...(await held(`${count} products, started with a stored model`)),
    ...(await asked(app, token, documents)).map((one) => ({ ...one, name: `${one.name}, after a restart` })),
    ...(await held("the same after searching")),
  ];
}

const alone = (name: string, value: number, unit: string, beside: string, atMost?: number): Figure => ({
  name,
  value,
  unit,
  beside,
  samples: [value],
  ...(atMost === undefined ? {} : { goal: { atMost } }),
});

/** `held`: undefined where the system does not tell. */
const memory = (when: string, held: number | undefined): Figure[] =>
  held === undefined ? [] : [alone(`memory of the app, ${when}`, held, "MB", "", 250)];

/** By lists, as a shop moves in. Answers the seconds from the last list to a model of all products that answers. */
async function fill(api: ApiClient, documents: readonly Document[]): Promise<number> {
  for (let from = 0; from < documents.length; from += MOST_ROWS) {
    const rows = documents.slice(from, from + MOST_ROWS).map(({ id, name, category }) => [id, name, category, "1000"]);
    const list = [["sku", "name", "category", "price"], ...rows].map((cells) => cells.map(quoted).join(",")).join("\n");
    const job = await api.post<{ job_id: number }>("/api/v1/products/import", list, { type: "text/csv" });
    if (job.status !== 202) throw new Error(`the import answered ${job.status}: ${job.text}`);
    await until(async () => {
      const { body } = await api.get<{ status: string }>(`/api/v1/imports/${job.body.job_id}`);
      if (body.status === "refused") throw new Error("the list was refused");
      return body.status === "done";
    });
  }
  const started = performance.now();
  await productsRead(api, (known) => known > documents.length);
  await fitted(api);
  return (performance.now() - started) / 1000;
}

const quoted = (cell: string | undefined) => `"${(cell ?? "").replaceAll('"', '""')}"`;

/** kill -9, and how long it takes until it answers, searches by words, and uses the stored model */
async function restarted(app: RunningApp, api: ApiClient, count: number): Promise<Figure[]> {
  const before = (await statusOf(api)).model?.version;
  const started = performance.now();
  await app.killAndRestart();
  const seconds = () => (performance.now() - started) / 1000;
  const open = seconds();
  await until(async () => (await statusOf(api)).model?.version === before);
  const model = seconds();
  await productsRead(api, (known) => known > count);
  const words = seconds();
  return [
    alone(`killed and started again with ${count} products: answers`, open, "s", "none"),
    alone("the same: the stored model answers after that", model - open, "s", "", 1),
    alone("the same: words are found from memory after that", words - open, "s", "the database finds meanwhile"),
  ];
}

async function asked(app: RunningApp, token: string, documents: readonly Document[]): Promise<Figure[]> {
  const bare = await bareServer();
  const client = createClient(app.url, { authorization: `Bearer ${token}` });
  const peer = createClient(bare.url, {});
  try {
    const queries = typed(documents);
    const begun = queries.map((query) => query.slice(0, 2 + (query.length % 5)));
    const count = `${documents.length} products`;
    return [
      await answering(client, peer, `search through HTTP, ${count}`, "/api/v2/ai/search/hybrid?limit=10&q=", queries),
      await answering(client, peer, `suggestions through HTTP, ${count}`, "/api/v2/ai/search/suggestions?q=", begun),
    ];
  } finally {
    client.close();
    peer.close();
    await bare.close();
  }
}

type Client = ReturnType<typeof createClient>;

async function answering(
  client: Client,
  peer: Client,
  name: string,
  path: string,
  texts: readonly string[],
): Promise<Figure> {
  const samples: number[] = [];
  const constant: number[] = [];
  // the first round warms up
  for (let round = 0; round < 2; round++)
    for (const text of texts) {
      const started = performance.now();
      const { status } = await client.send("GET", path + encodeURIComponent(text));
      if (status !== 200) throw new Error(`${path}${text} answered ${status}`);
      if (round === 0) continue;
      samples.push(performance.now() - started);
      const since = performance.now();
      await peer.send("GET", "/");
      constant.push(performance.now() - since);
    }
  const [p50, p99] = [0.5, 0.99].map((share) => percentile(samples, share).toFixed(1));
  return {
    name: `${name}, p95`,
    value: percentile(samples, 0.95),
    unit: "ms",
    beside: `p50 ${p50}, p99 ${p99} ms; bare node:http p95 ${percentile(constant, 0.95).toFixed(1)} ms`,
    samples,
    peer: constant,
    goal: { atMost: 25 },
  };
}
