/** What goes well with a product or a cart: bought together in this shop, and, where that says too little, what is alike. */
import type { Database } from "../../kernel/db/database.ts";
import { kernelErrors } from "../../kernel/errors.ts";
import type { Inventory, ProductText } from "../inventory/api.ts";
import type { Result } from "./domain.ts";
import type { Engine } from "./engine.ts";
import { partnersOf } from "./queries/together.ts";
import type { Space } from "./semantic/space.ts";
import { termsOfWord, wordsOf } from "./text/analyze.ts";
import { whyByMeaning, writtenWords } from "./why.ts";

const POOL = 60;
/** a cosine below makes nothing alike */
const LEAST_ALIKE = 0.3;
/** so many sales say as much as being alike does */
const FEW_SALES = 5;
/** of a full cart so many are looked at for what is alike: each is a walk through all vectors */
const MOST_GUESSED = 4;

export const ALGORITHMS = ["hybrid", "content_based", "collaborative"] as const;
export type Algorithm = (typeof ALGORITHMS)[number];

type Scored = Pick<Result, "score" | "reasons">;

/** sizes and units make nothing alike */
function tellingWords({ name, category }: Pick<ProductText, "name" | "category">): string[] {
  return wordsOf(`${name} ${category ?? ""}`).filter((word) => /^\p{L}{3,}$/u.test(word));
}

/** As the product writes them, each once. */
function spelled(words: readonly string[], text: ProductText): string[] {
  const own = writtenWords(text);
  return [...new Set(words.map((word) => own.get(termsOfWord(word)[0] ?? word) ?? word))];
}

export type Recommend = ReturnType<typeof createRecommend>;

export function createRecommend(parts: {
  db: Database;
  engine: Engine;
  inventory: Inventory;
  /** the model's, when there is one */
  space(): Space | undefined;
}) {
  const { db, engine, inventory, space } = parts;

  /** What stood on sales with these; `sales`: on how many each of these stood, as far as is known. */
  async function together(
    ids: readonly number[],
  ): Promise<{ others: Map<number, Scored>; sales: Map<number, number> }> {
    const partners = await partnersOf(db.replica, ids, POOL);
    const best = partners[0]?.score ?? 1;
    const sales = new Map(partners.map((one) => [one.productId, one.sales]));
    const others = new Map(
      partners.map((one): [number, Scored] => [
        one.otherId,
        {
          score: one.score / best,
          reasons: [
            {
              kind: "together" as const,
              with: engine.text(one.productId)?.name ?? "",
              together: one.together,
              sales: one.sales,
            },
          ],
        },
      ]),
    );
    return { others, sales };
  }

  /** By its place in the model, else by the words of its name and category. */
  function alike(id: number): Map<number, Scored> {
    const text = engine.text(id);
    if (!text) return new Map();
    const near = space();
    const unit = near?.vectors.get(id);
    const others =
      near && unit
        ? near.nearest(unit, POOL, LEAST_ALIKE).map((one) => ({ id: one.id, score: one.cosine }))
        : byWords(text);
    return new Map(
      others.flatMap(({ id: other, score }): [number, Scored][] => {
        const its = other === id ? undefined : engine.text(other);
        if (!its) return [];
        const shared = tellingWords(its).filter((word) => tellingWords(text).includes(word));
        if (shared.length > 0) return [[other, { score, reasons: [{ kind: "alike", words: spelled(shared, its) }] }]];
        return near && unit ? [[other, { score, reasons: whyByMeaning(near, unit, its).reasons }]] : [];
      }),
    );
  }

  function byWords(text: ProductText): { id: number; score: number }[] {
    const telling = tellingWords(text);
    const { hits = [] } = telling.length > 0 ? (engine.search(telling.join(" "), POOL) ?? {}) : {};
    const others = hits.filter((hit) => hit.id !== text.id);
    const best = others[0]?.score ?? 1;
    return others.map(({ id, score }) => ({ id, score: score / best }));
  }

  /** Never what is out of stock, without a price here, not sold any more, or in the cart; scores from 0 to 1. */
  async function forKnown(
    ids: readonly number[],
    algorithm: Algorithm,
    storeId: number | undefined,
    limit: number,
  ): Promise<Result[]> {
    const sold = algorithm === "content_based" ? undefined : await together(ids);
    const scored = new Map(sold?.others);
    // what was bought together is known, what is alike is guessed: the more sales, the less it counts
    const weightOf = (id: number) =>
      algorithm === "hybrid" ? FEW_SALES / (FEW_SALES + (sold?.sales.get(id) ?? 0)) : 1;
    const guessed = [...ids].sort((a, b) => weightOf(b) - weightOf(a)).slice(0, MOST_GUESSED);
    for (const id of algorithm === "collaborative" ? [] : guessed)
      for (const [other, one] of alike(id)) {
        const known = scored.get(other);
        if (!known) scored.set(other, { ...one, score: one.score * weightOf(id) });
        else known.score += one.score * weightOf(id);
      }
    for (const id of ids) scored.delete(id);
    const products = await inventory.products([...scored.keys()], storeId);
    const results = [...scored].flatMap(([id, { score, reasons }]): Result[] => {
      const product = products.get(id);
      if (!product?.active || !product.priced || !(product.unlimited || product.onHandMilli > 0)) return [];
      const { category, brand } = engine.text(id) ?? {};
      const scores = { score, lexicalScore: 0, semanticScore: 0 };
      return [{ product: { ...product, category, brand }, ...scores, terms: [], reasons }];
    });
    results.sort((a, b) => b.score - a.score || a.product.id - b.product.id);
    // what is bought together with one and like another adds up to more than 1
    const most = Math.max(1, results[0]?.score ?? 0);
    return results.slice(0, limit).map((one) => ({ ...one, score: one.score / most }));
  }

  return {
    forKnown,

    /** The same for ids that somebody sent. Throws NOT_FOUND for one that is no product's. */
    async forProducts(...[ids, algorithm, storeId, limit]: Parameters<typeof forKnown>): Promise<Result[]> {
      const own = await inventory.products(ids, storeId);
      if (ids.some((id) => !own.has(id))) throw kernelErrors.NOT_FOUND();
      return forKnown(ids, algorithm, storeId, limit);
    },
  };
}
