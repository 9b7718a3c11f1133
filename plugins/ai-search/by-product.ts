/** A number, 0 or more, of each product: four bytes each, as ids follow each other mostly. A Map takes ten times as much. */
const PAGE = 1024;

export class ByProduct {
  /** each number one larger; 0: none */
  readonly #pages = new Map<number, Int32Array>();
  #size = 0;

  get size(): number {
    return this.#size;
  }

  get(id: number): number | undefined {
    const kept = this.#pages.get(Math.floor(id / PAGE))?.[id % PAGE];
    return kept ? kept - 1 : undefined;
  }

  *ids(): IterableIterator<number> {
    for (const [place, page] of this.#pages)
      for (let at = 0; at < PAGE; at++) if (page[at] !== 0) yield place * PAGE + at;
  }

  set(id: number, value: number): void {
    const place = Math.floor(id / PAGE);
    const page = this.#pages.get(place) ?? new Int32Array(PAGE);
    this.#pages.set(place, page);
    if (page[id % PAGE] === 0) this.#size += 1;
    page[id % PAGE] = value + 1;
  }

  delete(id: number): void {
    if (this.get(id) === undefined) return;
    (this.#pages.get(Math.floor(id / PAGE)) as Int32Array)[id % PAGE] = 0;
    this.#size -= 1;
  }
}
