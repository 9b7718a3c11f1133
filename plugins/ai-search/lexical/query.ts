/** What the words of a query may mean in a catalogue: each word a slot, each slot the terms that it may have been meant to be. */

import { termsOfWord, wordsOf } from "../text/analyze.ts";
import { stem } from "../text/stem.ts";
import type { Synonyms } from "./synonyms.ts";
import type { Vocabulary } from "./vocabulary.ts";

export type How = "exact" | "prefix" | "typo" | "synonym";

/** What a word of the query was taken for. */
export interface Meaning {
  word: string;
  term: string;
  how: How;
}

export interface Candidate {
  term: number;
  weight: number;
  how: How;
}

export interface Slot {
  word: string;
  /** how much of what the word tells counts: a size says less than the thing that has it */
  share: number;
  candidates: Candidate[];
}

const MOST_WORDS = 12;
const MOST_PREFIXED = 50;
const MOST_LOOKED_AT = 400;
const MOST_NEAR = 12;
const SHORTEST_PREFIX = 2;
/** a word that is cut in two has no smaller part */
const SHORTEST_PART = 3;

const SIZE_SHARE = 0.5;

export const WEIGHTS = { part: 0.4, prefix: 0.6, begun: 0.4, sound: 0.75, typo: [0, 0.6, 0.3], synonym: 0.85 } as const;

/** `frequency`: in how many documents a term stands. */
export function readQuery(
  query: string,
  vocabulary: Vocabulary,
  frequency: (term: number) => number,
  synonyms: Synonyms,
): Slot[] {
  const words = wordsOf(query).slice(0, MOST_WORDS);
  const slots: Slot[] = [];
  const others = synonyms.of(words.map((word) => termsOfWord(word)[0] ?? word));
  words.forEach((word, at) => {
    const found = new Map<number, Candidate>();
    const offer = (term: number | undefined, weight: number, how: How): void => {
      if (term === undefined || frequency(term) === 0) return;
      if ((found.get(term)?.weight ?? 0) < weight) found.set(term, { term, weight, how });
    };
    const [whole = word, ...parts] = termsOfWord(word);
    const exact = known(whole);
    offer(exact, 1, "exact");
    for (const part of parts) offer(known(part), WEIGHTS.part, "exact");
    for (const other of others[at] ?? []) offer(known(other), WEIGHTS.synonym, "synonym");
    for (const next of [words[at - 1], words[at + 1]]) if (next) offer(joined(at, next), 1, "exact");
    const last = at === words.length - 1;
    if ((last || exact === undefined) && parts.length === 0) prefixes(whole, word, offer);
    if (exact === undefined && found.size === 0 && /^\d+\p{L}+$/u.test(word)) {
      const two = split(word);
      if (two) {
        for (const term of two) slots.push({ word, share: 1, candidates: [{ term, weight: 1, how: "exact" }] });
        return;
      }
    }
    if (exact === undefined && /^\p{L}+$/u.test(word)) {
      const two = guess(whole, word, offer) ? undefined : split(word);
      if (two) {
        for (const term of two) slots.push({ word, share: 1, candidates: [{ term, weight: 1, how: "exact" }] });
        return;
      }
      if (found.size === 0) for (const { term } of nearest(whole, word, 2)) offer(term, WEIGHTS.typo[2], "typo");
      if (found.size === 0)
        for (const begun of vocabulary.beginningsNear(word))
          for (const term of vocabulary.startingWith(begun, MOST_NEAR)) offer(term, WEIGHTS.begun, "typo");
    }
    const share = words.length > 1 && parts.length > 0 ? SIZE_SHARE : 1;
    slots.push({ word, share, candidates: [...found.values()] });
  });
  return slots.slice(0, MOST_WORDS);

  function known(term: string): number | undefined {
    const id = vocabulary.find(term);
    return id !== undefined && frequency(id) > 0 ? id : undefined;
  }

  /** "mouse pad" stands as "mousepad" somewhere */
  function joined(at: number, neighbour: string): number | undefined {
    const word = words[at] ?? "";
    const both = words[at + 1] === neighbour ? word + neighbour : neighbour + word;
    return /^\p{L}{4,}$|^\p{L}+\d+$/u.test(both) ? known(stem(both)) : undefined;
  }

  function prefixes(whole: string, word: string, offer: (term: number, weight: number, how: How) => void): void {
    if (word.length < SHORTEST_PREFIX) return;
    // who types 100 alone, and has it, did not begin "1 kg", which stands as 1000g
    if (words.length === 1 && /^\d+$/.test(whole) && known(whole) !== undefined) return;
    const begun = vocabulary
      .startingWith(whole, MOST_LOOKED_AT)

      .sort((a, b) => frequency(b) - frequency(a));
    for (const term of begun.slice(0, MOST_PREFIXED)) offer(term, WEIGHTS.prefix, "prefix");
  }

  function nearest(whole: string, word: string, edits: number) {
    return [...new Set([whole, word])].flatMap((one) => vocabulary.near(one, edits, MOST_NEAR));
  }

  /** Whether the word sounds like one, or is one edit from it. */
  function guess(whole: string, word: string, offer: (term: number, weight: number, how: How) => void): boolean {
    const heard = vocabulary.sounding(whole);
    for (const term of heard) offer(term, WEIGHTS.sound, "typo");
    const near = nearest(whole, word, 1);
    for (const { term } of near) offer(term, WEIGHTS.typo[1], "typo");
    return heard.length + near.length > 0;
  }

  /** "cocacola" stands as "coca" and "cola": of several ways the one whose rarer part is the most frequent. */
  function split(word: string): [number, number] | undefined {
    let best: [number, number] | undefined;
    let most = 0;
    for (let at = 1; at < word.length; at++) {
      const places = [at, word.length - at];
      // where a number meets a word it may be cut: 7up
      if (!/^\d+$/.test(word.slice(0, at)) && Math.min(...places) < SHORTEST_PART) continue;
      const [left, right] = [known(stem(word.slice(0, at))), known(stem(word.slice(at)))];
      if (left === undefined || right === undefined) continue;
      const rarer = Math.min(frequency(left), frequency(right));
      if (rarer > most) {
        most = rarer;
        best = [left, right];
      }
    }
    return best;
  }
}
