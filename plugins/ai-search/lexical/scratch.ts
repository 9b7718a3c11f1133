/** Sums of one query over documents, in arrays that are used again: a common word touches most of a catalogue. */
export class Scratch {
  #sums = new Float32Array(0);
  #word = new Float32Array(0);
  #counts = new Uint8Array(0);
  readonly #touched: number[] = [];
  readonly #inWord: number[] = [];

  upTo(documents: number): this {
    if (this.#sums.length < documents) {
      this.#sums = new Float32Array(documents * 2);
      this.#word = new Float32Array(documents * 2);
      this.#counts = new Uint8Array(documents * 2);
    }
    return this;
  }

  /** The best of a word counts. */
  offer(document: number, score: number): void {
    const before = this.#word[document] ?? 0;
    if (before === 0) this.#inWord.push(document);
    if (score > before) this.#word[document] = score;
  }

  endWord(): void {
    for (const document of this.#inWord) {
      if (this.#counts[document] === 0) this.#touched.push(document);
      this.#counts[document] = (this.#counts[document] ?? 0) + 1;
      this.#sums[document] = (this.#sums[document] ?? 0) + (this.#word[document] ?? 0);
      this.#word[document] = 0;
    }
    this.#inWord.length = 0;
  }

  /** Hands out what was summed and begins anew. */
  drain(take: (document: number, sum: number, words: number) => void): void {
    for (const document of this.#touched) {
      take(document, this.#sums[document] ?? 0, this.#counts[document] ?? 0);
      this.#sums[document] = 0;
      this.#counts[document] = 0;
    }
    this.#touched.length = 0;
  }
}
