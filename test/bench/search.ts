/** What people type and what they are shown: how good, how fast, how large, beside what else finds words. */
import process from "node:process";
import { door } from "./search/door.ts";
import { quality } from "./search/quality.ts";
import { recommendations } from "./search/recommendations.ts";
import { cornerShop, realSets } from "./search/sets.ts";
import { sizes } from "./search/sizes.ts";
import { subspace } from "./search/subspace.ts";
import type { Figure } from "./stats.ts";

/** BENCH_SEARCH_DATA: a folder with real sets, without which those are not measured. BENCH_SEARCH_SIZES: products of the generated catalogues. BENCH_SEARCH_PARTS: which. */
export async function search(): Promise<Figure[]> {
  const {
    BENCH_SEARCH_DATA = "",
    BENCH_SEARCH_SIZES = "1000,5000,20000,100000",
    BENCH_SEARCH_PARTS = "",
  } = process.env;
  if (BENCH_SEARCH_DATA === "")
    console.log("search: no real sets and no baskets; BENCH_SEARCH_DATA names their folder");
  const counts = BENCH_SEARCH_SIZES.split(",").map(Number);
  const parts: [name: string, measure: () => Figure[] | Promise<Figure[]>][] = [
    ["quality", () => quality(BENCH_SEARCH_DATA)],
    ["meaning", () => [cornerShop(), ...realSets(BENCH_SEARCH_DATA)].flatMap((set) => subspace(set))],
    ["sizes", () => sizes(counts)],
    ["door", () => door(Math.max(...counts))],
    ["recommendations", () => recommendations(BENCH_SEARCH_DATA)],
  ];
  const figures: Figure[] = [];
  for (const [name, measure] of parts)
    if (BENCH_SEARCH_PARTS === "" || BENCH_SEARCH_PARTS.split(",").includes(name)) figures.push(...(await measure()));
  return figures;
}
