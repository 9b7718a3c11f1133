/** Finding products by words and meaning: the code first, then the index; price and stock are read when the answer is given. */
import { fold } from "../../kernel/text.ts";
import type { Inventory, SellableProduct } from "../inventory/api.ts";
import { askedPlace, blend, byMeaning, type Ranked } from "./blend.ts";
import type { Filters, Result } from "./domain.ts";
import type { Engine, Found } from "./engine.ts";
import type { Place } from "./semantic/place.ts";
import type { Space } from "./semantic/space.ts";
import { corrections, whyByMeaning, whyByWords } from "./why.ts";

/** more are looked at than are shown, since filters take some away */
const POOL = 200;
/** so many more are read than are shown: one may have been retired a moment ago */
const SPARE = 10;

export interface Answer {
  results: Result[];
  total: number;
  corrected: { typed: string; meant: string }[];
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
  /** Asks the index and the model once. Undefined: the catalogue was not read yet. */
  function asked(query: string): { found: Found; near: Space | undefined; place: Place | undefined } | undefined {
    const found = engine.search(query, POOL);
    if (!found) return undefined;
    const near = space();
    return { found, near, place: near && askedPlace(near, query, found.meanings) };
  }

  /** Those of the ranked that are sold and fit, with their prices and stock of now, and why they are there. */
  async function answered(
    query: string,
    { found, near, place }: { found: Found; near: Space | undefined; place: Place | undefined },
    ranked: readonly Ranked[],
    filters: Filters,
    storeId: number | undefined,
    limit: number,
  ): Promise<Answer> {
    const byCode = await inventory.findByCode(query.trim(), storeId);
    const others = ranked.filter(({ text }) => text.id !== byCode?.id);
    const open = Object.values(filters).every((one) => one === undefined || one === false);
    const read = open ? others.slice(0, limit + SPARE) : others;
    const products = await inventory.products(
      [...(byCode ? [byCode.id] : []), ...read.map(({ text }) => text.id)],
      storeId,
    );
    const fitting: { product: Result["product"]; one: Ranked | undefined }[] = [];
    if (byCode) fitting.push({ product: withCategory(byCode, engine), one: undefined });
    for (const one of read) {
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
    const total = open ? Math.max(results.length, others.length + (byCode ? 1 : 0)) : kept.length;
    return { results, total, corrected: corrections(found) };
  }

  return {
    /** Ids alone, for the till, `SPARE` more than are shown. Throws while the catalogue was not read. */
    async ids(query: string, limit: number): Promise<{ sure: number[]; guesses: number[] }> {
      const question = asked(query);
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
      const question = asked(query);
      if (!question) return undefined;
      const { found, near, place } = question;
      return answered(query, question, blend(found, near, place, engine, POOL), filters, storeId, limit);
    },

    /** By meaning, with the words where the model does not know them. Undefined: the catalogue was not read yet. */
    async findByMeaning(
      query: string,
      filters: Filters,
      storeId: number | undefined,
      limit: number,
    ): Promise<Answer | undefined> {
      const question = asked(query);
      if (!question) return undefined;
      const { found, near, place } = question;
      return answered(query, question, byMeaning(found, near, place, engine, POOL), filters, storeId, limit);
    },
  };
}

function withCategory(product: SellableProduct, engine: Engine) {
  return { ...product, category: engine.text(product.id)?.category };
}

function fits(product: Result["product"], { category, minPriceMinor, maxPriceMinor, inStock }: Filters): boolean {
  if (category !== undefined && fold(product.category ?? "") !== fold(category)) return false;
  if (minPriceMinor !== undefined && product.priceMinor < minPriceMinor) return false;
  if (maxPriceMinor !== undefined && product.priceMinor > maxPriceMinor) return false;
  return inStock !== true || product.onHandMilli > 0;
}
