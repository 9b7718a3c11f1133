/**
 * What was found by words and what is near in meaning, in one order. The words decide: meaning alone is weak on short names, and
 * equal weights spoil what words find (adr 0013 has the figures). It reorders what words found, and adds to it where that is little.
 */
import type { ProductText } from "../inventory/api.ts";
import type { Engine, Found } from "./engine.ts";
import type { Meaning } from "./lexical/index.ts";
import type { Place } from "./semantic/place.ts";
import type { Space } from "./semantic/space.ts";
import { termsOfWord, wordsOf } from "./text/analyze.ts";

/** of the cosine beside the best result's words */
export const MEANING_WEIGHT = 0.12;
/** a product further off is not near, whatever is nearer than it */
export const LEAST_COSINE = 0.5;
/** a query of which the model's dimensions hold less than this is not known to it, and any product may look near */
export const LEAST_KNOWN = 0.12;
/** when words find so many, nobody looks for more */
const ENOUGH = 50;
const MOST_READINGS = 3;

export interface Ranked {
  text: ProductText;
  /** of the order, 0 to 1 */
  score: number;
  /** 0: no word of the query stands in it */
  lexicalScore: number;
  /** cosine, 0 to 1 */
  semanticScore: number;
  /** share of the query's words that it has */
  coverage: number;
}

/** Where a query stands, its unknown words taken for what the index took them for. Undefined: the model does not know it. */
export function askedPlace(space: Space, query: string, meanings: readonly Meaning[]): Place | undefined {
  const terms = wordsOf(query).flatMap((word) => {
    const known = termsOfWord(word).filter((term) => space.knows(term));
    if (known.length > 0) return known;
    const readings = meanings.filter((one) => one.word === word && space.knows(one.term)).map(({ term }) => term);
    return [...new Set(readings)].slice(0, MOST_READINGS);
  });
  const place = space.placeOf(terms);
  return place.norm >= LEAST_KNOWN ? place : undefined;
}

/**
 * Best first, of those that `keep` does not leave out; `most`: so many are added that are near in meaning alone. Without a model, or where
 * it does not know the query, what words found as it is.
 */
export function blend(
  found: Found,
  space: Space | undefined,
  asked: Place | undefined,
  engine: Pick<Engine, "text">,
  most: number,
  keep?: (id: number) => boolean,
): Ranked[] {
  const best = found.hits[0]?.score ?? 1;
  const weight = asked ? MEANING_WEIGHT : 0;
  const ranked: Ranked[] = found.hits.map(({ id, text, score, coverage }) => {
    const semanticScore = asked ? Math.max(0, space?.vectors.cosine(id, asked.unit) ?? 0) : 0;
    return {
      text,
      score: (score / best + weight * semanticScore) / (1 + weight),
      lexicalScore: score,
      semanticScore,
      coverage,
    };
  });
  if (space && asked && ranked.length < ENOUGH) {
    const known = new Set(ranked.map(({ text }) => text.id));
    for (const { id, cosine } of space.nearest(asked.unit, most, LEAST_COSINE, keep)) {
      const text = known.has(id) ? undefined : engine.text(id);
      if (!text?.active) continue;
      ranked.push({
        text,
        score: (weight * cosine) / (1 + weight),
        lexicalScore: 0,
        semanticScore: Math.min(1, cosine),
        coverage: 0,
      });
    }
  }
  return ranked.sort((a, b) => b.score - a.score || a.text.name.length - b.text.name.length || a.text.id - b.text.id);
}

/**
 * By meaning alone, nearest first; who has all the words belongs there as well. `semanticScore` is the order. Where the model does
 * not know the query, words stand in, by the share of the query's words that a product has.
 */
export function byMeaning(
  found: Found,
  space: Space | undefined,
  asked: Place | undefined,
  engine: Pick<Engine, "text">,
  pool: number,
  keep?: (id: number) => boolean,
): Ranked[] {
  const ranked = new Map<number, Ranked>();
  if (space && asked)
    for (const { id, cosine } of space.nearest(asked.unit, pool, LEAST_COSINE, keep)) {
      const text = engine.text(id);
      const score = Math.min(1, cosine);
      if (text?.active) ranked.set(id, { text, score, lexicalScore: 0, semanticScore: score, coverage: 0 });
    }
  for (const { id, text, score, coverage } of found.hits) {
    const near = ranked.get(id);
    if (near) Object.assign(near, { lexicalScore: score, coverage });
    else if (!asked || coverage === 1) {
      const cosine = asked && space ? Math.max(0, space.vectors.cosine(id, asked.unit) ?? 0) : coverage;
      ranked.set(id, { text, score: cosine, lexicalScore: score, semanticScore: cosine, coverage });
    }
  }
  return [...ranked.values()].sort(
    (a, b) => b.score - a.score || b.lexicalScore - a.lexicalScore || a.text.id - b.text.id,
  );
}
