/** A model in memory: what words mean by it, where products stand, and what a query is near to. */
import { digestOf } from "./document.ts";
import { type Place, place } from "./place.ts";
import { columnsOf, rowOf } from "./tfidf.ts";
import { type Near, Vectors } from "./vectors.ts";

export interface Model {
  /** its version */
  id: number;
  /** of the catalogue that it was fitted on */
  products: number;
  terms: readonly string[];
  idf: Float32Array;
  /** terms x dimensions */
  components: Float32Array;
  dimensions: number;
  singularValues: readonly number[];
  readyAt: Date;
}

export interface Folded {
  productId: number;
  unit: Float32Array;
  norm: number;
  digest: number;
}

export class Space {
  readonly model: Model;
  readonly vectors: Vectors;
  readonly #columns: ReadonlyMap<string, number>;

  constructor(model: Model) {
    this.model = model;
    this.vectors = new Vectors(model.dimensions, Math.ceil(model.products * 1.1) + 16);
    this.#columns = columnsOf(model);
  }

  /** Where a text stands. Length 0: the model knows no word of it. */
  placeOf(terms: readonly string[]): Place {
    const { components, dimensions, idf } = this.model;
    return place(rowOf(terms, this.#columns, idf), components, dimensions);
  }

  knows(term: string): boolean {
    return this.#columns.has(term);
  }

  /** A product that came or changed after the fit: the same place that a fit with these components would give it. */
  fold(productId: number, terms: readonly string[]): Folded {
    const { unit, norm } = this.placeOf(terms);
    const digest = digestOf(terms);
    this.vectors.put(productId, unit, digest);
    return { productId, unit, norm, digest };
  }

  nearest(unit: Float32Array, limit: number, least: number, keep?: (id: number) => boolean): Near[] {
    return this.vectors.nearest(unit, limit, least, keep);
  }

  /**
   * The terms of a text that bring it near to a place, the strongest first: what each adds to the cosine, as far as it adds more
   * than `share` of what the strongest does.
   */
  shared(terms: readonly string[], unit: Float32Array, most: number, share = 0.25): string[] {
    const { indices, values } = rowOf(terms, this.#columns, this.model.idf);
    const { components, dimensions } = this.model;
    const parts = Array.from(indices, (column, at) => {
      let sum = 0;
      for (let j = 0; j < dimensions; j++) sum += (components[column * dimensions + j] as number) * (unit[j] as number);
      return { term: this.model.terms[column] ?? "", part: sum * (values[at] as number) };
    });
    parts.sort((a, b) => b.part - a.part || (a.term < b.term ? -1 : 1));
    const strongest = parts[0]?.part ?? 0;
    return parts
      .filter(({ part }) => part > 0 && part >= strongest * share)
      .slice(0, most)
      .map(({ term }) => term);
  }
}
