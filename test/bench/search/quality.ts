/** How good the results are, beside what else finds words. */

import { createClient } from "../http.ts";
import type { Figure } from "../stats.ts";
import { databasePeers } from "./database.ts";
import { mean, ndcgAt10, recallAt50, reciprocalRank } from "./measures.ts";
import { ownPeer } from "./own.ts";
import { lunrPeer, miniSearchPeer } from "./peers.ts";
import { cornerShop, type Document, half, type Query, type RelevanceSet, realSets } from "./sets.ts";
import { pythonWithSklearn, sklearnPeers } from "./sklearn.ts";
import { shopWith } from "./stock.ts";

const LIMIT = 50;
/** of the nDCG of scikit-learn's TF-IDF of names */
const OF_TFIDF = 1.45;

type Ranked = Map<string, string[][]>;

export async function quality(folder: string): Promise<Figure[]> {
  const figures: Figure[] = [];
  for (const set of [cornerShop(), ...realSets(folder)]) figures.push(...(await measureSet(set)));
  return figures;
}

async function measureSet(set: RelevanceSet): Promise<Figure[]> {
  const told = half(set.queries, "tell");
  const sets: [label: string, queries: Query[]][] = [["", told]];
  if (set.withTypos) sets.push([", with typos", half(set.withTypos, "tell")]);
  const figures: Figure[] = [];
  const isEnglish = set.name.startsWith("English");
  const inMemory = [
    ownPeer(set.documents),
    lunrPeer(set.documents, { fuzzy: false }),
    lunrPeer(set.documents, isEnglish ? { fuzzy: true } : { language: "es", fuzzy: true }),
    miniSearchPeer(set.documents),
  ];
  const inDatabase = await databasePeers(set.documents, isEnglish ? "english" : "spanish");
  const shop = await shopOf(set.documents);
  try {
    for (const [label, queries] of sets) {
      const ranked: Ranked = new Map();
      ranked.set("the shop's search", await all(queries, ({ text }) => shop.search(text)));
      for (const peer of [...inMemory, ...inDatabase.peers])
        ranked.set(peer.name, await all(queries, async ({ text }) => peer.search(text, LIMIT)));
      for (const [name, rankings] of sklearn(set.documents, queries)) ranked.set(name, rankings);
      print(`${set.name}${label}: ${set.documents.length} products, ${queries.length} queries`, queries, ranked);
      figures.push(...figuresOf(`${set.name}${label}`, queries, ranked));
    }
    if (set.queries.some(({ kind }) => kind !== "all")) printKinds(told, inMemory[0]);
    return figures;
  } finally {
    await Promise.all([shop.close(), inDatabase.close()]);
  }
}

/** Asked through HTTP, with the model that it fitted of its catalogue. */
async function shopOf(documents: readonly Document[]): Promise<{
  search(text: string): Promise<string[]>;
  close(): Promise<void>;
}> {
  const shop = await shopWith(documents);
  const login = { username: "admin", password: PASSWORD };
  const { body } = await (await shop.api("admin")).post<{ access_token: string }>("/api/v1/auth/login", login);
  const http = createClient(shop.url, { authorization: `Bearer ${body.access_token}` });
  return {
    search: async (text) => {
      const path = `/api/v2/ai/search/hybrid?q=${encodeURIComponent(text)}&limit=${LIMIT}`;
      const answer = await http.send("GET", path);
      if (answer.status !== 200) throw new Error(`${path} answered ${answer.status}`);
      const { results } = JSON.parse(answer.body.toString()) as { results: { sku: string }[] };
      return results.map(({ sku }) => sku);
    },
    close: async () => {
      http.close();
      await shop.close();
    },
  };
}

const PASSWORD = "correct horse battery";

async function all(queries: readonly Query[], search: (query: Query) => Promise<string[]>): Promise<string[][]> {
  const rankings: string[][] = [];
  for (const query of queries) rankings.push(await search(query));
  return rankings;
}

/** Over the names alone, and over all the text that the shop's search sees. */
function sklearn(documents: readonly Document[], queries: readonly Query[]): [string, string[][]][] {
  const python = pythonWithSklearn();
  if (!python) return [];
  const texts = queries.map(({ text }) => text);
  const of = (textOf: (one: Document) => string) =>
    sklearnPeers(
      python,
      documents.map((one) => ({ id: one.id, text: textOf(one) })),
      texts,
      { limit: LIMIT },
    );
  const names = of(({ name }) => name);
  const whole = of(({ name, category, description, sku }) => [name, category, description, sku].join(" "));
  return [
    ["scikit-learn TF-IDF, names", names.tfidf.rankings],
    ["scikit-learn SVD, names", names.svd.rankings],
    ["scikit-learn TF-IDF, all text", whole.tfidf.rankings],
    ["scikit-learn SVD, all text", whole.svd.rankings],
  ];
}

function score(
  queries: readonly Query[],
  rankings: readonly string[][],
  measure: (ranking: readonly string[], judged: Query["judged"]) => number,
): number {
  return mean(queries.map(({ judged }, at) => measure(rankings[at] ?? [], judged)));
}

function print(title: string, queries: readonly Query[], ranked: Ranked): void {
  console.log(`\n${title}\n${"".padEnd(32)} nDCG@10 recall@50    MRR`);
  for (const [name, rankings] of ranked) {
    const cells = [ndcgAt10, recallAt50, reciprocalRank].map((one) => score(queries, rankings, one).toFixed(3));
    console.log(`${name.padEnd(32)} ${cells.map((cell) => cell.padStart(7)).join("  ")}`);
  }
}

function printKinds(
  queries: readonly Query[],
  peer: { search(query: string, limit: number): string[] } | undefined,
): void {
  const kinds = new Map<string, number[]>();
  for (const { kind, text, judged } of queries) {
    const list = kinds.get(kind) ?? [];
    kinds.set(kind, [...list, ndcgAt10(peer?.search(text, LIMIT) ?? [], judged)]);
  }
  console.log(
    `  the index alone, nDCG@10 by kind: ${[...kinds].map(([kind, all]) => `${kind} ${mean(all).toFixed(2)}`).join(", ")}`,
  );
}

function figuresOf(name: string, queries: readonly Query[], ranked: Ranked): Figure[] {
  const own = ranked.get("the shop's search") ?? [];
  const of = (peer: string) => score(queries, ranked.get(peer) ?? [], ndcgAt10);
  const value = score(queries, own, ndcgAt10);
  const base = of("scikit-learn TF-IDF, names");
  const isThere = ranked.has("scikit-learn TF-IDF, names");
  const beside = isThere
    ? `scikit-learn's TF-IDF of names ${(base * 100).toFixed(1)} %, of which the goal is ${OF_TFIDF} x and it is ${(value / base).toFixed(2)} x`
    : "no scikit-learn here";
  const goal = isThere ? { goal: { atLeast: Number((OF_TFIDF * base * 100).toFixed(1)) } } : {};
  const samples = queries.map(({ judged }, at) => ndcgAt10(own[at] ?? [], judged));
  return [{ name: `nDCG@10, ${name}`, value: value * 100, unit: "%", beside, samples, ...goal }];
}
