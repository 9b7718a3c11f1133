/** Words in the order of their letters, found by how they begin. What is new waits behind and is put in order now and then. */

/** as many wait as do not matter to who looks through them, and then an eighth: putting in order costs as much as there are */
const MOST_WAITING = 256;

export class Ordered {
  /** four bytes each */
  #ids = new Int32Array(0);
  #waiting: number[] = [];
  readonly #word: (id: number) => string;

  constructor(word: (id: number) => string) {
    this.#word = word;
  }

  /** Ids in order, without those that wait: another array whenever they were put in order. */
  get ids(): Int32Array {
    return this.#ids;
  }

  get waiting(): readonly number[] {
    return this.#waiting;
  }

  add(id: number): void {
    this.#waiting.push(id);
    if (this.#waiting.length > Math.max(MOST_WAITING, this.#ids.length >> 3)) this.#settle();
  }

  /** Puts all in order but a few: for when many came and no more will. */
  settle(): void {
    if (this.#waiting.length > MOST_WAITING) this.#settle();
  }

  /** Where in `ids` those stand that begin so. */
  range(prefix: string): [from: number, to: number] {
    return [this.#lowerBound(prefix), this.#lowerBound(`${prefix}\u{10ffff}`)];
  }

  /** Hands out who begins so, until `take` answers false. */
  each(prefix: string, take: (id: number) => boolean): void {
    const [from, to] = this.range(prefix);
    for (let at = from; at < to; at++) if (!take(this.#ids[at] as number)) return;
    for (const id of this.#waiting) if (this.#word(id).startsWith(prefix) && !take(id)) return;
  }

  any(prefix: string): boolean {
    const at = this.#ids[this.#lowerBound(prefix)];
    if (at !== undefined && this.#word(at).startsWith(prefix)) return true;
    return this.#waiting.some((id) => this.#word(id).startsWith(prefix));
  }

  #settle(): void {
    const compare = (a: number, b: number) => (this.#word(a) < this.#word(b) ? -1 : 1);
    const fresh = this.#waiting.sort(compare);
    const merged = new Int32Array(this.#ids.length + fresh.length);
    let [at, to] = [0, 0];
    for (const id of this.#ids) {
      while (at < fresh.length && compare(fresh[at] as number, id) < 0) merged[to++] = fresh[at++] as number;
      merged[to++] = id;
    }
    while (at < fresh.length) merged[to++] = fresh[at++] as number;
    this.#ids = merged;
    this.#waiting = [];
  }

  #lowerBound(prefix: string): number {
    let low = 0;
    let high = this.#ids.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#word(this.#ids[middle] as number) < prefix) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
