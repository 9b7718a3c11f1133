/** The nouns of searching. */
import type { ProductText, SellableProduct } from "../inventory/api.ts";

/** Why a product is among the results; said in the reader's language. */
export type Reason =
  | { kind: "code" }
  /** its barcode, or that of a further unit, ends in what was typed */
  | { kind: "code_end"; figures: string; unit?: string }
  | { kind: "words"; words: string[] }
  /** what was typed, and the word it was taken for */
  | { kind: "typo"; typed: string; meant: string }
  /** what was typed, and the word of this product that means the same here */
  | { kind: "synonym"; typed: string; meant: string }
  | { kind: "together"; with: string; together: number; sales: number }
  | { kind: "alike"; words: string[] }
  /** near in meaning, by these words of its own */
  | { kind: "meaning"; words: string[] };

export interface Result {
  product: SellableProduct & Pick<ProductText, "category" | "brand">;
  /** between 0 and 1, of the best result */
  score: number;
  lexicalScore: number;
  /** cosine with the query, 0 to 1 */
  semanticScore: number;
  terms: string[];
  reasons: Reason[];
}

export interface Filters {
  category?: string | undefined;
  minPriceMinor?: number | undefined;
  maxPriceMinor?: number | undefined;
  inStock?: boolean | undefined;
}
