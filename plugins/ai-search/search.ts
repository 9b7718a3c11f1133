/** Finding products by words and meaning: the code first, then the index; price and stock are read when the answer is given. */
import { fold } from "../../kernel/text.ts";
import type { Ending, Inventory, ProductText, SellableProduct } from "../inventory/api.ts";
import { askedPlace, blend, byMeaning, LEAST_COSINE, type Ranked } from "./blend.ts";
import type { Filters, Reason, Result } from "./domain.ts";
import type { Engine, Found } from "./engine.ts";
import type { Place } from "./semantic/place.ts";
import type { Space } from "./semantic/space.ts";
import { corrections, type Why, whyByMeaning, whyByWords } from "./why.ts";

/** so many of the best are looked at */
const POOL = 200;
/** and so many where price or stock, which only the database knows, take some away: it says which of these fit, or of more which of all */
const DEEP_POOL = 2000;
/** so many that are near in meaning alone are added to few */
const ADDED = 100;
/** so many more are read than are shown: one may have been retired a moment ago */
const SPARE = 10;
/** the till asks in the same moment why they are there */
const REMEMBERED = 32;

export interface Answer {
  results: Result[];
  total: number;
  corrected: { typed: string; meant: string }[];
}

interface Question {
  query: string;
  filters: Filters;
  /** products of the category that is asked for, and with `isOpen` those that fit */
  keep: ((productId: number) => boolean) | undefined;
  pool: number;
  /** so many are added that are near in meaning alone */
  added: number;
  found: Found;
  near: Space | undefined;
  place: Place | undefined;
}

type Rank = (question: Question) => Ranked[];

/** What was asked for the till, as long as catalogue and model are those of then. */
interface Remembered {
  question: Question;
  ending: readonly Ending[];
  edition: number;
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
  const remembered = new Map<string, Remembered>();

  /** Asks the index and the model once, for products of the category. Undefined: the catalogue was not read yet. */
  function ask(query: string, filters: Filters = {}, fitting?: ReadonlySet<number>): Question | undefined {
    const keep = keeping(filters.category, fitting, engine);
    const isOpen = fitting !== undefined || !byFigures(filters);
    const pool = isOpen ? POOL : DEEP_POOL;
    const found = engine.search(query, pool, keep);
    if (!found) return undefined;
    const near = space();
    const place = near && askedPlace(near, query, found.meanings);
    return { query, filters, keep, pool, added: isOpen ? ADDED : pool, found, near, place };
  }

  /** In order, those that have the price and stock that are asked for: of what was found, or, where that is more than is looked at, of all. */
  async function inOrder(rank: Rank, query: string, filters: Filters, storeId: number | undefined) {
    const question = ask(query, filters);
    if (!question) return undefined;
    const ranked = rank(question);
    if (!byFigures(filters)) return { question, ranked };
    const { found, pool } = question;
    if (found.total <= pool && ranked.length < pool) {
      const ids = ranked.map(({ text }) => text.id);
      const fitting = new Set(ids.length > 0 ? await inventory.fitting(filters, storeId, ids) : []);
      return { question, ranked: ranked.filter(({ text }) => fitting.has(text.id)) };
    }
    const fitting = ask(query, filters, new Set(await inventory.fitting(filters, storeId)));
    return fitting && { question: fitting, ranked: rank(fitting) };
  }

  /** What has the code, else those with a barcode that ends so: they stand first. */
  async function byCode({ query, keep, filters }: Question, storeId: number | undefined, limit: number) {
    const typed = query.trim();
    const [code, ending] = await Promise.all([inventory.findByCode(typed, storeId), inventory.endingIn(typed, limit)]);
    const products =
      code || ending.length === 0
        ? new Map<number, SellableProduct & { active: boolean }>()
        : await inventory.products(
            ending.map(({ productId }) => productId),
            storeId,
          );
    const reasons = new Map<number, Reason>(
      code ? [[code.id, { kind: "code" }]] : ending.map((one) => [one.productId, endReason(typed, one)]),
    );
    const found = code ? [code] : ending.flatMap(({ productId }) => products.get(productId) ?? []).filter(isActive);
    return { products: found.filter((one) => (keep === undefined || keep(one.id)) && fits(one, filters)), reasons };
  }

  /** Those of the ranked that are sold and fit, with their prices and stock of now, and why they are there; `beyond`: how many there are besides. */
  async function answered(
    question: Question,
    ranked: readonly Ranked[],
    beyond: number,
    storeId: number | undefined,
    limit: number,
  ): Promise<Answer> {
    const { filters, found } = question;
    const looked = ranked.slice(0, limit + SPARE);
    const ids = looked.map(({ text }) => text.id);
    const [first, products] = await Promise.all([byCode(question, storeId, limit), inventory.products(ids, storeId)]);
    const fitting: { product: Result["product"]; one: Ranked | undefined }[] = [];
    for (const product of first.products)
      fitting.push({ product: withFacts(product, engine.text(product.id)), one: undefined });
    for (const one of looked) {
      if (first.products.some(({ id }) => id === one.text.id)) continue;
      const product = products.get(one.text.id);
      if (product?.active) fitting.push({ product: withFacts(product, one.text), one });
    }
    // a moment ago they did: what was sold or priced since does not
    const kept = fitting.filter(({ product }) => fits(product, filters));
    const results = kept.slice(0, limit).map(({ product, one }): Result => {
      if (!one) {
        const reason = first.reasons.get(product.id);
        const reasons = reason ? [reason] : [];
        return { product, score: 1, lexicalScore: 1, semanticScore: 0, terms: [], reasons };
      }
      const { terms, reasons } = whyOf(question, one.text);
      const { score, lexicalScore, semanticScore } = one;
      return { product, score, lexicalScore, semanticScore, terms, reasons };
    });
    const again = ranked.filter(({ text }) => first.products.some(({ id }) => id === text.id)).length;
    const all = ranked.length + beyond + first.products.length - again;
    return { results, total: Math.max(results.length, all), corrected: corrections(found) };
  }

  /** Why a product is there; what has no word of the query is there by its meaning alone. */
  function whyOf({ query, found, near, place }: Question, text: Ranked["text"]): Why {
    const words = whyByWords(query, text, found.meanings);
    return words.reasons.length === 0 && near && place ? whyByMeaning(near, place.unit, text) : words;
  }

  /** What was found a moment ago, else asked anew. */
  async function asked(query: string, limit: number): Promise<Remembered | undefined> {
    const known = remembered.get(query);
    if (known && known.edition === engine.edition() && known.question.near === space()) return known;
    const edition = engine.edition();
    const question = ask(query);
    return question && { question, ending: await inventory.endingIn(query.trim(), limit), edition };
  }

  function remember(query: string, one: Remembered): void {
    remembered.delete(query);
    remembered.set(query, one);
    const [oldest] = remembered.keys();
    if (remembered.size > REMEMBERED && oldest !== undefined) remembered.delete(oldest);
  }

  return {
    /** Why each of these is found, by id; nothing of what the database found by itself, or by its whole code. */
    async reasons(query: string, ids: readonly number[]): Promise<Map<number, Reason[]>> {
      const known = await asked(query, ids.length);
      if (!known) return new Map();
      const { question, ending } = known;
      const { near, place } = question;
      const ends = new Map(ending.map((one) => [one.productId, endReason(query.trim(), one)]));
      return new Map(
        ids.flatMap((id): [number, Reason[]][] => {
          const text = engine.text(id);
          const end = ends.get(id);
          if (end) return [[id, [end]]];
          const isNear = (near && place ? (near.vectors.cosine(id, place.unit) ?? 0) : 0) >= LEAST_COSINE;
          const reasons = text ? whyOf(question, text).reasons : [];
          return reasons.some(({ kind }) => kind !== "meaning") || isNear ? [[id, reasons]] : [];
        }),
      );
    },

    /** Ids alone, for the till, `SPARE` more than are shown, and those whose barcode ends so. Throws while the catalogue was not read. */
    async ids(query: string, limit: number): Promise<{ sure: number[]; guesses: number[]; ending: number[] }> {
      const edition = engine.edition();
      const question = ask(query);
      if (!question) throw new Error("the catalogue was not read yet");
      const ends = await inventory.endingIn(query.trim(), limit);
      remember(query, { question, ending: ends, edition });
      const ending = ends.map(({ productId }) => productId);
      const { found, near, place } = question;
      const ranked = blend(found, near, place, engine, Math.min(limit + SPARE, ADDED));
      const whole = ranked.filter(({ coverage }) => coverage === 1);
      const ids = (whole.length > 0 ? whole : ranked).map(({ text }) => text.id);
      const written = whole.length > 0 && found.meanings.every(({ how }) => how !== "typo");
      return written ? { sure: ids, guesses: [], ending } : { sure: [], guesses: ids, ending };
    },

    /** By words, with a little weight of the meaning. Undefined: the catalogue was not read yet. */
    async find(
      query: string,
      filters: Filters,
      storeId: number | undefined,
      limit: number,
    ): Promise<Answer | undefined> {
      const rank: Rank = ({ found, near, place, keep, added }) => blend(found, near, place, engine, added, keep);
      const asked = await inOrder(rank, query, filters, storeId);
      if (!asked) return undefined;
      const { total, hits } = asked.question.found;
      return answered(asked.question, asked.ranked, total - hits.length, storeId, limit);
    },

    /** By meaning, with the words where the model does not know them. Undefined: the catalogue was not read yet. */
    async findByMeaning(
      query: string,
      filters: Filters,
      storeId: number | undefined,
      limit: number,
    ): Promise<Answer | undefined> {
      const rank: Rank = ({ found, near, place, pool, keep }) => byMeaning(found, near, place, engine, pool, keep);
      const asked = await inOrder(rank, query, filters, storeId);
      return asked && answered(asked.question, asked.ranked, 0, storeId, limit);
    },
  };
}

function endReason(figures: string, { unit }: Ending): Reason {
  return unit ? { kind: "code_end", figures, unit: unit.name } : { kind: "code_end", figures };
}

const isActive = ({ active }: { active: boolean }): boolean => active;

function withFacts(product: SellableProduct, text: ProductText | undefined): Result["product"] {
  return { ...product, category: text?.category, brand: text?.brand };
}

/** Undefined: all are. */
function keeping(category: string | undefined, fitting: ReadonlySet<number> | undefined, engine: Engine) {
  const ofIt = category === undefined ? undefined : ofCategory(category, engine);
  if (!fitting) return ofIt;
  return (id: number) => fitting.has(id) && (ofIt === undefined || ofIt(id));
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

/** The category was looked at before. What has no price in this store's money costs nothing that could be compared. */
function fits(product: SellableProduct, { minPriceMinor, maxPriceMinor, inStock }: Filters): boolean {
  const { priced, priceMinor, onHandMilli, unlimited } = product;
  if (minPriceMinor !== undefined && !(priced && priceMinor >= minPriceMinor)) return false;
  if (maxPriceMinor !== undefined && !(priced && priceMinor <= maxPriceMinor)) return false;
  return inStock !== true || unlimited || onHandMilli > 0;
}
