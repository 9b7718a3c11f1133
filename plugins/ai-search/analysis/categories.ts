/**
 * What category a text belongs to: its nearest products in the index vote, each with its score (k nearest neighbours, as compared by
 * Y. Yang, X. Liu, "A re-examination of text categorization methods", SIGIR 1999). It learns with every product that is saved.
 */
import { wordsOf } from "../text/analyze.ts";

export interface CategoryGuess {
  category: string;
  /** share of the votes, between 0 and 1 */
  score: number;
}

export interface Neighbour {
  id: number;
  score: number;
  /** share of the text's words that it has */
  coverage: number;
  category: string | undefined;
}

const K = 15;
/** who shares less with the text knows nothing of it */
const LEAST_COVERAGE = 0.3;
const LEAST_SHARE = 0.15;

/** `neighbours` best first. Guesses best first; none where nothing is near enough. */
export function guessCategory(neighbours: readonly Neighbour[], exceptId?: number): CategoryGuess[] {
  const near = neighbours
    .filter(({ id, coverage, category }) => id !== exceptId && coverage >= LEAST_COVERAGE && category !== undefined)
    .slice(0, K);
  const votes = new Map<string, number>();
  let all = 0;
  for (const { score, category = "" } of near) {
    votes.set(category, (votes.get(category) ?? 0) + score);
    all += score;
  }
  return [...votes]
    .map(([category, vote]) => ({ category, score: vote / all }))
    .filter(({ score }) => score >= LEAST_SHARE)
    .sort((a, b) => b.score - a.score || (a.category < b.category ? -1 : 1));
}

/** What of a text tells its category: words, not sizes. Empty: nothing. */
export function tellingWords(text: string): string {
  return wordsOf(text)
    .filter((word) => /^\p{L}{3,}$/u.test(word))
    .join(" ");
}
