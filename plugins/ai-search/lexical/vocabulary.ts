/** The terms of a catalogue: looked up by what they are, by how they begin, and by what they may have been meant to be. */
import { soundOf } from "../text/sound.ts";
import { distance, mostEdits } from "./edits.ts";

/** shorter words sound like too many others */
const SHORTEST_HEARD = 4;

export interface Near {
  term: number;
  edits: number;
}

export class Vocabulary {
  readonly terms: string[] = [];
  readonly #ids = new Map<string, number>();
  readonly #sounds = new Map<string, number[]>();
  readonly #grams = new Map<string, number[]>();
  /** ids in the order of their terms, as far as they were sorted; the rest stands behind `#sorted` */
  #order: number[] = [];
  #sorted = 0;

  get size(): number {
    return this.terms.length;
  }

  find(term: string): number | undefined {
    return this.#ids.get(term);
  }

  add(term: string): number {
    const known = this.#ids.get(term);
    if (known !== undefined) return known;
    const id = this.terms.push(term) - 1;
    this.#ids.set(term, id);
    this.#order.push(id);
    if (!/\d/.test(term)) {
      const sound = soundOf(term);
      const alike = this.#sounds.get(sound);
      if (alike) alike.push(id);
      else this.#sounds.set(sound, [id]);
    }
    for (const gram of grams(term)) {
      const list = this.#grams.get(gram);
      if (list) list.push(id);
      else this.#grams.set(gram, [id]);
    }
    return id;
  }

  /** Longer terms that begin so, at most `limit`. */
  startingWith(prefix: string, limit: number): number[] {
    this.#sort();
    const found: number[] = [];
    for (let at = this.#lowerBound(prefix); at < this.#order.length && found.length < limit; at++) {
      const id = this.#order[at] ?? 0;
      const term = this.terms[id] ?? "";
      if (!term.startsWith(prefix)) break;
      if (term.length > prefix.length) found.push(id);
    }
    return found;
  }

  /** Other terms that sound the same. */
  sounding(word: string): number[] {
    if (word.length < SHORTEST_HEARD) return [];
    return (this.#sounds.get(soundOf(word)) ?? []).filter((id) => this.terms[id] !== word);
  }

  /** Terms within the edits that a word of that length may have, nearest first. Candidates share trigrams with it: no scan. */
  near(word: string, limit: number): Near[] {
    const shared = new Map<number, number>();
    if (mostEdits(word.length) === 0) return [];
    for (const gram of grams(word))
      for (const id of this.#grams.get(gram) ?? []) shared.set(id, (shared.get(id) ?? 0) + 1);
    // two edits are looked for only where one is not enough: they have many more candidates
    for (let edits = 1; edits <= mostEdits(word.length); edits++) {
      const found = this.#within(word, edits, shared);
      if (found.length > 0) return found.slice(0, limit);
    }
    return [];
  }

  #within(word: string, edits: number, shared: ReadonlyMap<number, number>): Near[] {
    const found: Near[] = [];
    for (const [id, count] of shared) {
      const term = this.terms[id] ?? "";
      // an edit spoils at most four trigrams: two neighbours that changed places stand in four
      if (count < Math.max(word.length, term.length) - 4 * edits) continue;
      const apart = distance(word, term, edits);
      if (apart > 0 && apart <= edits) found.push({ term: id, edits: apart });
    }
    return found.sort((a, b) => a.edits - b.edits || a.term - b.term);
  }

  #sort(): void {
    if (this.#sorted === this.#order.length) return;
    this.#order.sort((a, b) => ((this.terms[a] ?? "") < (this.terms[b] ?? "") ? -1 : 1));
    this.#sorted = this.#order.length;
  }

  #lowerBound(prefix: string): number {
    let low = 0;
    let high = this.#order.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.terms[this.#order[middle] ?? 0] ?? "") < prefix) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

/** `leche` is ` le`, `lec`, `ech`, `che`, `he `. */
function grams(word: string): Set<string> {
  const padded = ` ${word} `;
  const set = new Set<string>();
  for (let at = 0; at + 3 <= padded.length; at++) set.add(padded.slice(at, at + 3));
  return set;
}
