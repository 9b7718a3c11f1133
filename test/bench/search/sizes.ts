/** How long it takes, and how much it holds, at each size: the shop's own index beside lunr and MiniSearch, in this process, in processor time. */
import process from "node:process";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { createSuggest } from "../../../plugins/ai-search/suggest.ts";
import { articles } from "../shop/names.ts";
import { createRandom } from "../shop/random.ts";
import { type Figure, percentile } from "../stats.ts";
import { lunrPeer, miniSearchPeer, ownPeer, type Peer } from "./peers.ts";
import { cornerShop, type Document } from "./sets.ts";

/** what takes longer than this to build says enough */
const SLOW_BUILD_MS = 60_000;
/** of the slow ones fewer queries are asked */
const MOST_MS = 5_000;

export interface Sized {
  name: string;
  products: number;
  buildMs: number;
  megabytes: number;
  samples: number[];
  worst: string;
}

export function catalogue(count: number): Document[] {
  return articles(count, createRandom(1)).map(({ sku, name, category }) => ({
    id: sku,
    sku,
    name,
    category,
    description: undefined,
  }));
}

/** What people type: the corner shop's queries, names of the catalogue as they are and with letters that changed places. */
export function typed(documents: readonly Document[]): string[] {
  const some = documents.filter((_, at) => at % Math.ceil(documents.length / 200) === 0).map(({ name }) => name);
  const swapped = some.map((name) => name.split(" ").slice(0, 3).map(swap).join(" "));
  const commonest = documents
    .slice(0, 12)
    .map(({ name }) => name)
    .join(" ");
  return [
    ...cornerShop().queries.map(({ text }) => text),
    ...some,
    ...swapped,
    commonest,
    "500 g",
    "plus",
    "x",
    "a",
    "zzzzzzzzzz",
  ];
}

function swap(word: string): string {
  return word.length < 5 ? word : `${word.slice(0, 2)}${word[3]}${word[2]}${word.slice(4)}`;
}

type Make = (documents: readonly Document[]) => Peer;
const MAKES: [name: string, make: Make][] = [
  ["the index alone", ownPeer],
  ["lunr", (documents) => lunrPeer(documents, { fuzzy: false })],
  ["lunr es fuzzy", (documents) => lunrPeer(documents, { language: "es", fuzzy: true })],
  ["MiniSearch fuzzy", miniSearchPeer],
];

export function sizes(counts: readonly number[]): Figure[] {
  const rows: Sized[] = [];
  printHead();
  const slow = new Set<string>();
  for (const count of counts) {
    const documents = catalogue(count);
    const queries = typed(documents);
    for (const [name, make] of MAKES) {
      if (slow.has(name)) continue;
      const row = measure(name, documents, queries, make);
      rows.push(row);
      print(row);
      if (row.buildMs > SLOW_BUILD_MS) slow.add(name);
    }
  }
  const own = rows
    .filter(({ name }) => name === MAKES[0]?.[0])
    .map(({ products, samples, worst, buildMs, megabytes }) => ({
      name: `search in process, ${products} products, p95`,
      value: percentile(samples, 0.95),
      unit: "ms",
      beside: `goal 10 ms; worst ${Math.max(...samples).toFixed(1)} ms (${worst.slice(0, 40)}); built in ${Math.round(buildMs)} ms, ${megabytes.toFixed(0)} MB`,
      samples,
    }));
  return [...own, suggestions(catalogue(Math.max(...counts)))];
}

function measure(name: string, documents: readonly Document[], queries: readonly string[], make: Make): Sized {
  const before = held();
  const started = process.cpuUsage();
  const peer = make(documents);
  const { user, system } = process.cpuUsage(started);
  const buildMs = (user + system) / 1000;
  const megabytes = (held() - before) / 1024 / 1024;
  // a first round, since what was never run is not compiled yet
  for (const query of queries.slice(0, 60)) peer.search(query, 100);
  const { samples, worst } = timesOf(queries, (query) => peer.search(query, 100));
  return { name, products: documents.length, buildMs, megabytes, samples, worst };
}

/** Processor time in milliseconds: on a shared machine the clock tells how busy the others are. */
function timesOf(queries: readonly string[], work: (query: string) => void): { samples: number[]; worst: string } {
  const samples: number[] = [];
  let worst = "";
  let most = 0;
  let spent = 0;
  for (const query of queries) {
    if (spent > MOST_MS) break;
    const before = process.cpuUsage();
    work(query);
    const { user, system } = process.cpuUsage(before);
    const took = (user + system) / 1000;
    if (took > most) [most, worst] = [took, query];
    samples.push(took);
    spent += took;
  }
  return { samples, worst };
}

/** As somebody types: each name a few letters further, some with two letters that changed places. */
function suggestions(documents: readonly Document[]): Figure {
  const { index } = ownPeer(documents);
  const random = createRandom(3);
  const weights = new Map(documents.map((_, at) => [at + 1, random.int(0, 100)]));
  const suggest = createSuggest({
    engine: {
      begin: (start, limit, all) => index.names.begin(start, limit, all),
      beginningsNear: (start) => index.vocabulary.beginningsNear(start),
      knows: () => true,
      text: (id) => ({ ...(documents[id - 1] as Document), id, active: true }),
      search: (query, limit) => {
        const { hits, total, meanings } = index.search(query, limit);
        return {
          total,
          meanings,
          hits: hits.map((hit) => ({
            ...hit,
            text: { ...(documents[hit.id - 1] as Document), id: hit.id, active: true },
          })),
        };
      },
    },
    popularity: { of: (id) => weights.get(id) ?? 0, weights: () => weights },
    asked: { beginning: () => [] },
  });
  const names = documents
    .filter((_, at) => at % Math.ceil(documents.length / 300) === 0)
    .map(({ name }) => name.toLowerCase());
  const begun = names.flatMap((name) => [
    ...[2, 3, 4, 5, 6, 8, 12].map((length) => name.slice(0, length)),
    swap(name.slice(0, 5)),
  ]);
  timesOf(begun, (start) => suggest(start, 8));
  const { samples, worst } = timesOf(begun, (start) => suggest(start, 8));
  const beside = `goal 1 ms; p50 ${percentile(samples, 0.5).toFixed(2)}, p99 ${percentile(samples, 0.99).toFixed(1)}, worst ${Math.max(...samples).toFixed(1)} ms (${worst})`;
  return {
    name: `suggestions in process, ${documents.length} products, p95`,
    value: percentile(samples, 0.95),
    unit: "ms",
    beside,
    samples,
  };
}

function held(): number {
  setFlagsFromString("--expose-gc");
  (runInNewContext("gc") as () => void)();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}

function printHead(): void {
  console.log(`\n${"".padEnd(18)} products   build ms  memory MB   p50 ms   p95 ms   p99 ms    worst`);
}

/** At once: the slow ones take long. */
function print({ name, products, buildMs, megabytes, samples }: Sized): void {
  const times = [0.5, 0.95, 0.99].map((share) => percentile(samples, share).toFixed(2));
  const cells = [String(products), buildMs.toFixed(0), megabytes.toFixed(1), ...times, Math.max(...samples).toFixed(1)];
  console.log(`${name.padEnd(18)} ${cells.map((cell) => cell.padStart(8)).join(" ")}`);
}
