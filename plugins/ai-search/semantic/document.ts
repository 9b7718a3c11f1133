/** What of a product the model reads: its name, category and description, not its codes, which mean nothing. */
import type { ProductText } from "../../inventory/api.ts";
import { termsOf } from "../text/analyze.ts";

export type Described = Pick<ProductText, "id" | "name" | "category" | "description">;

/** sizes and units make nothing alike: a litre of milk is not near to a litre of paint */
const SIZE = /^(\d.*|g|mg|kg|lb|oz|ml|l|cm|mm|m|un)$/;

export function documentTerms({ name, category, description }: Omit<Described, "id">): string[] {
  return termsOf(`${name} ${category ?? ""} ${description ?? ""}`).filter((term) => !SIZE.test(term));
}

/**
 * 32 bits, signed, that tell one list of terms from another: G. Fowler, L. C. Noll, K.-P. Vo, FNV-1a. It also changes when the
 * analysis of texts does, so that a model of an older release is not asked with words it never saw.
 */
export function digestOf(terms: readonly string[]): number {
  let hash = 0x811c9dc5;
  for (const term of terms) {
    for (let at = 0; at < term.length; at++) hash = Math.imul(hash ^ term.charCodeAt(at), 0x01000193);
    hash = Math.imul(hash ^ 0xffff, 0x01000193);
  }
  return hash | 0;
}
