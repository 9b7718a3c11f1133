/** Where a term stands: documents in the order in which they came, each with how much it weighs there. Four bytes each. */
const WEIGHT_BITS = 8;
const WEIGHT_MASK = (1 << WEIGHT_BITS) - 1;
/** weights are kept in eighths */
const WEIGHT_SCALE = 8;

/** A term of one document alone, as most codes are, is kept as a number: an array would take ten times as much. */
export class Postings {
  /** the entry itself, or entries of which only `#counts` count */
  readonly #lists: (number | Uint32Array)[] = [];
  readonly #counts: number[] = [];

  /** In how many documents a term stands, dead ones too. */
  count(term: number): number {
    return this.#counts[term] ?? 0;
  }

  /** Documents are below 2^24, and come in rising order. */
  add(term: number, document: number, weight: number): void {
    const scaled = Math.min(WEIGHT_MASK, Math.max(1, Math.round(weight * WEIGHT_SCALE)));
    const entry = ((document << WEIGHT_BITS) | scaled) >>> 0;
    const count = this.#counts[term] ?? 0;
    const list = this.#lists[term];
    if (list === undefined || count === 0) this.#lists[term] = entry;
    else if (typeof list === "number") this.#lists[term] = Uint32Array.of(list, entry);
    else if (count < list.length) list[count] = entry;
    else {
      const larger = new Uint32Array(count + Math.max(2, count >> 1));
      larger.set(list);
      larger[count] = entry;
      this.#lists[term] = larger;
    }
    this.#counts[term] = count + 1;
  }

  each(term: number, take: (document: number, weight: number) => void): void {
    this.#each(term, (entry) => take(entry >>> WEIGHT_BITS, (entry & WEIGHT_MASK) / WEIGHT_SCALE));
  }

  /** What another has of a term, by the new numbers of its documents; those that have none (-1) stay behind. */
  take(term: number, from: Postings, numbers: Int32Array): void {
    const kept: number[] = [];
    from.#each(term, (entry) => {
      const number = numbers[entry >>> WEIGHT_BITS] ?? -1;
      if (number >= 0) kept.push(((number << WEIGHT_BITS) | (entry & WEIGHT_MASK)) >>> 0);
    });
    this.#lists[term] = kept.length === 1 ? (kept[0] as number) : Uint32Array.from(kept);
    this.#counts[term] = kept.length;
  }

  #each(term: number, take: (entry: number) => void): void {
    const list = this.#lists[term];
    const count = this.count(term);
    if (typeof list === "number") {
      if (count > 0) take(list);
    } else if (list) for (let at = 0; at < count; at++) take(list[at] as number);
  }
}
