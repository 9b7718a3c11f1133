/** How a name goes on, in this process, at the largest size. */
import { createSuggest } from "../../../plugins/ai-search/suggest.ts";
import { createRandom } from "../shop/random.ts";
import { type Figure, percentile } from "../stats.ts";
import { swap } from "./catalogue.ts";
import { engineOf, ownPeer } from "./own.ts";
import type { Document } from "./sets.ts";
import { timesOf } from "./timing.ts";

/** As somebody types: each name a few letters further, some with two letters that changed places. */
export async function suggestions(documents: readonly Document[]): Promise<Figure> {
  const { index } = ownPeer(documents);
  const random = createRandom(3);
  const weights = new Map(documents.map((_, at) => [at + 1, random.int(0, 100)]));
  const suggest = createSuggest({
    engine: engineOf(index, documents),
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
  await timesOf(begun, (start) => suggest(start, 8));
  const { samples, worst } = await timesOf(begun, (start) => suggest(start, 8));
  const beside = `p50 ${percentile(samples, 0.5).toFixed(2)}, p99 ${percentile(samples, 0.99).toFixed(1)}, worst ${Math.max(...samples).toFixed(1)} ms (${worst})`;
  return {
    name: `suggestions in process, ${documents.length} products, p95`,
    value: percentile(samples, 0.95),
    unit: "ms",
    beside,
    samples,
    goal: { atMost: 1 },
  };
}
