/** `npm run bench [-- NAME]`: every figure beside its limit or peer, measured in the same run; raw samples as JSON. */
import { mkdirSync, writeFileSync } from "node:fs";
import { cpus } from "node:os";
import { stopTestServer } from "../harness/postgres.ts";
import { boot } from "./boot.ts";
import { customers } from "./customers.ts";
import { forecast } from "./forecast.ts";
import { imports } from "./imports.ts";
import { reports } from "./reports.ts";
import { sale } from "./sale.ts";
import { scan } from "./scan.ts";
import { search } from "./search.ts";
import { type Figure, table } from "./stats.ts";
import { till } from "./till.ts";

const parts: Record<string, () => Promise<Figure[]>> = {
  boot,
  scan,
  sale,
  imports,
  customers,
  till,
  search,
  forecast,
  reports,
};
const wanted = process.argv[2];
if (wanted !== undefined && !parts[wanted])
  throw new Error(`no part is called ${wanted}; there are ${Object.keys(parts)}`);

const figures: Figure[] = [];
try {
  for (const [name, measure] of Object.entries(parts)) {
    if (wanted === undefined || wanted === name) figures.push(...(await measure()));
  }
} finally {
  await stopTestServer();
}
console.log(`${process.version}, ${cpus().length} cores\n\n${table(figures)}`);
mkdirSync("bench-results", { recursive: true });
const file = `bench-results/${new Date().toISOString().replaceAll(":", "-")}.json`;
writeFileSync(file, JSON.stringify({ node: process.version, cores: cpus().length, figures }, undefined, 2));
console.log(`\nraw samples: ${file}`);
