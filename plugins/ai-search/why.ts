/** Why a product is among the results: the words of the query that it has, and those of its own that bring it near in meaning. */
import { fold } from "../../kernel/text.ts";
import type { ProductText } from "../inventory/api.ts";
import type { Reason } from "./domain.ts";
import type { Found } from "./engine.ts";
import type { Meaning } from "./lexical/index.ts";
import { documentTerms } from "./semantic/document.ts";
import type { Space } from "./semantic/space.ts";
import { termsOf, wordsOf } from "./text/analyze.ts";

/** more words say no more */
const MOST_WORDS = 4;

export interface Why {
  /** as the product writes them */
  terms: string[];
  reasons: Reason[];
}

const WRITTEN = /[\p{L}\p{M}\p{N}]+/gu;

/** A product's terms, each with the word that it writes it by, in small letters with its accents, the name's first. */
export function writtenWords(text: Omit<ProductText, "id" | "active">): Map<string, string> {
  const own = new Map<string, string>();
  for (const field of [text.description, text.category, text.brand, text.sku, text.name]) {
    const written = new Map((field?.toLowerCase().match(WRITTEN) ?? []).map((word) => [fold(word), word]));
    for (const word of wordsOf(field ?? "")) for (const term of termsOf(word)) own.set(term, written.get(word) ?? word);
  }
  return own;
}

/** Of the meanings of the query's words those that this product has, as it writes them. */
export function whyByWords(query: string, text: ProductText, meanings: readonly Meaning[]): Why {
  const own = writtenWords(text);
  const words = new Set<string>();
  const typos = new Map<string, string>();
  const synonyms = new Map<string, string>();
  for (const typed of wordsOf(query)) {
    const meant = meanings.filter((one) => one.word === typed && own.has(one.term));
    const plain = meant.find(({ how }) => how !== "typo" && how !== "synonym");
    const same = meant.find(({ how }) => how === "synonym");
    if (!plain && same) synonyms.set(typed, own.get(same.term) ?? same.term);
    else if (plain) words.add(own.get(plain.term) ?? plain.term);
    else if (meant[0]) typos.set(typed, own.get(meant[0].term) ?? meant[0].term);
  }
  const reasons: Reason[] = [
    ...(words.size > 0 ? [{ kind: "words" as const, words: [...words] }] : []),
    ...[...synonyms].map(([typed, meant]) => ({ kind: "synonym" as const, typed, meant })),
    ...[...typos].map(([typed, meant]) => ({ kind: "typo" as const, typed, meant })),
  ];
  return { terms: [...words, ...synonyms.values(), ...typos.values()], reasons };
}

/** The words of a product that bring it near to a place. */
export function whyByMeaning(space: Space, unit: Float32Array, text: ProductText): Why {
  const own = writtenWords(text);
  const terms = space.shared(documentTerms(text), unit, MOST_WORDS);
  const words = [...new Set(terms.map((term) => own.get(term) ?? term))];
  return { terms: words, reasons: [{ kind: "meaning", words }] };
}

/** Words that stand in no product, and what the best result was found by instead. */
export function corrections({ hits, meanings }: Found): { typed: string; meant: string }[] {
  const [best] = hits;
  if (!best) return [];
  const { reasons } = whyByWords(meanings.map(({ word }) => word).join(" "), best.text, meanings);
  return reasons.flatMap((one) => (one.kind === "typo" ? [{ typed: one.typed, meant: one.meant }] : []));
}
