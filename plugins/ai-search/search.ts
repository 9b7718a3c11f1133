/** Finding products by words and meaning: the code first, then the index; price and stock are read when the answer is given. */
import { fold } from "../../kernel/text.ts";
import type { Inventory, SellableProduct } from "../inventory/api.ts";
import { askedPlace, blend, byMeaning, type Ranked } from "./blend.ts";
import type { Filters, Result } from "./domain.ts";
import type { Engine, Found } from "./engine.ts";
import type { Place } from "./semantic/place.ts";
import type { Space } from "./semantic/space.ts";
import { corrections, whyByMeaning, whyByWords } from "./why.ts";

/** so many of the best are looked at */
const POOL = 200;
/** and so many where price or stock, which only the database knows, take some away */
const DEEP_POOL = 2000;
/** of which so many are read at once */
const BATCH = 500;
/** so many more are read than are shown: one may have been retired a moment ago */
const SPARE = 10;

export interface Answer {
  results: Result[];
  total: number;
  corrected: { typed: string; meant: string }[];
}

interface Question {
  query: string;
  filters: Filters;
  /** products of the category that is asked for */
  keep: ((productId: number) => boolean) | undefined;
  pool: number;
  found: Found;
  near: Space | undefined;
  place: Place | undefined;
}

export type Search = ReturnType<typeof createSearch>;

export function createSearch({
  engine,
  inventory,
  space,
}: {
  engine: Engine;
  inventory: Inventory;
  /** the model's, when there is one */
  space(): Space | undefined;
}) {
  /** Asks the index and the model once, for products of the category. Undefined: the catalogue was not read yet. */
  function ask(query: string, filters: Filters = {}): Question | undefined {
    const keep = filters.category === undefined ? undefined : ofCategory(filters.category, engine);
    const pool = byFigures(filters) ? DEEP_POOL : POOL;
    const found = engine.search(query, pool, keep);
    if (!found) return undefined;
    const near = space();
    return { query, filters, keep, pool, found, near, place: near && askedPlace(near, query, found.meanings) };
  }

  async function read(ids: readonly number[], storeId: number | undefined) {
    const products = new Map<number, SellableProduct & { active: boolean }>();
    for (let at = 0; at < ids.length; at += BATCH)
      for (const [id, product] of await inventory.products(ids.slice(at, at + BATCH), storeId))
        products.set(id, product);
    return products;
  }

  /**
   * Those of the ranked that are sold and fit, with their prices and stock of now, and why they are there. `beyond`: how many there are
   * besides the ranked ones; with a price or stock asked for nobody knows which of them fit, and they do not count.
   */
  async function answered(
    { query, filters, keep, found, near, place }: Question,
    ranked: readonly Ranked[],
    beyond: number,
    storeId: number | undefined,
    limit: number,
  ): Promise<Answer> {
    const open = !byFigures(filters);
    const looked = open ? ranked.slice(0, limit + SPARE) : ranked;
    const ids = looked.map(({ text }) => text.id);
    const [code, products] = await Promise.all([inventory.findByCode(query.trim(), storeId), read(ids, storeId)]);
    const byCode = code && (keep === undefined || keep(code.id)) ? code : undefined;
    const fitting: { product: Result["product"]; one: Ranked | undefined }[] = [];
    if (byCode) fitting.push({ product: withCategory(byCode, engine), one: undefined });
    for (const one of looked) {
      if (one.text.id === byCode?.id) continue;
      const product = products.get(one.text.id);
      if (product?.active) fitting.push({ product: { ...product, category: one.text.category }, one });
    }
    const kept = fitting.filter(({ product }) => fits(product, filters));
    const results = kept.slice(0, limit).map(({ product, one }): Result => {
      if (!one) return { product, score: 1, lexicalScore: 1, semanticScore: 0, terms: [], reasons: [{ kind: "code" }] };
      const words = whyByWords(query, one.text, found.meanings);
      // what has no word of the query is there by its meaning alone
      const { terms, reasons } =
        words.reasons.length === 0 && near && place ? whyByMeaning(near, place.unit, one.text) : words;
      const { score, lexicalScore, semanticScore } = one;
      return { product, score, lexicalScore, semanticScore, terms, reasons };
    });
    const again = ranked.some(({ text }) => text.id === byCode?.id);
    const all = ranked.length + beyond + (byCode && !again ? 1 : 0);
    return { results, total: open ? Math.max(results.length, all) : kept.length, corrected: corrections(found) };
  }

  return {
    /** Ids alone, for the till, `SPARE` more than are shown. Throws while the catalogue was not read. */
    async ids(query: string, limit: number): Promise<{ sure: number[]; guesses: number[] }> {
      const question = ask(query);
      if (!question) throw new Error("the catalogue was not read yet");
      const { found, near, place } = question;
      const ranked = blend(found, near, place, engine, limit + SPARE);
      const whole = ranked.filter(({ coverage }) => coverage === 1);
      const ids = (whole.length > 0 ? whole : ranked).map(({ text }) => text.id);
      const written = whole.length > 0 && found.meanings.every(({ how }) => how !== "typo");
      return written ? { sure: ids, guesses: [] } : { sure: [], guesses: ids };
    },

    /** By words, with a little weight of the meaning. Undefined: the catalogue was not read yet. */
    async find(
      query: string,
      filters: Filters,
      storeId: number | undefined,
      limit: number,
    ): Promise<Answer | undefined> {
      const question = ask(query, filters);
      if (!question) return undefined;
      const { found, near, place, pool, keep } = question;
      const ranked = blend(found, near, place, engine, pool, keep);
      return answered(question, ranked, found.total - found.hits.length, storeId, limit);
    },

    /** By meaning, with the words where the model does not know them. Undefined: the catalogue was not read yet. */
    async findByMeaning(
      query: string,
      filters: Filters,
      storeId: number | undefined,
      limit: number,
    ): Promise<Answer | undefined> {
      const question = ask(query, filters);
      if (!question) return undefined;
      const { found, near, place, pool, keep } = question;
      return answered(question, byMeaning(found, near, place, engine, pool, keep), 0, storeId, limit);
    },
  };
}

function withCategory(product: SellableProduct, engine: Engine) {
  return { ...product, category: engine.text(product.id)?.category };
}

/** A common word stands in most of a catalogue, and its categories are few: each name is folded once. */
function ofCategory(category: string, engine: Engine): (productId: number) => boolean {
  const wanted = fold(category);
  const known = new Map<string, boolean>();
  return (productId) => {
    const name = engine.text(productId)?.category ?? "";
    const answer = known.get(name) ?? fold(name) === wanted;
    known.set(name, answer);
    return answer;
  };
}

function byFigures({ minPriceMinor, maxPriceMinor, inStock }: Filters): boolean {
  return minPriceMinor !== undefined || maxPriceMinor !== undefined || inStock === true;
}

/** The category was looked at before. */
function fits(product: Result["product"], { minPriceMinor, maxPriceMinor, inStock }: Filters): boolean {
  if (minPriceMinor !== undefined && product.priceMinor < minPriceMinor) return false;
  if (maxPriceMinor !== undefined && product.priceMinor > maxPriceMinor) return false;
  return inStock !== true || product.onHandMilli > 0;
}
