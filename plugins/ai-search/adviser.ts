/** What other plugins are told through inventory: what a name may be, what is near a query, what goes well with a cart. */
import type { Adviser } from "../inventory/api.ts";
import type { Analysis } from "./analysis/analysis.ts";
import type { Engine } from "./engine.ts";
import type { Journal } from "./journal.ts";
import { whyText } from "./present.ts";
import type { Recommend } from "./recommend.ts";
import type { Search } from "./search.ts";

export function createAdviser(parts: {
  engine: Pick<Engine, "state">;
  analysis: Analysis;
  recommend: Recommend;
  search: Pick<Search, "reasons">;
  journal: Journal;
}): Adviser {
  const { engine, analysis, recommend, search, journal } = parts;
  return {
    ready: () => engine.state().ready,
    judge: async (product, exceptId) => analysis.judge(product, exceptId),
    nearest: analysis.nearest,
    async goesWith(productIds, { storeId, limit, text }) {
      const found = await recommend.forKnown(productIds, "collaborative", storeId, limit);
      const [newest] = productIds;
      // what sales say too little about: what is like the newest, one search however long the cart
      if (found.length < limit && newest !== undefined) {
        const known = new Set([...productIds, ...found.map(({ product }) => product.id)]);
        const alike = await recommend.forKnown([newest], "content_based", storeId, limit + known.size);
        found.push(...alike.filter(({ product }) => !known.has(product.id)).slice(0, limit - found.length));
      }
      return found.map(({ product, reasons }) => ({ product, reason: whyText(reasons, text) }));
    },
    async why(query, productIds, text) {
      const reasons = await search.reasons(query, productIds);
      const telling = [...reasons].flatMap(([id, all]): [number, string][] => {
        const unlike = all.filter(({ kind }) => kind !== "words");
        return unlike.length > 0 ? [[id, whyText(unlike, text)]] : [];
      });
      return new Map(telling);
    },
    chosen: (choice) => journal.chosen({ ...choice, place: "till" }),
  };
}
