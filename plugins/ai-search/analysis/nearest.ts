/**
 * For a word that stands in no product, nor with the few typing errors that the index takes in silently: the terms that are least far
 * from it, by writing or by sound, to be asked about ("did you mean"). The whole vocabulary is looked at, but most of it is dismissed
 * by the letters it has: an edit changes at most two of a set of letters.
 */
import type { Distance } from "../lexical/edits.ts";
import { soundOf } from "../text/sound.ts";

const SHORTEST = 4;
/** edits by letter of the longer word */
const MOST_APART = 0.4;
const LIMIT = 5;

export interface NearTerm {
  term: string;
  /** between 0 and 1 */
  alike: number;
}

export type NearestTerms = (word: string, terms: readonly string[]) => NearTerm[];

/** Keeps the letters of each term of one vocabulary; another one is begun anew. Vocabularies only grow. */
export function createNearestTerms(distance: Distance): NearestTerms {
  let of: readonly string[] | undefined;
  let letters = new Uint32Array(0);
  let known = 0;

  function lettersOfAll(terms: readonly string[]): Uint32Array {
    if (of !== terms) [of, known] = [terms, 0];
    if (letters.length < terms.length) {
      const longer = new Uint32Array(terms.length * 2);
      longer.set(letters);
      letters = longer;
    }
    for (; known < terms.length; known++) letters[known] = lettersOf(terms[known] ?? "");
    return letters;
  }

  return (word, terms) => {
    if (word.length < SHORTEST || /\d/.test(word)) return [];
    const sets = lettersOfAll(terms);
    const own = lettersOf(word);
    const sound = soundOf(word);
    const found: NearTerm[] = [];
    for (let at = 0; at < terms.length; at++) {
      const term = terms[at] ?? "";
      const longer = Math.max(word.length, term.length);
      const most = Math.floor(longer * MOST_APART);
      if (term.length < SHORTEST || Math.abs(term.length - word.length) > most) continue;
      // sounds have other letters than what is written: one edit's worth of them is let through
      if (bitsOf((sets[at] ?? 0) ^ own) > 2 * most + 2 || /\d/.test(term)) continue;
      const alike = Math.max(likenessOf(word, term, distance), likenessOf(sound, soundOf(term), distance));
      if (alike > 0) found.push({ term, alike });
    }
    return found.sort((a, b) => b.alike - a.alike || (a.term < b.term ? -1 : 1)).slice(0, LIMIT);
  };
}

/** 0: too far apart, or too short to say. */
function likenessOf(one: string, other: string, distance: Distance): number {
  const longer = Math.max(one.length, other.length);
  if (Math.min(one.length, other.length) < SHORTEST) return 0;
  const most = Math.floor(longer * MOST_APART);
  const apart = distance(one, other, most);
  return apart <= most ? 1 - apart / longer : 0;
}

function lettersOf(word: string): number {
  let set = 0;
  for (let at = 0; at < word.length; at++) {
    const letter = word.charCodeAt(at) - 97;
    if (letter >= 0 && letter < 26) set |= 1 << letter;
  }
  return set >>> 0;
}

function bitsOf(set: number): number {
  let count = 0;
  for (let rest = set >>> 0; rest !== 0; rest = (rest & (rest - 1)) >>> 0) count += 1;
  return count;
}
