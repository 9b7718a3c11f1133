/** Sums of one query over documents, in arrays that are used again: a common word touches most of a catalogue. */
export interface Best {
  document: number;
  sum: number;
  /** words of the query that it has */
  words: number;
}

export class Scratch {
  #sums = new Float32Array(0);
  #word = new Float32Array(0);
  /** how much the words that it has tell */
  #told = new Float32Array(0);
  #counts = new Uint8Array(0);
  #touched = new Uint32Array(0);
  #touchedCount = 0;
  #inWord = new Uint32Array(0);
  #inWordCount = 0;

  upTo(documents: number): this {
    if (this.#sums.length < documents) {
      const length = Math.max(1024, Math.ceil(documents * 1.2));
      this.#sums = new Float32Array(length);
      this.#word = new Float32Array(length);
      this.#told = new Float32Array(length);
      this.#counts = new Uint8Array(length);
      this.#touched = new Uint32Array(length);
      this.#inWord = new Uint32Array(length);
    }
    return this;
  }

  /** The best of a word counts. */
  offer(document: number, score: number): void {
    const before = this.#word[document] as number;
    if (before === 0) this.#inWord[this.#inWordCount++] = document;
    if (score > before) this.#word[document] = score;
  }

  /** `tells`: how much a document says by having this word. */
  endWord(tells: number): void {
    for (let at = 0; at < this.#inWordCount; at++) {
      const document = this.#inWord[at] as number;
      if (this.#counts[document] === 0) this.#touched[this.#touchedCount++] = document;
      this.#counts[document] = (this.#counts[document] as number) + 1;
      this.#sums[document] = (this.#sums[document] as number) + (this.#word[document] as number);
      this.#told[document] = (this.#told[document] as number) + tells;
      this.#word[document] = 0;
    }
    this.#inWordCount = 0;
  }

  /** The best `limit` of the wanted, best first, and how many there are; begins anew. `all`: what the words of the query tell together. */
  drain(limit: number, all: number, wanted: (document: number) => boolean): { best: Best[]; total: number } {
    const heap = new Heap(limit);
    let total = 0;
    for (let at = 0; at < this.#touchedCount; at++) {
      const document = this.#touched[at] as number;
      // who has all the words stands before who has one of them often
      const share = all > 0 ? (this.#told[document] as number) / all : 0;
      const sum = (this.#sums[document] as number) * share * share;
      if (sum > 0 && wanted(document)) {
        total += 1;
        if (sum > heap.least) heap.add({ document, sum, words: this.#counts[document] as number });
      }
      this.#sums[document] = 0;
      this.#told[document] = 0;
      this.#counts[document] = 0;
    }
    this.#touchedCount = 0;
    return { best: heap.best(), total };
  }
}

/** The largest of many, of which only so many are kept. */
class Heap {
  readonly #items: Best[] = [];
  readonly #limit: number;
  /** what does not exceed it is not among the best */
  least = 0;

  constructor(limit: number) {
    this.#limit = limit;
  }

  add(item: Best): void {
    const items = this.#items;
    if (items.length < this.#limit) {
      items.push(item);
      this.#up(items.length - 1);
    } else {
      items[0] = item;
      this.#down();
    }
    if (items.length === this.#limit) this.least = items[0]?.sum ?? 0;
  }

  best(): Best[] {
    return [...this.#items].sort((a, b) => b.sum - a.sum || a.document - b.document);
  }

  #up(from: number): void {
    const items = this.#items;
    let at = from;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      const [a, b] = [items[at] as Best, items[parent] as Best];
      if (a.sum >= b.sum) return;
      items[at] = b;
      items[parent] = a;
      at = parent;
    }
  }

  #down(): void {
    const items = this.#items;
    let at = 0;
    for (;;) {
      let least = at;
      for (const child of [2 * at + 1, 2 * at + 2])
        if (child < items.length && (items[child] as Best).sum < (items[least] as Best).sum) least = child;
      if (least === at) return;
      [items[at], items[least]] = [items[least] as Best, items[at] as Best];
      at = least;
    }
  }
}
