/**
 * An inverted index of the catalogue in memory: BM25 over weighted fields (Robertson, Zaragoza, Taylor 2004, "Simple BM25 extension to
 * multiple weighted fields"), typing errors, and the beginning of the last word. A product that changes is a new document and a dead
 * old one; when many are dead, the owner builds anew.
 */
import { termsOf, termsOfWord, wordsOf } from "../text/analyze.ts";
import { Scratch } from "./scratch.ts";
import { Vocabulary } from "./vocabulary.ts";

export interface ProductText {
  id: number;
  sku: string;
  name: string;
  description: string | undefined;
  category: string | undefined;
}

export interface Hit {
  id: number;
  score: number;
  /** share of the query's words that it has */
  coverage: number;
}

/** What a word of the query was taken for. */
export interface Meaning {
  word: string;
  term: string;
  how: "exact" | "prefix" | "typo";
}

const K1 = 1.2;
/** names are short: their length says little */
const B = 0.3;
const FIELDS = { name: 3, sku: 2, category: 1, description: 0.5 } as const;

const PREFIX_WEIGHT = 0.6;
const TYPO_WEIGHT = 0.55;
const MOST_PREFIXED = 50;
const MOST_NEAR = 12;
const MOST_WORDS = 12;

interface Postings {
  documents: number[];
  /** weighted frequency */
  weights: number[];
}

interface Candidate {
  term: number;
  weight: number;
  how: Meaning["how"];
}

export class LexicalIndex {
  readonly vocabulary = new Vocabulary();
  readonly #postings: Postings[] = [];
  /** product of each document; 0: dead */
  readonly #products: number[] = [];
  readonly #lengths: number[] = [];
  readonly #documents = new Map<number, number>();
  #totalLength = 0;
  #dead = 0;
  readonly #scratch = new Scratch();

  /** products that can be found */
  get size(): number {
    return this.#documents.size;
  }

  /** share of documents that are dead, which cost time and memory */
  get waste(): number {
    return this.#products.length === 0 ? 0 : this.#dead / this.#products.length;
  }

  put(product: ProductText): void {
    this.remove(product.id);
    const document = this.#products.push(product.id) - 1;
    const weights = new Map<number, number>();
    let length = 0;
    for (const [field, weight] of Object.entries(FIELDS) as [keyof typeof FIELDS, number][]) {
      for (const term of termsOf(product[field] ?? "")) {
        const id = this.vocabulary.add(term);
        weights.set(id, (weights.get(id) ?? 0) + weight);
        length += weight;
      }
    }
    for (const [term, weight] of weights) {
      const postings = this.#postings[term] ?? { documents: [], weights: [] };
      this.#postings[term] = postings;
      postings.documents.push(document);
      postings.weights.push(weight);
    }
    this.#lengths.push(length);
    this.#totalLength += length;
    this.#documents.set(product.id, document);
  }

  remove(productId: number): void {
    const document = this.#documents.get(productId);
    if (document === undefined) return;
    this.#products[document] = 0;
    this.#totalLength -= this.#lengths[document] ?? 0;
    this.#documents.delete(productId);
    this.#dead += 1;
  }

  /** In how many products a term stands; of dead documents a few may still be counted. */
  frequency(term: string): number {
    const id = this.vocabulary.find(term);
    return id === undefined ? 0 : (this.#postings[id]?.documents.length ?? 0);
  }

  has(productId: number): boolean {
    return this.#documents.has(productId);
  }

  /** Best first. `meanings`: what each word of the query was taken for, the most frequent first. */
  search(query: string, limit: number): { hits: Hit[]; meanings: Meaning[] } {
    const words = wordsOf(query).slice(0, MOST_WORDS);
    const scratch = this.#scratch.upTo(this.#products.length);
    const meanings: Meaning[] = [];
    const average = this.#totalLength / Math.max(1, this.size);
    words.forEach((word, index) => {
      for (const { term, weight, how } of this.#candidates(word, index === words.length - 1)) {
        const postings = this.#postings[term];
        if (!postings) continue;
        const idf = Math.log(1 + (this.size - postings.documents.length + 0.5) / (postings.documents.length + 0.5));
        if (!(idf > 0)) continue;
        meanings.push({ word, term: this.vocabulary.terms[term] ?? "", how });
        for (let at = 0; at < postings.documents.length; at++) {
          const document = postings.documents[at] ?? 0;
          if (this.#products[document] === 0) continue;
          const frequency = postings.weights[at] ?? 0;
          const norm = K1 * (1 - B + (B * (this.#lengths[document] ?? 0)) / average);
          // of several readings of one word the best counts
          scratch.offer(document, (weight * idf * frequency * (K1 + 1)) / (frequency + norm));
        }
      }
      scratch.endWord();
    });
    const hits: Hit[] = [];
    scratch.drain((document, score, count) => {
      // who has all the words stands before who has one of them often
      const share = count / words.length;
      hits.push({ id: this.#products[document] ?? 0, score: score * share * share, coverage: share });
    });
    hits.sort((a, b) => b.score - a.score || a.id - b.id);
    return { hits: hits.slice(0, limit), meanings };
  }

  /** A word as it is; else how it may go on, when it is the last; else what it may have been meant to be. */
  #candidates(word: string, last: boolean): Candidate[] {
    const found = new Map<number, Candidate>();
    const offer = (term: number, weight: number, how: Meaning["how"]) => {
      if ((found.get(term)?.weight ?? 0) < weight) found.set(term, { term, weight, how });
    };
    const [whole = word, ...parts] = termsOfWord(word);
    const exact = this.vocabulary.find(whole);
    if (exact !== undefined) offer(exact, 1, "exact");
    for (const part of parts) {
      const id = this.vocabulary.find(part);
      if (id !== undefined) offer(id, 0.4, "exact");
    }
    if (last) for (const id of this.vocabulary.startingWith(whole, MOST_PREFIXED)) offer(id, PREFIX_WEIGHT, "prefix");
    if (exact === undefined && !/\d/.test(word)) {
      for (const id of this.vocabulary.sounding(whole)) offer(id, TYPO_WEIGHT, "typo");
      for (const target of new Set([whole, word]))
        for (const { term, edits } of this.vocabulary.near(target, MOST_NEAR)) offer(term, TYPO_WEIGHT / edits, "typo");
    }
    return [...found.values()];
  }
}
