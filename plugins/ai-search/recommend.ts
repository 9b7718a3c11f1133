/** What goes well with a product or a cart: bought together in this shop, and, where that says too little, what is alike. */
import type { Database } from "../../kernel/db/database.ts";
import { kernelErrors } from "../../kernel/errors.ts";
import type { Inventory } from "../inventory/api.ts";
import type { Result } from "./domain.ts";
import type { Engine } from "./engine.ts";
import { partnersOf } from "./queries/together.ts";
import { wordsOf } from "./text/analyze.ts";

const POOL = 60;

export const ALGORITHMS = ["hybrid", "content_based", "collaborative"] as const;
export type Algorithm = (typeof ALGORITHMS)[number];

export type Recommend = ReturnType<typeof createRecommend>;

export function createRecommend(parts: { db: Database; engine: Engine; inventory: Inventory }) {
  const { db, engine, inventory } = parts;

  async function together(ids: readonly number[]): Promise<Map<number, Pick<Result, "score" | "reasons">>> {
    const partners = await partnersOf(db.replica, ids, POOL);
    const best = partners[0]?.score ?? 1;
    return new Map(
      partners.map((one) => [
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
  }

  /** By the words of its name and category. */
  function alike(id: number): Map<number, Pick<Result, "score" | "reasons">> {
    const text = engine.text(id);
    if (!text) return new Map();
    // sizes and units make nothing alike
    const telling = wordsOf(`${text.name} ${text.category ?? ""}`).filter((word) => /^\p{L}{3,}$/u.test(word));
    if (telling.length === 0) return new Map();
    const { hits = [] } = engine.search(telling.join(" "), POOL) ?? {};
    const others = hits.filter((hit) => hit.id !== id);
    const best = others[0]?.score ?? 1;
    const own = new Set(telling);
    return new Map(
      others.map((hit) => {
        const shared = wordsOf(`${hit.text.name} ${hit.text.category ?? ""}`).filter((word) => own.has(word));
        return [
          hit.id,
          { score: hit.score / best, reasons: [{ kind: "alike" as const, words: [...new Set(shared)] }] },
        ];
      }),
    );
  }

  return {
    /** Never what is out of stock, not sold any more, or in the cart. Throws NOT_FOUND for a product that is none. */
    async forProducts(
      ids: readonly number[],
      algorithm: Algorithm,
      storeId: number | undefined,
      limit: number,
    ): Promise<Result[]> {
      const own = await inventory.products(ids, storeId);
      if (ids.some((id) => !own.has(id))) throw kernelErrors.NOT_FOUND();
      const scored = new Map<number, Pick<Result, "score" | "reasons">>();
      if (algorithm !== "content_based") for (const [id, one] of await together(ids)) scored.set(id, one);
      if (algorithm !== "collaborative")
        for (const id of ids)
          for (const [other, one] of alike(id)) {
            // what was bought together is known, what is alike is guessed
            const weight = algorithm === "hybrid" ? 0.3 : 1;
            const known = scored.get(other);
            if (!known) scored.set(other, { ...one, score: one.score * weight });
            else known.score += one.score * weight;
          }
      for (const id of ids) scored.delete(id);
      const products = await inventory.products([...scored.keys()], storeId);
      const results = [...scored].flatMap(([id, { score, reasons }]): Result[] => {
        const product = products.get(id);
        if (!product?.active || product.onHandMilli <= 0) return [];
        const category = engine.text(id)?.category;
        return [{ product: { ...product, category }, score, lexicalScore: 0, terms: [], reasons }];
      });
      return results.sort((a, b) => b.score - a.score || a.product.id - b.product.id).slice(0, limit);
    },
  };
}
