/**
 * TF-IDF as scikit-learn's TfidfVectorizer(sublinear_tf=True, norm="l2", smooth_idf=True) has it: a term that stands f times in a
 * text weighs (1 + ln f) x idf, idf = ln((1 + n) / (1 + df)) + 1, and a text's weights have the length 1.
 * G. Salton, C. Buckley, "Term-weighting approaches in automatic text retrieval" (1988).
 */
import type { SparseRow } from "./sparse.ts";

export interface Vocabulary {
  /** in the order of their columns */
  terms: readonly string[];
  /** of the same length */
  idf: Float32Array;
}

export interface VocabularyOptions {
  /** a term that stands in fewer texts makes nothing alike */
  leastTexts: number;
  /** the most frequent are kept */
  mostTerms: number;
}

/** The terms of texts, in the order of the alphabet. `texts`: how many there are; `counts`: in how many of them each term stands. */
export function vocabularyOf(
  counts: ReadonlyMap<string, number>,
  texts: number,
  { leastTexts, mostTerms }: VocabularyOptions,
): Vocabulary {
  const kept = [...counts].filter(([, count]) => count >= leastTexts);
  kept.sort(([a, countA], [b, countB]) => countB - countA || (a < b ? -1 : 1));
  const terms = kept.slice(0, mostTerms).map(([term]) => term);
  terms.sort();
  return { terms, idf: Float32Array.from(terms, (term) => Math.log((1 + texts) / (1 + (counts.get(term) ?? 0))) + 1) };
}

export function columnsOf({ terms }: Vocabulary): Map<string, number> {
  return new Map(terms.map((term, column) => [term, column]));
}

/**
 * A text's row, of length 1, or empty when it has no term of the vocabulary. `known`: the share of its weight that the vocabulary
 * knows, 0 to 1, with what it does not know taken for as rare as the rarest.
 */
export function rowOf(terms: readonly string[], columns: ReadonlyMap<string, number>, idf: Float32Array): SparseRow {
  const counts = new Map<number, number>();
  for (const term of terms) {
    const column = columns.get(term);
    if (column !== undefined) counts.set(column, (counts.get(column) ?? 0) + 1);
  }
  const indices = Uint32Array.from(counts.keys()).sort();
  const weights = Float64Array.from(indices, (column) => (1 + Math.log(counts.get(column) ?? 1)) * (idf[column] ?? 0));
  const length = Math.hypot(...weights);
  return { indices, values: Float32Array.from(weights, (weight) => weight / length) };
}
