/** How a name may go on that somebody is typing: what sells stands first. */
import { fold } from "../../kernel/text.ts";
import type { Engine } from "./engine.ts";
import type { Popularity } from "./popularity.ts";

/** fewer letters say nothing */
export const SHORTEST = 2;
const POOL = 100;

export type Suggest = (query: string, limit: number) => string[];

/** Names that begin so first, then those that have such words; each name once. */
export function createSuggest({ engine, popularity }: { engine: Engine; popularity: Popularity }): Suggest {
  return (query, limit) => {
    const start = fold(query);
    if ([...start].length < SHORTEST) return [];
    const { hits = [] } = engine.search(query, POOL) ?? {};
    const best = hits[0]?.score ?? 1;
    const ranked = hits.map(({ text, score }) => ({
      name: text.name,
      begins: fold(text.name).startsWith(start),
      rank: score / best + Math.log1p(popularity.of(text.id)) / 5,
    }));
    ranked.sort((a, b) => Number(b.begins) - Number(a.begins) || b.rank - a.rank);
    return [...new Set(ranked.map(({ name }) => name))].slice(0, limit);
  };
}
