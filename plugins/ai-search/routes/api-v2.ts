/** Searching for programs. */

import { kernelErrors } from "../../../kernel/errors.ts";
import { json } from "../../../kernel/http/reply.ts";
import { type Route, route } from "../../../kernel/http/route.ts";
import { countsBlind } from "../../inventory/api.ts";
import { recommendationJson, resultJson } from "../present.ts";
import {
  basketAnswer,
  basketBody,
  healthAnswer,
  hybridAnswer,
  hybridQuery,
  productParams,
  recommendationsAnswer,
  recommendationsQuery,
  suggestionsAnswer,
  suggestionsQuery,
} from "../schema.ts";
import type { RouteParts } from "./parts.ts";
import { storeAsked } from "./store.ts";

const access = { permission: "inventory.read" } as const;

export function searchApi({ search, suggest, recommend, journal, engine, analysis, clockMs }: RouteParts): Route[] {
  return [
    route({
      method: "GET",
      path: "/api/v2/ai/search/hybrid",
      surface: "v2",
      access,
      query: hybridQuery,
      store: storeAsked,
      summary:
        "Products by words, best first, each with why it is there; price and stock are those of now in the store of `store_id`, else in the first in which the person works; four figures or more find barcodes that end so",
      returns: { 200: hybridAnswer },
      handle: async ({ query, shop, text, session, can }) => {
        const { q, limit, category, min_price: minPriceMinor, max_price: maxPriceMinor, in_stock: inStock } = query;
        const started = clockMs();
        const found = await search.find(q, { category, minPriceMinor, maxPriceMinor, inStock }, shop.storeId, limit);
        if (!found) throw kernelErrors.PLUGIN_DOWN({ retryAfter: 5 });
        const milliseconds = clockMs() - started;
        const searched = {
          query: q,
          place: "api" as const,
          userId: session.user.id,
          results: found.total,
          milliseconds,
        };
        const token = journal.note(searched, shop);
        const nearest = found.results.length === 0 ? await analysis.nearest(q) : undefined;
        return json({
          query: q,
          search_id: token,
          results: found.results.map((one) => resultJson(one, shop, text, countsBlind(can))),
          total_found: found.total,
          corrected: found.corrected,
          did_you_mean: nearest?.words ?? null,
          nearest_category: nearest?.category?.name ?? null,
          took_ms: Math.round(milliseconds * 100) / 100,
        });
      },
    }),
    route({
      method: "GET",
      path: "/api/v2/ai/search/suggestions",
      surface: "v2",
      access,
      query: suggestionsQuery,
      summary: "How a name may go on; of fewer than two letters none",
      returns: { 200: suggestionsAnswer },
      handle: async ({ query }) => {
        const suggestions = suggest(query.q, query.limit);
        return json({ query: query.q, suggestions, total_suggestions: suggestions.length });
      },
    }),
    route({
      method: "GET",
      path: "/api/v2/ai/products/:id/recommendations",
      surface: "v2",
      access,
      params: productParams,
      query: recommendationsQuery,
      store: storeAsked,
      summary: "What goes well with a product, in stock now, with the reason",
      returns: { 200: recommendationsAnswer },
      handle: async ({ params, query, shop, text, can }) => {
        const found = await recommend.forProducts([params.id], query.algorithm, shop.storeId, query.limit);
        const recommendations = found.map((one) => recommendationJson(one, shop, text, countsBlind(can)));
        return json({ product_id: params.id, recommendations, total_recommendations: recommendations.length });
      },
    }),
    route({
      method: "POST",
      path: "/api/v2/ai/recommendations/basket",
      surface: "v2",
      access,
      body: basketBody,
      store: storeAsked,
      summary: "What goes well with these products together",
      returns: { 200: basketAnswer },
      handle: async ({ body, shop, text, can }) => {
        const ids = [...new Set(body.product_ids)];
        const found = await recommend.forProducts(ids, "hybrid", shop.storeId, body.limit);
        const recommendations = found.map((one) => recommendationJson(one, shop, text, countsBlind(can)));
        return json({ product_ids: ids, recommendations, total_recommendations: recommendations.length });
      },
    }),
    route({
      method: "GET",
      path: "/api/v2/ai/health",
      surface: "v2",
      access,
      summary: "Whether the catalogue was read, and how large it is",
      returns: { 200: healthAnswer },
      handle: async () => {
        const { ready, products, terms, builtMs, builtAt } = engine.state();
        return json({ ready, products, terms, built_ms: builtMs, built_at: builtAt?.toISOString() ?? null });
      },
    }),
  ];
}
