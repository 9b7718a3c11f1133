/** What the search compares: folded words of names and SKUs. Pure. */
import { fold, likeLiteral } from "../../kernel/text.ts";

/** ` folded name | folded sku`: the sign stands in no folded text, so each end can be told by a pattern. */
export function searchTextOf(name: string, sku: string): string {
  return ` ${fold(name)} | ${fold(sku)}`;
}

const MOST_WORDS = 8;
const LONGEST_WORD = 40;

export interface SearchPatterns {
  words: string[];
  /** LIKE patterns, one a word; all must match */
  anywhere: string[];
  /** the same, at the start of a word */
  atStart: string[];
  /** the whole name, the whole SKU */
  exact: string[];
  /** the start of the name */
  start: string;
}

/** Undefined when nothing of the query can be searched for, e.g. `&`. */
export function searchPatterns(query: string): SearchPatterns | undefined {
  const whole = fold(query);
  const words = whole
    .split(" ")
    .filter((word) => word !== "")
    .slice(0, MOST_WORDS)
    .map((word) => [...word].slice(0, LONGEST_WORD).join(""));
  if (words.length === 0) return undefined;
  const literal = likeLiteral(words.join(" "));
  const atStart = words.map((word) => `% ${likeLiteral(word)}%`);
  return {
    words,
    // two letters inside a word say nothing, and no index finds them
    anywhere: words.map((word, index) => ([...word].length < 3 ? (atStart[index] ?? "") : `%${likeLiteral(word)}%`)),
    atStart,
    exact: [` ${literal} | %`, `% | ${literal}`],
    start: ` ${literal}%`,
  };
}

/** The words of names that a typing error may be corrected to: no figures, which are codes and sizes. */
export function vocabularyOf(names: Iterable<string>): string[] {
  const words = new Set<string>();
  for (const name of names) {
    for (const word of fold(name).split(" ")) {
      if (/^\p{L}{3,}$/u.test(word)) words.add([...word].slice(0, LONGEST_WORD).join(""));
    }
  }
  return [...words].sort();
}

/** Words shorter than this are taken as written: one edit of three letters is another word. */
export const SHORTEST_CORRECTED = 4;

/**
 * Patterns that find every word which is, or starts with, one edit of `word`: the edit spares one half of it, or swaps the
 * letters where the halves meet.
 */
export function nearPatterns(word: string): string[] {
  const middle = Math.floor(word.length / 2);
  const [before, after] = [word.slice(0, middle), word.slice(middle)];
  const swapped = `${before.slice(0, -1)}${after.slice(0, 1)}${before.slice(-1)}${after.slice(1)}`;
  return [`${likeLiteral(before)}%`, `%${likeLiteral(after)}%`, `${likeLiteral(swapped)}%`];
}

const MOST_CORRECTIONS = 40;

/**
 * Those of the vocabulary that are one edit away from `word`, or start so: a letter changed, added, lost or two swapped
 * (Damerau 1964). Whole words before longer ones.
 */
export function correctionsOf(word: string, vocabulary: readonly string[]): string[] {
  const whole = vocabulary.filter((candidate) => withinOneEdit(word, candidate));
  const longer = vocabulary.filter((candidate) => !whole.includes(candidate) && startsWithinOneEdit(word, candidate));
  return [...whole, ...longer].slice(0, MOST_CORRECTIONS);
}

/** True when a start of `candidate` is at most one edit away from `word`. */
function startsWithinOneEdit(word: string, candidate: string): boolean {
  return [word.length - 1, word.length, word.length + 1].some((length) =>
    withinOneEdit(word, candidate.slice(0, length)),
  );
}

export function withinOneEdit(a: string, b: string): boolean {
  if (Math.abs(a.length - b.length) > 1) return false;
  let start = 0;
  while (start < a.length && a[start] === b[start]) start += 1;
  const restA = a.slice(start);
  const restB = b.slice(start);
  if (restA === restB) return true;
  if (restA.length === restB.length) {
    if (restA.slice(1) === restB.slice(1)) return true;
    return restA[0] === restB[1] && restA[1] === restB[0] && restA.slice(2) === restB.slice(2);
  }
  return restA.length > restB.length ? restA.slice(1) === restB : restB.slice(1) === restA;
}
