/** The terms of a catalogue: looked up by what they are, by how they begin, and by what they may have been meant to be. */
import { soundOf } from "../text/sound.ts";
import { createDistance, type Distance, mostEdits, oneEdit } from "./edits.ts";
import { Numbered } from "./numbered.ts";
import { Ordered } from "./ordered.ts";

/** shorter words sound like too many others */
const SHORTEST_HEARD = 4;
/** words that begin otherwise are looked for among so many letters: fewer begin like anything, more are a word */
const SHORTEST_BEGUN = 3;
const LONGEST_BEGUN = 12;
const DIGIT = /\d/;

export interface Near {
  term: number;
  edits: number;
}

export class Vocabulary {
  readonly #known = new Numbered();
  readonly terms: readonly string[] = this.#known.words;
  readonly #sounds = new Map<string, number | number[]>();
  readonly #grams = new Map<string, number[]>();
  readonly #words = new Ordered((id) => this.terms[id] as string);
  /** with digits: sizes and codes, one or more of each product, which nobody means by another word */
  readonly #codes = new Ordered((id) => this.terms[id] as string);
  readonly #distance: Distance = createDistance();
  #shared = new Uint8Array(1024);

  get size(): number {
    return this.terms.length;
  }

  find(term: string): number | undefined {
    return this.#known.find(term);
  }

  add(term: string): number {
    const known = this.#known.find(term);
    if (known !== undefined) return known;
    const id = this.#known.add(term);
    if (DIGIT.test(term)) {
      this.#codes.add(id);
      return id;
    }
    this.#words.add(id);
    for (const sound of heard(term)) {
      const alike = this.#sounds.get(sound);
      if (Array.isArray(alike)) alike.push(id);
      else this.#sounds.set(sound, alike === undefined ? id : [alike, id]);
    }
    for (const gram of grams(term)) {
      const list = this.#grams.get(gram);
      if (list) list.push(id);
      else this.#grams.set(gram, [id]);
    }
    return id;
  }

  settle(): void {
    this.#words.settle();
    this.#codes.settle();
  }

  /** Longer terms that begin so, in no order, at most `limit`: words, or codes and sizes where the beginning has a digit. */
  startingWith(prefix: string, limit: number): number[] {
    const found: number[] = [];
    const among = DIGIT.test(prefix) ? this.#codes : this.#words;
    among.each(prefix, (id) => {
      if ((this.terms[id] as string).length > prefix.length) found.push(id);
      return found.length < limit;
    });
    return found;
  }

  /** How terms begin that are one edit from this beginning, its first letter as it is. */
  beginningsNear(prefix: string): string[] {
    if (prefix.length < SHORTEST_BEGUN || prefix.length > LONGEST_BEGUN || !/^[a-z]+$/.test(prefix)) return [];
    const found = new Set<string>();
    for (const other of oneEdit(prefix))
      if (other.length >= SHORTEST_BEGUN && other !== prefix && this.#words.any(other)) found.add(other);
    return [...found];
  }

  /** Other terms that sound the same. */
  sounding(word: string): number[] {
    if (word.length < SHORTEST_HEARD) return [];
    const alike = heard(word).flatMap((sound) => this.#sounds.get(sound) ?? []);
    return [...new Set(alike)].filter((id) => this.terms[id] !== word);
  }

  /** Terms within so many edits, nearest first. Candidates share trigrams with it: no scan. */
  near(word: string, edits: number, limit: number): Near[] {
    if (mostEdits(word.length) < edits) return [];
    const found: Near[] = [];
    this.#sharing(grams(word), (id, count) => {
      const term = this.terms[id] as string;
      // an edit spoils at most four trigrams: two neighbours that changed places stand in four
      if (count < Math.max(word.length, term.length) - 4 * edits) return;
      const apart = this.#distance(word, term, edits);
      if (apart > 0 && apart <= edits) found.push({ term: id, edits: apart });
    });
    return found.sort((a, b) => a.edits - b.edits || a.term - b.term).slice(0, limit);
  }

  /** Each term that has any of the trigrams, and how many. */
  #sharing(wanted: ReadonlySet<string>, take: (id: number, count: number) => void): void {
    if (this.#shared.length < this.terms.length) this.#shared = new Uint8Array(this.terms.length * 2);
    const shared = this.#shared;
    const lists = [...wanted].flatMap((gram) => {
      const list = this.#grams.get(gram);
      return list ? [list] : [];
    });
    for (const list of lists) for (const id of list) shared[id] = (shared[id] as number) + 1;
    for (const list of lists)
      for (const id of list) {
        const count = shared[id] as number;
        if (count === 0) continue;
        shared[id] = 0;
        take(id, count);
      }
  }
}

/**
 * A stem has lost its last vowel or is too short to: `huev` and `uebo` sound the same. Of its last c nobody knows any more whether it
 * was a z, as in `cervec`, or a c before an o, as in `blanc`.
 */
function heard(term: string): string[] {
  const sounds = term.endsWith("c") ? [term, `${term.slice(0, -1)}z`] : [term];
  return sounds.map((one) => soundOf(one).replace(/[aeo]$/, ""));
}

/** `leche` is ` le`, `lec`, `ech`, `che`, `he `. */
function grams(word: string): Set<string> {
  const padded = ` ${word} `;
  const set = new Set<string>();
  for (let at = 0; at + 3 <= padded.length; at++) set.add(padded.slice(at, at + 3));
  return set;
}
