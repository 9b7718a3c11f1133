/** The texts of a catalogue on their way to a model: terms as numbers, so that 100,000 products take some megabytes. Pure. */
import { digestOf } from "./document.ts";
import { place } from "./place.ts";
import { csrOf } from "./sparse.ts";
import { truncatedSvd } from "./svd.ts";
import { columnsOf, rowOf, type Vocabulary, vocabularyOf } from "./tfidf.ts";

export interface FitParameters {
  /** at most; a small catalogue has fewer, else each product would be a meaning of its own */
  dimensions: number;
  textsADimension: number;
  seed: number;
  /** a term in fewer texts is left out, once there are `manyTexts` of them */
  leastTexts: number;
  manyTexts: number;
  mostTerms: number;
}

export const PARAMETERS: FitParameters = {
  dimensions: 100,
  textsADimension: 4,
  seed: 42,
  leastTexts: 2,
  manyTexts: 2000,
  mostTerms: 40_000,
};

/** A catalogue's model and where each product stands in it. */
export interface Fit {
  vocabulary: Vocabulary;
  dimensions: number;
  /** terms x dimensions */
  components: Float32Array;
  singularValues: number[];
  ids: number[];
  /** ids x dimensions, each of length 1, or of length 0 where the model knows no word of it */
  vectors: Float32Array;
  norms: Float32Array;
  digests: Int32Array;
}

/** Why a catalogue has no model. */
export type NoFit = { empty: "too_few_products" | "no_shared_words" };

export class Collection {
  readonly #terms: string[] = [];
  readonly #numbers = new Map<string, number>();
  readonly #counts: number[] = [];
  readonly #texts: Uint32Array[] = [];
  readonly #ids: number[] = [];
  readonly #digests: number[] = [];

  add(id: number, terms: readonly string[]): void {
    const numbers = Uint32Array.from(terms, (term) => this.#numberOf(term));
    for (const number of new Set(numbers)) this.#counts[number] = (this.#counts[number] ?? 0) + 1;
    this.#texts.push(numbers);
    this.#ids.push(id);
    this.#digests.push(digestOf(terms));
  }

  /** Heavy: for a thread of its own. `onProgress`: the share that is done, 0 to 1. */
  fit(parameters: FitParameters, onProgress?: (share: number) => void): Fit | NoFit {
    const size = this.#ids.length;
    if (size < 2) return { empty: "too_few_products" };
    const counts = new Map(this.#terms.map((term, number) => [term, this.#counts[number] ?? 0]));
    const leastTexts = size < parameters.manyTexts ? 1 : parameters.leastTexts;
    const vocabulary = vocabularyOf(counts, size, { leastTexts, mostTerms: parameters.mostTerms });
    // words that no two products share make nothing alike
    if (!vocabulary.terms.some((term) => (counts.get(term) ?? 0) > 1)) return { empty: "no_shared_words" };
    const columns = columnsOf(vocabulary);
    const rows = this.#texts.map((numbers) =>
      rowOf(
        Array.from(numbers, (number) => this.#terms[number] ?? ""),
        columns,
        vocabulary.idf,
      ),
    );
    const matrix = csrOf(rows, vocabulary.terms.length);
    const { dimensions, components, singularValues } = truncatedSvd(matrix, {
      dimensions: Math.min(parameters.dimensions, Math.max(2, Math.ceil(size / parameters.textsADimension))),
      seed: parameters.seed,
      ...(onProgress ? { onProgress } : {}),
    });
    const vectors = new Float32Array(size * dimensions);
    const norms = new Float32Array(size);
    rows.forEach((row, at) => {
      const { unit, norm } = place(row, components, dimensions);
      vectors.set(unit, at * dimensions);
      norms[at] = norm;
    });
    return {
      vocabulary,
      dimensions,
      components,
      singularValues: [...singularValues],
      ids: this.#ids,
      vectors,
      norms,
      digests: Int32Array.from(this.#digests),
    };
  }

  #numberOf(term: string): number {
    const known = this.#numbers.get(term);
    if (known !== undefined) return known;
    const number = this.#terms.push(term) - 1;
    this.#numbers.set(term, number);
    return number;
  }
}
