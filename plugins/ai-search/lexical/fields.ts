/** How much each term of a product weighs, by where it stands. */
import { termsOf } from "../text/analyze.ts";
import { tokensOf } from "../text/tokens.ts";

const FIELDS = { name: 3, brand: 2.5, sku: 2, category: 2, description: 0.5 } as const;
/** what a thing is stands first in Spanish: "aceite de oliva" is an oil */
const FIRST = 2;
/** what it is for, or with, or tastes of: "funda para celular" is no phone */
const TAIL = 0.5;
const BEFORE_TAIL = /\s(?:para|con|sabor|for|with|compatible)\s/iu;

export function fieldTerms(product: {
  sku: string;
  name: string;
  description?: string | undefined;
  category?: string | undefined;
  brand?: string | undefined;
}): Map<string, number> {
  const weights = new Map<string, number>();
  const add = (term: string, weight: number) => weights.set(term, (weights.get(term) ?? 0) + weight);
  const at = product.name.search(BEFORE_TAIL);
  const head = termsOf(at < 0 ? product.name : product.name.slice(0, at));
  const tail = at < 0 ? [] : termsOf(product.name.slice(at));
  head.forEach((term, place) => {
    add(term, FIELDS.name * (place === 0 ? FIRST : 1));
  });
  for (const term of tail) add(term, FIELDS.name * TAIL);
  const code = termsOf(product.sku);
  for (const term of code) add(term, FIELDS.sku);
  const parts = tokensOf(product.sku);
  if (parts.length > 1) add(parts.join(""), FIELDS.sku);
  // ABA-00012 is said to be "12" as well
  for (const term of code) if (/^0+[1-9]\d*$/.test(term)) add(term.replace(/^0+/, ""), FIELDS.sku);
  for (const term of termsOf(product.category ?? "")) add(term, FIELDS.category);
  for (const term of termsOf(product.brand ?? "")) add(term, FIELDS.brand);
  for (const term of termsOf(product.description ?? "")) add(term, FIELDS.description);
  return weights;
}
