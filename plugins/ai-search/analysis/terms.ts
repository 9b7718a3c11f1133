/**
 * What the terms of a text weigh in this catalogue: (1 + ln tf) * idf, of length 1 (G. Salton, C. Buckley, "Term-weighting approaches in
 * automatic text retrieval", 1988), with the idf of the index; a term that the catalogue has not is as rare as one can be.
 */
import { termsOf, termsOfWord, wordsOf } from "../text/analyze.ts";

export interface Weighed {
  term: string;
  tfidf: number;
}

/** Heaviest first. */
export function weigh(text: string, idf: (term: string) => number): Weighed[] {
  const counts = new Map<string, number>();
  for (const term of termsOf(text)) counts.set(term, (counts.get(term) ?? 0) + 1);
  const weights = [...counts].map(([term, count]) => ({ term, tfidf: (1 + Math.log(count)) * idf(term) }));
  const length = Math.hypot(...weights.map(({ tfidf }) => tfidf)) || 1;
  return weights
    .map(({ term, tfidf }) => ({ term, tfidf: tfidf / length }))
    .sort((a, b) => b.tfidf - a.tfidf || (a.term < b.term ? -1 : 1));
}

/** Words that tell most of it, as they are written but folded; no sizes, each once. */
export function keywordsOf(text: string, weighed: readonly Weighed[], most: number): string[] {
  const weightOf = new Map(weighed.map(({ term, tfidf }) => [term, tfidf]));
  const words = [...new Set(wordsOf(text))].filter((word) => /^\p{L}{3,}$/u.test(word));
  const rank = (word: string) => Math.max(...termsOfWord(word).map((term) => weightOf.get(term) ?? 0));
  return words.sort((a, b) => rank(b) - rank(a)).slice(0, most);
}
