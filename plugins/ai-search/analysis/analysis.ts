/** What a text says in this catalogue: for a form that is being filled in, for a query that nothing matches, for programs. */
import type { Inventory, Judgement, Nearest } from "../../inventory/api.ts";
import type { Engine } from "../engine.ts";
import { createDistance } from "../lexical/edits.ts";
import { termsOf, wordsOf } from "../text/analyze.ts";
import { guessCategory, type Neighbour, tellingWords } from "./categories.ts";
import { type Language, languageOf } from "./language.ts";
import { likeness } from "./likeness.ts";
import { createNearestTerms } from "./nearest.ts";
import { keywordsOf, type Weighed, weigh } from "./terms.ts";

const POOL = 60;
const KEYWORDS = 8;
const LEAST_LIKE = 0.75;
const LONGEST = 2000;
/** longer texts are no names */
const LONGEST_NAME = 200;

export interface Analysed extends Judgement {
  language: Language;
  tokens: string[];
  terms: Weighed[];
  keywords: string[];
}

export type Analysis = ReturnType<typeof createAnalysis>;

const NOTHING: Nearest = { words: undefined, category: undefined };

export function createAnalysis({ engine, inventory }: { engine: Engine; inventory: Pick<Inventory, "categories"> }) {
  const distance = createDistance();
  const nearestTerms = createNearestTerms(distance);

  function neighbours(text: string): Neighbour[] {
    const { hits = [] } = engine.search(text, POOL) ?? {};
    return hits.map(({ id, score, coverage, text: { category } }) => ({ id, score, coverage, category }));
  }

  function categoriesOf(text: string, exceptId?: number) {
    const telling = tellingWords(text);
    return telling === "" ? [] : guessCategory(neighbours(telling), exceptId);
  }

  /** Products whose name is nearly that one. */
  function duplicatesOf(name: string, exceptId?: number): Judgement["duplicates"] {
    const { hits = [] } = (name.length <= LONGEST_NAME && engine.search(name, POOL)) || {};
    return hits
      .filter(({ id }) => id !== exceptId)
      .map(({ text }) => ({
        productId: text.id,
        sku: text.sku,
        name: text.name,
        score: likeness(name, text.name, { idf: engine.idf, distance }),
      }))
      .filter(({ score }) => score >= LEAST_LIKE)
      .sort((a, b) => b.score - a.score || a.productId - b.productId);
  }

  /** A term as the best product that has it writes it. */
  function written(term: string): string | undefined {
    const best = engine.search(term, 1)?.hits[0]?.text;
    const words = wordsOf(`${best?.name ?? ""} ${best?.category ?? ""} ${best?.description ?? ""}`);
    return words.find((word) => termsOf(word).includes(term));
  }

  return {
    /** The name counts first; the description only for the category. */
    judge({ name, description }: { name: string; description: string | undefined }, exceptId?: number): Judgement {
      const categories = categoriesOf(name, exceptId);
      return {
        categories: categories.length > 0 ? categories : categoriesOf(`${name} ${description ?? ""}`, exceptId),
        duplicates: duplicatesOf(name, exceptId),
      };
    },

    analyse(typed: string): Analysed {
      const text = typed.slice(0, LONGEST);
      const terms = weigh(text, engine.idf);
      return {
        language: languageOf(text),
        tokens: wordsOf(text),
        terms,
        keywords: keywordsOf(text, terms, KEYWORDS),
        categories: categoriesOf(text),
        duplicates: duplicatesOf(text),
      };
    },

    /** Of a query that finds nothing: words near it that do, and their category. Both undefined where nothing is near. */
    async nearest(query: string): Promise<Nearest> {
      if ((engine.search(query, 1)?.hits.length ?? 0) > 0) return NOTHING;
      const near = wordsOf(query)
        .slice(0, 6)
        .flatMap((word) => nearestTerms(word, engine.terms()).slice(0, 1));
      const words = near.flatMap(({ term }) => written(term) ?? []).join(" ");
      if (words === "") return NOTHING;
      const [guess] = guessCategory(neighbours(words));
      const categories = guess ? await inventory.categories() : [];
      return { words, category: categories.find(({ name }) => name === guess?.category) };
    },
  };
}
