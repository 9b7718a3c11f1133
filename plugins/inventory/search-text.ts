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

/**
 * How many of the words had to be corrected to be found in the text, at most one edit each (a letter changed, added, lost or
 * two swapped; Damerau 1964); undefined when a word is not there even so. Words under four letters are taken as written.
 */
export function typosIn(words: readonly string[], searchText: string): number | undefined {
  const present = searchText.split(" ").filter((word) => word !== "" && word !== "|");
  let typos = 0;
  for (const word of words) {
    if (searchText.includes(word)) continue;
    if (word.length < 4 || !present.some((candidate) => startsWithinOneEdit(word, candidate))) return undefined;
    typos += 1;
  }
  return typos;
}

/** True when `candidate`, or a start of it, is at most one edit away from `word`. */
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
