/** Searching by meaning for programs, and the model behind it. */
import { kernelErrors } from "../../../kernel/errors.ts";
import { json } from "../../../kernel/http/reply.ts";
import { type Route, route } from "../../../kernel/http/route.ts";
import { countsBlind } from "../../inventory/api.ts";
import { errors } from "../errors.ts";
import { modelsJson, nearJson, noModelText } from "../present.ts";
import { embeddingAnswer, modelsAnswer, productParams, semanticAnswer, semanticBody, updateAnswer } from "../schema.ts";
import { statusOf } from "../semantic/status.ts";
import type { RouteParts } from "./parts.ts";
import { storeAsked } from "./store.ts";

const access = { permission: "inventory.read" } as const;

export function modelsApi({ search, journal, engine, models, clockMs }: RouteParts): Route[] {
  return [
    route({
      method: "POST",
      path: "/api/v2/ai/search/semantic",
      surface: "v2",
      access,
      body: semanticBody,
      store: storeAsked,
      summary:
        "What has the code, then products near in meaning, nearest first; `total_found` counts 200 of the nearest at most, with a price or in_stock 2,000; words that the model does not know count by how many a product has",
      returns: { 200: semanticAnswer },
      handle: async ({ body, shop, text, session, can }) => {
        const { query, limit, filters } = body;
        const started = clockMs();
        const wanted = {
          category: filters?.category,
          minPriceMinor: filters?.min_price,
          maxPriceMinor: filters?.max_price,
          inStock: filters?.in_stock,
        };
        const found = await search.findByMeaning(query, wanted, shop.storeId, limit);
        if (!found) throw kernelErrors.PLUGIN_DOWN({ retryAfter: 5 });
        const milliseconds = clockMs() - started;
        journal.note({ query, place: "api", userId: session.user.id, results: found.total, milliseconds }, shop);
        return json({
          query,
          results: found.results.map((one) => nearJson(one, shop, text, countsBlind(can))),
          total_found: found.total,
          took_ms: Math.round(milliseconds * 100) / 100,
        });
      },
    }),
    route({
      method: "GET",
      path: "/api/v2/ai/products/:id/embedding",
      surface: "v2",
      access,
      params: productParams,
      summary: "Where a product stands in the model: a vector of length 1, and its length before",
      returns: { 200: embeddingAnswer },
      handle: async ({ params, text }) => {
        if (!engine.state().ready) throw kernelErrors.PLUGIN_DOWN({ retryAfter: 5 });
        const product = engine.text(params.id);
        if (!product) throw kernelErrors.NOT_FOUND();
        const status = await statusOf(models);
        if (!status.model) throw errors.NO_MODEL({ params: { reason: noModelText(status, text) } });
        const embedding = await models.embedding(params.id);
        if (!embedding) throw errors.NO_EMBEDDING();
        return json({
          product_id: product.id,
          product_name: product.name,
          embedding: {
            vector: embedding.vector,
            vector_shape: [embedding.vector.length],
            magnitude: embedding.norm,
            model_version: embedding.version,
          },
        });
      },
    }),
    route({
      method: "POST",
      path: "/api/v2/ai/embeddings/update",
      surface: "v2",
      access: { permission: "search.statistics" },
      summary: "Fits the model anew in the background; GET /api/v2/ai/models/status says how far it is",
      returns: { 202: updateAnswer },
      handle: async () => json({ job_id: await models.refit() }, 202),
    }),
    route({
      method: "GET",
      path: "/api/v2/ai/models/status",
      surface: "v2",
      access,
      summary: "The model that answers, the newest fit and how far it is, and why there is none",
      returns: { 200: modelsAnswer },
      handle: async ({ text }) => json(modelsJson(await statusOf(models), text)),
    }),
  ];
}
