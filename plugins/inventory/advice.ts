/** What a search engine knows beyond finding. It is asked through here: when there is none, or it fails, the answer is nothing. */
import type { Logger } from "pino";
import type { Text } from "../../kernel/i18n.ts";
import type { SellableProduct } from "./api.ts";

/** What a product that somebody is writing down may be. Scores between 0 and 1, best first. */
export interface Judgement {
  categories: { category: string; score: number }[];
  /** products of nearly the same name */
  duplicates: { productId: number; sku: string; name: string; score: number }[];
}

/** For a query that nothing matches; undefined: nothing is near it. */
export interface Nearest {
  /** words that do find something */
  words: string | undefined;
  category: { id: number; name: string } | undefined;
}

export interface GoesWith {
  product: SellableProduct;
  /** in the reader's language, with the counts behind it */
  reason: string;
}

export interface Choice {
  query: string;
  productId: number;
  userId: number;
}

/** Brought by a search engine. Each may throw; nobody waits for it longer than MOST_MS. */
export interface Adviser {
  /** false: it has not read the catalogue, or is down */
  ready(): boolean;
  judge(product: { name: string; description: string | undefined }, exceptId: number | undefined): Promise<Judgement>;
  nearest(query: string): Promise<Nearest>;
  /** Of this store: in stock, active, none of these. */
  goesWith(
    productIds: readonly number[],
    at: { storeId: number | undefined; limit: number; text: Text },
  ): Promise<GoesWith[]>;
  /** Of these results of a query those that do not simply have its words: why they are there, in the reader's language. */
  why(query: string, productIds: readonly number[], text: Text): Promise<ReadonlyMap<number, string>>;
  /** What was taken of what the till's box found. */
  chosen(choice: Choice): void;
}

/** As Adviser, and never in the way. */
export type Advice = Adviser;

const MOST_MS = 1000;

export function createAdvice({ log }: { log: Logger }): Advice & { register(adviser: Adviser): void } {
  let adviser: Adviser | undefined;

  async function ask<T>(question: (of: Adviser) => Promise<T>, nothing: T): Promise<T> {
    if (!adviser?.ready()) return nothing;
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<T>((_, reject) => {
      timer = setTimeout(() => reject(new Error(`no answer in ${MOST_MS} ms`)), MOST_MS);
    });
    try {
      return await Promise.race([question(adviser), late]);
    } catch (error) {
      log.warn({ err: error }, "the search engine gave no advice");
      return nothing;
    } finally {
      clearTimeout(timer);
    }
  }

  return {
    register(own) {
      adviser = own;
    },
    ready: () => adviser?.ready() ?? false,
    judge: (product, exceptId) =>
      ask((of) => of.judge(product, exceptId), { categories: [], duplicates: [] } as Judgement),
    nearest: (query) => ask((of) => of.nearest(query), { words: undefined, category: undefined } as Nearest),
    goesWith: (productIds, at) =>
      productIds.length === 0 ? Promise.resolve([]) : ask((of) => of.goesWith(productIds, at), [] as GoesWith[]),
    why: (query, productIds, text) =>
      productIds.length === 0
        ? Promise.resolve(new Map())
        : ask((of) => of.why(query, productIds, text), new Map<number, string>() as ReadonlyMap<number, string>),
    chosen(choice) {
      try {
        adviser?.chosen(choice);
      } catch (error) {
        log.warn({ err: error }, "what was chosen is not in the log");
      }
    },
  };
}
