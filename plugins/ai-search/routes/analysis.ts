/** What a text says in this catalogue, for programs. */
import { z } from "zod";
import { json } from "../../../kernel/http/reply.ts";
import { type Route, route } from "../../../kernel/http/route.ts";
import type { Input } from "../../../kernel/input.ts";
import type { Analysis } from "../analysis/analysis.ts";

const LONGEST = 10_000;
const MOST_TERMS = 100;

const analyseBody = (input: Input) => z.strictObject({ text: input.text(LONGEST) });
const analyseAnswer = z.strictObject({
  language: z.enum(["es", "en"]),
  tokens: z.array(z.string()),
  terms: z.array(z.strictObject({ term: z.string(), tfidf: z.number() })),
  keywords: z.array(z.string()),
  category_guess: z.array(z.strictObject({ category: z.string(), score: z.number() })),
  duplicates: z.array(z.strictObject({ product_id: z.int(), sku: z.string(), name: z.string(), score: z.number() })),
});

const rounded = (score: number) => Math.round(score * 10_000) / 10_000;

export function analysisApi({ analysis }: { analysis: Analysis }): Route[] {
  return [
    route({
      method: "POST",
      path: "/api/v2/ai/text/analyze",
      surface: "v2",
      access: { permission: "inventory.read" },
      body: analyseBody,
      summary:
        "Language, terms with their weights in this catalogue, keywords, what category it is likely of, products that may be the same; of a long text the first 2,000 signs",
      returns: { 200: analyseAnswer },
      handle: async ({ body }) => {
        const { language, tokens, terms, keywords, categories, duplicates } = analysis.analyse(body.text);
        return json({
          language,
          tokens,
          terms: terms.slice(0, MOST_TERMS).map(({ term, tfidf }) => ({ term, tfidf: rounded(tfidf) })),
          keywords,
          category_guess: categories.map(({ category, score }) => ({ category, score: rounded(score) })),
          duplicates: duplicates.map(({ productId, sku, name, score }) => ({
            product_id: productId,
            sku,
            name,
            score: rounded(score),
          })),
        });
      },
    }),
  ];
}
