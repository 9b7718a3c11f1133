/** The built program in a process of its own with a large catalogue: a search, a name that goes on, what it holds, and how soon it finds again. */
import { execFileSync } from "node:child_process";
import { chmod, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { setTimeout as pause } from "node:timers/promises";
import { type RunningApp, startApp } from "../../crash/app.ts";
import { openForBusiness } from "../../crash/clients.ts";
import { type ApiClient, createApiClient } from "../../harness/api-client.ts";
import { bareServer, createClient } from "../http.ts";
import { residentMegabytes } from "../memory.ts";
import { type Figure, percentile } from "../stats.ts";
import type { Document } from "./sets.ts";
import { catalogue, typed } from "./sizes.ts";

/** rows of one list */
const MOST_ROWS = 50_000;
const LOOK_MS = 50;

interface Status {
  model: { version: number } | null;
  job: { state: string } | null;
}

export async function door(count: number): Promise<Figure[]> {
  execFileSync("npm", ["run", "build"], { stdio: "ignore" });
  const documents = catalogue(count);
  const dataDir = await mkdtemp(join(tmpdir(), "odata-bench-"));
  await chmod(dataDir, 0o711);
  const app = await startApp({ DATA_DIR: dataDir }, ["dist/kernel/main.js"]);
  try {
    const { token } = await openForBusiness(app.url, 1);
    const api = createApiClient(() => app.url, token);
    const fitted = await fill(api, documents);
    const after = await residentMegabytes(app.pid());
    const figures = [
      alone(`from ${count} products in the tables to a model in use`, fitted, "s", "none"),
      ...(await asked(app, token, documents)),
      ...memory(`after a fit of ${count} products`, after),
    ];
    figures.push(...(await restarted(app, api, count)));
    figures.push(...memory(`${count} products, started with a stored model`, await residentMegabytes(app.pid())));
    figures.push(
      ...(await asked(app, token, documents)).map((one) => ({ ...one, name: `${one.name}, after a restart` })),
    );
    figures.push(...memory(`the same after searching`, await residentMegabytes(app.pid())));
    return figures;
  } finally {
    await app.stop();
    await rm(dataDir, { recursive: true, force: true });
  }
}

const alone = (name: string, value: number, unit: string, beside: string): Figure => ({
  name,
  value,
  unit,
  beside,
  samples: [value],
});

/** `held`: undefined where the system does not tell. */
const memory = (when: string, held: number | undefined): Figure[] =>
  held === undefined ? [] : [alone(`memory of the app, ${when}`, held, "MB", "goal 250 MB")];

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
  await until(async () => (await productsOf(api)) > documents.length);
  await api.post("/api/v2/ai/embeddings/update", {});
  await until(async () => {
    const { body } = await api.get<Status>("/api/v2/ai/models/status");
    if (body.job?.state === "failed") throw new Error("the fit failed");
    return body.model !== null && body.job?.state !== "fitting";
  });
  return (performance.now() - started) / 1000;
}

const quoted = (cell: string | undefined) => `"${(cell ?? "").replaceAll('"', '""')}"`;

async function productsOf(api: ApiClient): Promise<number> {
  return (await api.get<{ products: number }>("/api/v2/ai/health")).body.products;
}

/** kill -9, and how long it takes until it answers, searches by words, and uses the stored model */
async function restarted(app: RunningApp, api: ApiClient, count: number): Promise<Figure[]> {
  const before = (await api.get<Status>("/api/v2/ai/models/status")).body.model?.version;
  const started = performance.now();
  await app.killAndRestart();
  const seconds = () => (performance.now() - started) / 1000;
  const open = seconds();
  await until(async () => (await api.get<Status>("/api/v2/ai/models/status")).body.model?.version === before);
  const model = seconds();
  await until(async () => (await productsOf(api)) > count);
  const words = seconds();
  return [
    alone(`killed and started again with ${count} products: answers`, open, "s", "none"),
    alone("the same: the stored model answers after that", model - open, "s", "goal 1 s"),
    alone("the same: words are found from memory after that", words - open, "s", "the database finds meanwhile"),
  ];
}

async function asked(app: RunningApp, token: string, documents: readonly Document[]): Promise<Figure[]> {
  const client = createClient(app.url, { authorization: `Bearer ${token}` });
  const bare = await bareServer();
  const peer = createClient(bare.url, {});
  const queries = typed(documents);
  const begun = queries.map((query) => query.slice(0, 2 + (query.length % 5)));
  const figures: Figure[] = [];
  for (const [name, path, texts] of [
    ["search through HTTP", "/api/v2/ai/search/hybrid?limit=10&q=", queries],
    ["suggestions through HTTP", "/api/v2/ai/search/suggestions?q=", begun],
  ] as const) {
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
    figures.push({
      name: `${name}, ${documents.length} products, p95`,
      value: percentile(samples, 0.95),
      unit: "ms",
      beside: `goal 25 ms; p50 ${p50}, p99 ${p99} ms; bare node:http p95 ${percentile(constant, 0.95).toFixed(1)} ms`,
      samples,
    });
  }
  client.close();
  peer.close();
  await bare.close();
  return figures;
}

async function until(done: () => Promise<boolean>): Promise<void> {
  const patience = Number(process.env["BENCH_PATIENCE_S"] ?? 600);
  for (const started = performance.now(); !(await done()); await pause(LOOK_MS))
    if (performance.now() - started > patience * 1000) throw new Error(`not within ${patience} s`);
}
