/** Finding products by words: the code first, then the index; price and stock are read when the answer is given. */
import { fold } from "../../kernel/text.ts";
import type { Inventory, SellableProduct } from "../inventory/api.ts";
import type { Filters, Reason, Result } from "./domain.ts";
import type { Engine, Found } from "./engine.ts";
import type { Meaning } from "./lexical/index.ts";
import { termsOf, wordsOf } from "./text/analyze.ts";

/** more are looked at than are shown, since filters take some away */
const POOL = 200;

export type Search = ReturnType<typeof createSearch>;

export function createSearch({ engine, inventory }: { engine: Engine; inventory: Inventory }) {
  return {
    /** Ids alone, for the till. Throws while the catalogue was not read. */
    async ids(query: string, limit: number): Promise<{ sure: number[]; guesses: number[] }> {
      const found = engine.search(query, POOL);
      if (!found) throw new Error("the catalogue was not read yet");
      const whole = found.hits.filter(({ coverage }) => coverage === 1);
      const ids = (whole.length > 0 ? whole : found.hits).slice(0, limit).map(({ id }) => id);
      const written = whole.length > 0 && found.meanings.every(({ how }) => how !== "typo");
      return written ? { sure: ids, guesses: [] } : { sure: [], guesses: ids };
    },

    /** Undefined: the catalogue was not read yet. */
    async find(
      query: string,
      filters: Filters,
      storeId: number | undefined,
      limit: number,
    ): Promise<{ results: Result[]; total: number; corrected: { typed: string; meant: string }[] } | undefined> {
      const found = engine.search(query, POOL);
      if (!found) return undefined;
      const byCode = await inventory.findByCode(query.trim(), storeId);
      const ids = found.hits.map(({ id }) => id);
      const products = await inventory.products(byCode ? [byCode.id, ...ids] : ids, storeId);
      const best = found.hits[0]?.score ?? 1;
      const results: Result[] = [];
      if (byCode) {
        const product = withCategory(byCode, engine);
        results.push({ product, score: 1, lexicalScore: 1, terms: [], reasons: [{ kind: "code" }] });
      }
      for (const hit of found.hits) {
        const product = products.get(hit.id);
        if (!product?.active || hit.id === byCode?.id) continue;
        const { terms, reasons } = why(query, hit.text, found.meanings);
        const score = hit.score / best;
        results.push({
          product: { ...product, category: hit.text.category },
          score,
          lexicalScore: hit.score,
          terms,
          reasons,
        });
      }
      const fitting = results.filter(({ product }) => fits(product, filters));
      return { results: fitting.slice(0, limit), total: fitting.length, corrected: corrections(found) };
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

/** Of the meanings of the query's words those that this product has, as it writes them. */
function why(
  query: string,
  text: { name: string; sku: string; category: string | undefined; description: string | undefined },
  meanings: readonly Meaning[],
): { terms: string[]; reasons: Reason[] } {
  const own = new Map<string, string>();
  for (const field of [text.description, text.category, text.sku, text.name])
    for (const word of wordsOf(field ?? "")) for (const term of termsOf(word)) own.set(term, word);
  const words = new Set<string>();
  const typos = new Map<string, string>();
  const synonyms = new Map<string, string>();
  for (const typed of wordsOf(query)) {
    const meant = meanings.filter((one) => one.word === typed && own.has(one.term));
    const plain = meant.find(({ how }) => how !== "typo" && how !== "synonym");
    const same = meant.find(({ how }) => how === "synonym");
    if (!plain && same) synonyms.set(typed, own.get(same.term) ?? same.term);
    else if (plain) words.add(own.get(plain.term) ?? plain.term);
    else if (meant[0]) typos.set(typed, own.get(meant[0].term) ?? meant[0].term);
  }
  const reasons: Reason[] = [
    ...(words.size > 0 ? [{ kind: "words" as const, words: [...words] }] : []),
    ...[...synonyms].map(([typed, meant]) => ({ kind: "synonym" as const, typed, meant })),
    ...[...typos].map(([typed, meant]) => ({ kind: "typo" as const, typed, meant })),
  ];
  return { terms: [...words, ...synonyms.values(), ...typos.values()], reasons };
}

/** Words that stand in no product, and what the best result was found by instead. */
function corrections({ hits, meanings }: Found): { typed: string; meant: string }[] {
  const [best] = hits;
  if (!best) return [];
  const { reasons } = why(meanings.map(({ word }) => word).join(" "), best.text, meanings);
  return reasons.flatMap((one) => (one.kind === "typo" ? [{ typed: one.typed, meant: one.meant }] : []));
}
