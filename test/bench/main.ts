/** `npm run bench [-- NAME]`: every figure beside its limit or peer, measured in the same run; raw samples as JSON. */
import { mkdirSync, writeFileSync } from "node:fs";
import { cpus, loadavg } from "node:os";
import process from "node:process";
import { stopTestServer, testDatabase } from "../harness/postgres.ts";
import { boot } from "./boot.ts";
import { client } from "./client.ts";
import { customers } from "./customers.ts";
import { refuseForgetful } from "./durable.ts";
import { forecast } from "./forecast.ts";
import { get } from "./get.ts";
import { growth } from "./growth.ts";
import { imports } from "./imports.ts";
import { instances } from "./instances.ts";
import { keyset } from "./keyset.ts";
import { page } from "./page.ts";
import { goalOf } from "./report/bars.ts";
import { type Run, report } from "./report/report.ts";
import { reports } from "./reports.ts";
import { sale } from "./sale.ts";
import { scan } from "./scan.ts";
import { search } from "./search.ts";
import { soak } from "./soak.ts";
import { type Figure, table } from "./stats.ts";
import { memory } from "./staying.ts";
import { till } from "./till.ts";

const parts: Record<string, () => Promise<Figure[]>> = {
  boot,
  scan,
  sale,
  get,
  page,
  keyset,
  instances,
  growth,
  memory,
  client,
  soak,
  imports,
  customers,
  till,
  search,
  forecast,
  reports,
};
const RESULTS = "bench-results";
const wanted = process.argv[2];
if (wanted === "report") {
  report(RESULTS, import.meta.dirname);
  process.exit();
}
if (wanted !== undefined && !parts[wanted])
  throw new Error(`no part is called ${wanted}; there are ${Object.keys(parts)}, and report`);

const machine = `${process.version}, ${cpus().length} cores`;
mkdirSync(RESULTS, { recursive: true });
const failed: string[] = [];
/** without what it needs: a browser, Linux */
const left: string[] = [];
/** goals that were not met */
const unmet: string[] = [];
for (const [name, url] of Object.entries(process.env))
  if (/^BENCH_\w*DATABASE_URL$/.test(name) && url) await refuseForgetful(url);
const database = await testDatabase();
await refuseForgetful(database.url).finally(() => database.drop());
for (const [part, measure] of Object.entries(parts)) {
  if (wanted !== undefined && wanted !== part) continue;
  try {
    await runPart(part, measure);
  } catch (error) {
    // hours of other parts are not lost with it
    console.error(`\n${part} failed:`, error);
    failed.push(part);
  }
}
await stopTestServer();
if (wanted === undefined) report(RESULTS, import.meta.dirname);
if (unmet.length > 0) console.log(`\ngoals not met:\n${unmet.map((one) => `  ${one}`).join("\n")}`);
if (left.length > 0) console.error(`\nnot measured on this machine: ${left.join(", ")}`);
if (failed.length > 0) {
  console.error(`\nfailed: ${failed.join(", ")}`);
  process.exitCode = 1;
}

async function runPart(part: string, measure: () => Promise<Figure[]>): Promise<void> {
  const before = loadavg()[0] ?? 0;
  const figures = await measure();
  if (figures.length === 0) {
    left.push(part);
    return;
  }
  unmet.push(...figures.filter((one) => goalOf(one)?.met === false).map(({ name }) => `${part}: ${name}`));
  const load: Run["load"] = [before, loadavg()[0] ?? 0];
  const at = new Date().toISOString();
  const run: Run = { at, node: process.version, cores: cpus().length, load, part, figures };
  console.log(`\n${part}: ${machine}, load ${load.map((one) => one.toFixed(1)).join(" to ")}\n\n${table(figures)}`);
  const file = `${RESULTS}/${at.replaceAll(":", "-")}-${part}.json`;
  writeFileSync(file, JSON.stringify(run, undefined, 2));
  console.log(`\nraw samples: ${file}`);
}
