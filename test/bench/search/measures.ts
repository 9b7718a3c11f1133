/** How good a ranking is, of judgments from 0 (no) to 3 (exactly that). What nobody judged counts as 0. */
export type Judgments = ReadonlyMap<string, number>;

/** Discounted gain of the first ten, of the most there could be (Järvelin, Kekäläinen 2002), with linear gain. */
export function ndcgAt10(ranking: readonly string[], judged: Judgments): number {
  const gained = dcg(ranking.slice(0, 10).map((id) => judged.get(id) ?? 0));
  const most = dcg([...judged.values()].sort((a, b) => b - a).slice(0, 10));
  return most > 0 ? gained / most : 0;
}

function dcg(gains: readonly number[]): number {
  return gains.reduce((sum, gain, place) => sum + gain / Math.log2(place + 2), 0);
}

/** Share of what is relevant at all that stands among the first fifty; of more than fifty, of fifty. */
export function recallAt50(ranking: readonly string[], judged: Judgments): number {
  const relevant = [...judged].filter(([, gain]) => gain > 0);
  if (relevant.length === 0) return 0;
  const first = new Set(ranking.slice(0, 50));
  return relevant.filter(([id]) => first.has(id)).length / Math.min(50, relevant.length);
}

/** One over the place of the first that is relevant. */
export function reciprocalRank(ranking: readonly string[], judged: Judgments): number {
  const place = ranking.findIndex((id) => (judged.get(id) ?? 0) > 0);
  return place < 0 ? 0 : 1 / (place + 1);
}

export function mean(values: readonly number[]): number {
  return values.length === 0 ? Number.NaN : values.reduce((sum, value) => sum + value, 0) / values.length;
}
