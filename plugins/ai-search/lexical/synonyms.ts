/** Words that mean the same in this shop: gaseosa, refresco, soda. Said by the shop, in groups. */
import { termsOf } from "../text/analyze.ts";

const MOST_TERMS = 4;

export class Synonyms {
  /** the groups' phrases by their first term */
  readonly #byFirst = new Map<string, { phrase: string[]; others: string[][] }[]>();

  constructor(groups: readonly (readonly string[])[] = []) {
    for (const group of groups) {
      const phrases = group.map((one) => termsOf(one)).filter(({ length }) => length > 0 && length <= MOST_TERMS);
      for (const phrase of phrases) {
        const others = phrases.filter((other) => other.join(" ") !== phrase.join(" "));
        const [first = ""] = phrase;
        this.#byFirst.set(first, [...(this.#byFirst.get(first) ?? []), { phrase, others }]);
      }
    }
  }

  /** For each term of a query those that may stand for it. */
  of(terms: readonly string[]): string[][] {
    const found: string[][] = terms.map(() => []);
    terms.forEach((term, at) => {
      for (const { phrase, others } of this.#byFirst.get(term) ?? []) {
        if (!phrase.every((one, offset) => terms[at + offset] === one)) continue;
        for (const other of others)
          phrase.forEach((_, offset) => {
            // the last word of a longer phrase tells most: papel higiénico, esponja lavaplatos
            const stand = other[Math.min(offset, other.length - 1)];
            const term = phrase.length === 1 ? other.at(-1) : stand;
            if (term !== undefined) found[at + offset]?.push(term);
          });
      }
    });
    return found;
  }
}
