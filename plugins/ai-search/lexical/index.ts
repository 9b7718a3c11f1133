/**
 * An inverted index of the catalogue in memory: BM25 over weighted fields (Robertson, Zaragoza, Taylor 2004, "Simple BM25 extension to
 * multiple weighted fields"), typing errors, beginnings, synonyms. A product that changes is a new document and a dead old one; when
 * many are dead, `compact` takes them out.
 */
import { ByProduct } from "../by-product.ts";
import { fieldTerms } from "./fields.ts";
import { Names } from "./names.ts";
import { Postings } from "./postings.ts";
import { type Meaning, readQuery, type Slot } from "./query.ts";
import { Scratch } from "./scratch.ts";
import { Synonyms } from "./synonyms.ts";
import { Vocabulary } from "./vocabulary.ts";

export type { Meaning } from "./query.ts";

export interface ProductText {
  id: number;
  sku: string;
  name: string;
  description: string | undefined;
  category: string | undefined;
  brand?: string | undefined;
}

export interface Hit {
  id: number;
  score: number;
  /** share of the query's words that it has */
  coverage: number;
}

const K1 = 1.2;
/** names are short: their length says little */
const B = 0.3;
/** terms between two breaths */
const BATCH = 2000;

export class LexicalIndex {
  readonly vocabulary = new Vocabulary();
  readonly names = new Names();
  synonyms = new Synonyms();
  #postings = new Postings();
  /** product of each document; 0: dead */
  #products: number[] = [];
  /** weights of all its terms together */
  #lengths: number[] = [];
  readonly #documents = new ByProduct();
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
    let length = 0;
    for (const [term, weight] of fieldTerms(product)) {
      this.#postings.add(this.vocabulary.add(term), document, weight);
      length += weight;
    }
    this.#lengths.push(length);
    this.#totalLength += length;
    this.#documents.set(product.id, document);
    this.names.put(product.id, product.name);
  }

  remove(productId: number): void {
    const document = this.#documents.get(productId);
    if (document === undefined) return;
    this.#products[document] = 0;
    this.#totalLength -= this.#lengths[document] ?? 0;
    this.#documents.delete(productId);
    this.names.remove(productId);
    this.#dead += 1;
  }

  /** For when many came and no more will. */
  settle(): void {
    this.vocabulary.settle();
    this.names.settle();
  }

  has(productId: number): boolean {
    return this.#documents.get(productId) !== undefined;
  }

  /** Takes the dead out, with a breath now and then; nothing may be put or removed meanwhile. Terms that stand nowhere any more stay. */
  async compact(breath: () => Promise<unknown>): Promise<void> {
    const numbers = new Int32Array(this.#products.length).fill(-1);
    const [products, lengths]: [number[], number[]] = [[], []];
    this.#products.forEach((product, document) => {
      if (product === 0) return;
      numbers[document] = products.push(product) - 1;
      lengths.push(this.#lengths[document] ?? 0);
    });
    const fresh = new Postings();
    for (let term = 0; term < this.vocabulary.size; term++) {
      fresh.take(term, this.#postings, numbers);
      if (term % BATCH === BATCH - 1) await breath();
    }
    products.forEach((product, document) => {
      this.#documents.set(product, document);
    });
    this.#postings = fresh;
    this.#products = products;
    this.#lengths = lengths;
    this.#dead = 0;
  }

  /** In how many products it stands, of those that were renamed in the old one too. */
  frequency(term: string): number {
    const id = this.vocabulary.find(term);
    return id === undefined ? 0 : this.#postings.count(id);
  }

  /**
   * Best first, of those that `keep` does not leave out; `total`: how many there are beyond the limit too. `meanings`: what each word of
   * the query was taken for, the most frequent first.
   */
  search(
    query: string,
    limit: number,
    keep?: (productId: number) => boolean,
  ): { hits: Hit[]; total: number; meanings: Meaning[] } {
    const slots = readQuery(query, this.vocabulary, (term) => this.#postings.count(term), this.synonyms);
    const scratch = this.#scratch.upTo(this.#products.length);
    const meanings: Meaning[] = [];
    let all = 0;
    for (const slot of slots) {
      const idf = this.#idfOf(slot);
      all += idf.slot;
      for (const { term, weight, how } of slot.candidates) {
        meanings.push({ word: slot.word, term: this.vocabulary.terms[term] ?? "", how });
        this.#offer(term, weight * slot.share * idf.of(term));
      }
      scratch.endWord(idf.slot);
    }
    const { best, total } = scratch.drain(limit, all, (document) => {
      const product = this.#products[document] as number;
      return product !== 0 && (keep === undefined || keep(product));
    });
    const hits = best.map(({ document, sum, words }) => ({
      id: this.#products[document] ?? 0,
      score: sum,
      coverage: words / slots.length,
    }));
    return { hits, total, meanings };
  }

  #offer(term: number, weight: number): void {
    const scratch = this.#scratch;
    const lengths = this.#lengths;
    const perLength = (K1 * B * this.size) / Math.max(1, this.#totalLength);
    const constant = K1 * (1 - B);
    const full = weight * (K1 + 1);
    this.#postings.each(term, (document, frequency) => {
      scratch.offer(document, (full * frequency) / (frequency + constant + perLength * (lengths[document] as number)));
    });
  }

  #idf(count: number): number {
    return Math.log(1 + Math.max(0, this.size - count + 0.5) / (count + 0.5));
  }

  /** A word tells as much as it is rare itself, not as what it may go on to: `agua` stands before `aguacate`. */
  #idfOf({ candidates, share }: Slot): { slot: number; of(term: number): number } {
    const count = (term: number) => this.#postings.count(term);
    const exact = candidates.filter(({ how, weight }) => how === "exact" && weight === 1);
    const telling = exact.length > 0 ? exact : candidates;
    const most = telling.reduce((largest, { term }) => Math.max(largest, count(term)), 0);
    const sure = telling.reduce((largest, { weight }) => Math.max(largest, weight), 0);
    const idf = this.#idf(most);
    return { slot: idf * sure * share, of: (term) => Math.min(idf, this.#idf(count(term))) };
  }
}
