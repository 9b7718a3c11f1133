/** Finding products: for the till by words, for people in lists with filters. */
import type { Logger } from "pino";
import type { Database } from "../../kernel/db/database.ts";
import type { Ending, Finder } from "./api.ts";
import { productsEnding } from "./queries/fitting.ts";
import { sellableByIds } from "./queries/products.ts";
import * as queries from "./queries/search.ts";
import { sellableVariants } from "./queries/variants.ts";
import { wordsNear } from "./queries/words.ts";
import { correctionsOf, type SearchPatterns, SHORTEST_CORRECTED, searchPatterns } from "./search-text.ts";
import type { Listed } from "./store-prices.ts";

export interface ListRequest {
  q?: string | undefined;
  filter: queries.ProductFilter;
  /** whose shelves are shown; undefined: the store that sells when nobody says another */
  storeId: number | undefined;
  after: queries.ListPlace | undefined;
  limit: number;
}

const NOBODY = { sure: [], guesses: [] };
/** fewer figures end too many barcodes, more are none */
const END_OF_CODE = /^\d{4,14}$/;
/** of a large catalogue many barcodes end in the same four or five figures, and the number may be meant as a word */
const TELLING = 6;
const FEW = 3;

export type Catalogue = ReturnType<typeof createCatalogue>;

export function createCatalogue({ db, log }: { db: Database; log: Logger }) {
  /** Ids. Nothing is written as typed: each word may have one typing error. */
  async function withTypos(patterns: SearchPatterns, filter: queries.ProductFilter, limit: number): Promise<number[]> {
    const guesses = await Promise.all(
      patterns.words.map(async (word, index) => ({
        anywhere: patterns.anywhere[index] ?? "",
        corrections: word.length < SHORTEST_CORRECTED ? [] : correctionsOf(word, await wordsNear(db.primary, word)),
      })),
    );
    if (guesses.every(({ corrections }) => corrections.length === 0)) return [];
    return queries.productsGuessed(db.primary, guesses, filter, limit);
  }

  let finder: Finder | undefined;

  /** Ids by whoever finds better. */
  async function asked(...[query, limit, asks]: Parameters<Finder>): ReturnType<Finder> {
    if (!finder) return NOBODY;
    try {
      return await finder(query, limit, asks);
    } catch (error) {
      log.warn({ err: error }, "the search engine did not answer; the database does");
      return NOBODY;
    }
  }

  /** In place of a parent its variants, each product once. */
  async function sold(found: Listed[], storeId: number | undefined, limit: number): Promise<Listed[]> {
    const parents = found.flatMap(({ kind, id }) => (kind === "parent" ? [id] : []));
    if (parents.length === 0) return found;
    const variants = await sellableVariants(db.primary, parents, storeId);
    const all = found.flatMap((one) => (one.kind === "parent" ? (variants.get(one.id) ?? []) : [one]));
    return [...new Map(all.map((one) => [one.id, one])).values()].slice(0, limit);
  }

  /** Those that are sold, in that order. */
  async function soldOf(ids: readonly number[], storeId: number | undefined): Promise<Listed[]> {
    if (ids.length === 0) return [];
    const products = await sellableByIds(db.primary, ids, storeId);
    return ids.flatMap((id) => (products.get(id)?.active ? withoutState(products.get(id)) : []));
  }

  /** See `Inventory.endingIn`. */
  const endingIn = async (figures: string, limit: number): Promise<Ending[]> =>
    END_OF_CODE.test(figures)
      ? productsEnding(db.primary, figures, figures.length < TELLING ? Math.min(limit, FEW) : limit)
      : [];

  /** Whose barcode ends so, and what is like it. */
  async function find(query: string, storeId: number | undefined, limit: number, userId?: number): Promise<Listed[]> {
    const [ending, like] = await Promise.all([endedSo(query, storeId, limit), byWords(query, storeId, limit, userId)]);
    const first = new Set(ending.map(({ id }) => id));
    return [...ending, ...like.filter(({ id }) => !first.has(id))].slice(0, limit);
  }

  async function endedSo(query: string, storeId: number | undefined, limit: number): Promise<Listed[]> {
    const ending = new Map((await endingIn(query.trim(), limit)).map((one) => [one.productId, one.unit]));
    const products = await soldOf([...ending.keys()], storeId);
    return products.map((one) => {
      const unit = ending.get(one.id);
      return unit ? { ...one, unitId: unit.id } : one;
    });
  }

  /** What is like it, best first, parents in their own place. */
  async function byWords(
    query: string,
    storeId: number | undefined,
    limit: number,
    userId?: number,
  ): Promise<Listed[]> {
    const { sure, guesses } = await asked(query, limit, { storeId, userId });
    const better = await soldOf(sure, storeId);
    if (better.length > 0) return better.slice(0, limit);
    const patterns = searchPatterns(query);
    if (!patterns) return [];
    const found = await queries.sellableMatching(db.primary, patterns, storeId, limit);
    if (found.length > 0) return found;
    const guessed = await soldOf(guesses, storeId);
    return guessed.length > 0
      ? guessed.slice(0, limit)
      : soldOf(await withTypos(patterns, { active: true }, limit), storeId);
  }

  return {
    registerFinder(own: Finder): void {
      finder = own;
    },

    endingIn,

    /** See `Inventory.search`. */
    search: async (query: string, storeId: number | undefined, limit: number, userId?: number): Promise<Listed[]> =>
      sold(await find(query, storeId, limit, userId), storeId, limit),

    /** One row more than a page; `corrected`: nothing was written so, these look like it, and there are no further pages. */
    async list({
      q,
      filter,
      storeId,
      after,
      limit,
    }: ListRequest): Promise<{ rows: queries.Listed[]; corrected: boolean }> {
      if (q === undefined) return exactly(await queries.productsByName(db.replica, filter, storeId, after, limit));
      const patterns = searchPatterns(q);
      if (!patterns) return exactly([]);
      const found = await queries.productsMatching(db.replica, patterns, { ...filter, code: q }, storeId, after, limit);
      if (found.length > 0 || after !== undefined) return exactly(found);
      const ids = await withTypos(patterns, filter, limit - 1);
      const byId = new Map(
        (await queries.productsByIds(db.replica, ids, storeId)).map((product) => [product.id, product]),
      );
      return { rows: ids.flatMap((id) => byId.get(id) ?? []), corrected: ids.length > 0 };
    },
  };
}

function exactly(rows: queries.Listed[]) {
  return { rows, corrected: false };
}

function withoutState(product: (Listed & { active?: boolean }) | undefined): Listed[] {
  if (!product) return [];
  const { active: _, ...sellable } = product;
  return [sellable];
}
