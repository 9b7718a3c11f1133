/**
 * How long it takes, and how much it holds, at each size: the shop's own search beside lunr, MiniSearch, scikit-learn and the database.
 * In processor time of whoever does the work, this process or another; memory is what stays held, of a database its table and indexes.
 */
import process from "node:process";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { type Figure, percentile } from "../stats.ts";
import { catalogue, typed } from "./catalogue.ts";
import { databasePeers } from "./database.ts";
import { blendedPeer, ownPeer } from "./own.ts";
import { lunrPeer, miniSearchPeer, type Peer } from "./peers.ts";
import type { Document } from "./sets.ts";
import { pythonWithSklearn, sklearnPeers } from "./sklearn.ts";
import { suggestions } from "./suggestions.ts";
import { MOST_MS, processorMs, type Times, timesOf } from "./timing.ts";

/** what takes longer than this to build says enough */
const SLOW_BUILD_MS = 60_000;
const FOUND = 100;

interface Sized extends Times {
  name: string;
  products: number;
  buildMs: number;
  megabytes: number;
}

type Make = (documents: readonly Document[]) => Peer;
const OWN: [name: string, make: Make][] = [
  ["the index alone", ownPeer],
  ["words and meaning", blendedPeer],
];
const MAKES: [name: string, make: Make][] = [
  ...OWN,
  ["lunr", (documents) => lunrPeer(documents, { fuzzy: false })],
  ["lunr es fuzzy", (documents) => lunrPeer(documents, { language: "es", fuzzy: true })],
  ["MiniSearch fuzzy", miniSearchPeer],
];

export async function sizes(counts: readonly number[]): Promise<Figure[]> {
  const rows: Sized[] = [];
  const tell = (row: Sized) => {
    rows.push(row);
    print(row);
  };
  printHead();
  const slow = new Set<string>();
  for (const count of counts) {
    const documents = catalogue(count);
    const queries = typed(documents);
    for (const [name, make] of MAKES) {
      if (slow.has(name)) continue;
      const row = await measure(name, documents, queries, make);
      tell(row);
      if (row.buildMs > SLOW_BUILD_MS) slow.add(name);
    }
    for (const row of sklearn(documents, queries)) tell(row);
    for (const row of await inDatabase(documents, queries)) tell(row);
  }
  const own = rows
    .filter((row) => OWN.some(([name]) => name === row.name))
    .map(({ name, products, samples, worst, buildMs, megabytes }) => ({
      name: `search in process, ${name}, ${products} products, p95`,
      value: percentile(samples, 0.95),
      unit: "ms",
      beside: `worst ${Math.max(...samples).toFixed(1)} ms (${worst.slice(0, 40)}); built in ${Math.round(buildMs)} ms, ${megabytes.toFixed(0)} MB`,
      samples,
      goal: { atMost: 10 },
    }));
  return [...own, await suggestions(catalogue(Math.max(...counts)))];
}

async function measure(
  name: string,
  documents: readonly Document[],
  queries: readonly string[],
  make: Make,
): Promise<Sized> {
  const before = held();
  const started = await processorMs();
  const peer = make(documents);
  const buildMs = (await processorMs()) - started;
  const megabytes = (held() - before) / 1024 / 1024;
  // a first round, since what was never run is not compiled yet
  for (const query of queries.slice(0, 60)) peer.search(query, FOUND);
  const times = await timesOf(queries, (query) => peer.search(query, FOUND));
  return { name, products: documents.length, buildMs, megabytes, ...times };
}

/** Over all the text that the shop's own sees. Nothing without it. */
function sklearn(documents: readonly Document[], queries: readonly string[]): Sized[] {
  const python = pythonWithSklearn();
  if (!python) return [];
  const texts = documents.map(({ id, sku, name, category }) => ({ id, text: [name, category, sku].join(" ") }));
  const { tfidf, svd } = sklearnPeers(python, texts, queries, { limit: FOUND, mostMs: MOST_MS });
  return [
    { name: "sklearn TF-IDF", ...tfidf },
    { name: "sklearn TF-IDF+SVD", ...svd },
  ].map(({ name, buildMs, megabytes, ms }) => {
    const worst = queries[ms.indexOf(Math.max(...ms))] ?? "";
    return { name, products: documents.length, buildMs, megabytes, samples: ms, worst };
  });
}

async function inDatabase(documents: readonly Document[], queries: readonly string[]): Promise<Sized[]> {
  const { peers, spentMs, close } = await databasePeers(documents, "spanish");
  const rows: Sized[] = [];
  try {
    for (const { name, buildMs, megabytes, search } of peers) {
      const times = await timesOf(queries, (query) => search(query, FOUND), spentMs);
      rows.push({ name, products: documents.length, buildMs, megabytes, ...times });
    }
  } finally {
    await close();
  }
  return rows;
}

function held(): number {
  setFlagsFromString("--expose-gc");
  const collect = runInNewContext("gc") as () => void;
  // what the first one finds dead at last may have held more
  collect();
  collect();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}

function printHead(): void {
  console.log(`\n${"".padEnd(20)} products build ms  memory MB  p50 ms   p95 ms   p99 ms    worst  queries`);
}

/** At once: the slow ones take long. */
function print({ name, products, buildMs, megabytes, samples }: Sized): void {
  const times = [0.5, 0.95, 0.99].map((share) => percentile(samples, share).toFixed(2));
  const worst = Math.max(...samples).toFixed(1);
  const cells = [String(products), buildMs.toFixed(0), megabytes.toFixed(1), ...times, worst, String(samples.length)];
  console.log(`${name.padEnd(20)} ${cells.map((cell) => cell.padStart(8)).join(" ")}`);
}
