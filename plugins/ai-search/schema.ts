/** Shapes of searching. */
import { z } from "zod";
import type { Input } from "../../kernel/input.ts";
import { ALGORITHMS } from "./recommend.ts";

const LONGEST = 200;
/** what is longer is cut: nobody types that, and a scanner that reads a whole label shall still be answered */
const text = z.string("kernel.validation.text").transform((typed) => typed.replace(/\0/g, "").trim().slice(0, LONGEST));

const limit = (most: number, usual: number) =>
  z.coerce
    .number("kernel.validation.number")
    .int("kernel.validation.integer")
    .min(1, "kernel.validation.limit")
    .max(most, "kernel.validation.limit")
    .default(usual);
const flag = z
  .enum(["true", "false", "1", "0", ""], "kernel.validation.choice")
  .optional()
  .transform((typed) => typed === "true" || typed === "1");

/** left out or empty: the first in use of those in which the person works */
const store = (input: Input) => z.preprocess((typed) => (typed === "" ? undefined : typed), input.id().optional());

export const hybridQuery = (input: Input) =>
  z.strictObject({
    q: text,
    limit: limit(50, 5),
    store_id: store(input),
    category: input.optionalText(80),
    min_price: input.money().optional(),
    max_price: input.money().optional(),
    in_stock: flag,
  });
export const semanticBody = (input: Input) =>
  z.strictObject({
    query: text,
    limit: limit(50, 5),
    store_id: store(input),
    filters: z
      .strictObject({
        category: input.optionalText(80),
        min_price: input.money().optional(),
        max_price: input.money().optional(),
        in_stock: z.boolean("kernel.validation.choice").optional(),
      })
      .optional(),
  });
export const suggestionsQuery = z.strictObject({ q: text, limit: limit(20, 5) });
export const pageQuery = (input: Input) => z.strictObject({ q: text.optional(), store_id: store(input) });
export const productParams = (input: Input) => z.strictObject({ id: input.id() });
export const recommendationsQuery = (input: Input) =>
  z.strictObject({
    limit: limit(20, 3),
    algorithm: z.enum(ALGORITHMS, "kernel.validation.choice").default("hybrid"),
    store_id: store(input),
  });
export const basketBody = (input: Input) =>
  z.strictObject({ product_ids: z.array(input.id()).min(1).max(100), limit: limit(20, 3), store_id: store(input) });
export const synonymForm = (input: Input) => z.strictObject({ words: input.text(300) });
export const synonymBody = (input: Input) => z.strictObject({ words: z.array(input.text(40)).min(2).max(12) });

export const synonymAnswer = z.strictObject({ id: z.int(), words: z.array(z.string()) });
export const synonymsAnswer = z.strictObject({ data: z.array(synonymAnswer) });
/** null: it has no price in the store's money, and is not sold there */
const money = z.string().nullable();
const product = {
  id: z.int(),
  sku: z.string(),
  name: z.string(),
  description: z.string().nullable(),
  category: z.string().nullable(),
  price: money,
  currency: z.string(),
  /** null: it is being counted, and the reader is one who counts */
  on_hand: z.string().nullable(),
};
export const hybridAnswer = z.strictObject({
  query: z.string(),
  /** by which a choice names the search */
  search_id: z.string(),
  results: z.array(
    z.strictObject({
      ...product,
      lexical_score: z.number(),
      semantic_score: z.number(),
      final_score: z.number(),
      matching_terms: z.array(z.string()),
      why: z.string(),
    }),
  ),
  total_found: z.int(),
  corrected: z.array(z.strictObject({ typed: z.string(), meant: z.string() })),
  /** of a query that nothing matches: words near it that find something, and their category */
  did_you_mean: z.string().nullable(),
  nearest_category: z.string().nullable(),
  took_ms: z.number(),
});
export const semanticAnswer = z.strictObject({
  query: z.string(),
  results: z.array(
    z.strictObject({
      ...product,
      similarity_score: z.number(),
      matching_terms: z.array(z.string()),
      why: z.string(),
    }),
  ),
  total_found: z.int(),
  took_ms: z.number(),
});
export const embeddingAnswer = z.strictObject({
  product_id: z.int(),
  product_name: z.string(),
  embedding: z.strictObject({
    vector: z.array(z.number()),
    vector_shape: z.array(z.int()),
    magnitude: z.number(),
    model_version: z.int(),
  }),
});
export const updateAnswer = z.strictObject({ job_id: z.int() });
const fitReason = z
  .enum(["too_few_products", "no_shared_words", "stopped", "interrupted", "failed", "broken", "not_fitted_yet"])
  .nullable();
export const modelsAnswer = z.strictObject({
  /** the one that answers now, on this instance */
  model: z
    .strictObject({
      version: z.int(),
      products: z.int(),
      terms: z.int(),
      dimensions: z.int(),
      singular_values: z.array(z.number()),
      fitted_at: z.string(),
    })
    .nullable(),
  /** why there is none */
  reason: fitReason,
  reason_text: z.string().nullable(),
  /** the newest fit */
  job: z
    .strictObject({
      job_id: z.int(),
      state: z.enum(["fitting", "ready", "empty", "failed"]),
      progress: z.number(),
      reason: fitReason,
      created_at: z.string(),
    })
    .nullable(),
});
export const suggestionsAnswer = z.strictObject({
  query: z.string(),
  suggestions: z.array(z.string()),
  total_suggestions: z.int(),
});
const recommended = z.array(
  z.strictObject({ ...product, similarity_score: z.number(), recommendation_reason: z.string() }),
);
export const recommendationsAnswer = z.strictObject({
  product_id: z.int(),
  recommendations: recommended,
  total_recommendations: z.int(),
});
export const basketAnswer = z.strictObject({
  product_ids: z.array(z.int()),
  recommendations: recommended,
  total_recommendations: z.int(),
});
export const healthAnswer = z.strictObject({
  ready: z.boolean(),
  products: z.int(),
  terms: z.int(),
  built_ms: z.int(),
  built_at: z.string().nullable(),
});
