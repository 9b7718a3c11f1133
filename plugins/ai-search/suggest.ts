/** How a query may go on that somebody is typing: names that begin so, and what was looked for often and found; what sells stands first. */
import { fold } from "../../kernel/text.ts";
import type { Asked } from "./asked.ts";
import type { Engine } from "./engine.ts";
import type { Popularity } from "./popularity.ts";

/** fewer letters say nothing */
export const SHORTEST = 2;
/** from so many letters on one may be wrong */
const SHORTEST_WRONG = 3;
const MOST_BEGINNINGS = 8;

export type Suggest = (query: string, limit: number) => string[];

export interface SuggestParts {
  engine: Pick<Engine, "begin" | "beginningsNear" | "knows" | "search" | "text">;
  popularity: Pick<Popularity, "of" | "weights">;
  asked: Pick<Asked, "beginning">;
}

/** Each once. What begins so stands before what begins nearly so, and that before what only has such words. */
export function createSuggest({ engine, popularity, asked }: SuggestParts): Suggest {
  const nameOf = (id: number) => engine.text(id)?.name ?? "";

  function beginning(start: string, limit: number): string[] {
    const names = engine
      .begin(start, limit, popularity.weights())
      .map((id) => ({ text: nameOf(id), weight: popularity.of(id) }));
    // of the words of the catalogue alone: a person's name that somebody typed is never shown to others
    const queries = asked.beginning(start).filter(({ text }) => engine.knows(text));
    const all = [...queries.slice(0, limit), ...names];
    return all.sort((a, b) => b.weight - a.weight).map(({ text }) => text);
  }

  return (query, limit) => {
    const start = fold(query);
    if ([...start].length < SHORTEST) return [];
    const found = new Map<string, string>();
    const add = (texts: readonly string[]) => {
      for (const text of texts)
        if (found.size < limit && text !== "" && !found.has(fold(text))) found.set(fold(text), text);
    };
    add(beginning(start, limit));
    const [last = ""] = start.split(" ").slice(-1);
    if (found.size === 0 && last.length >= SHORTEST_WRONG) {
      const before = start.slice(0, start.length - last.length);
      for (const other of engine.beginningsNear(last).slice(0, MOST_BEGINNINGS)) add(beginning(before + other, limit));
    }
    if (found.size < limit) {
      const { hits = [] } = engine.search(query, limit * 2) ?? {};
      add(hits.map(({ text }) => text.name));
    }
    return [...found.values()];
  };
}
