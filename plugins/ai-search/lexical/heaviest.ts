/** The heaviest of any stretch of a row, without looking at all of it: a tree in which each knot has the more of its two. */
export class Heaviest {
  readonly #size: number;
  readonly #most: Float32Array;

  /** `weight` of each place, 0 or more; less than 0: never handed out. */
  constructor(size: number, weight: (place: number) => number) {
    this.#size = size;
    this.#most = new Float32Array(2 * size);
    for (let place = 0; place < size; place++) this.#most[size + place] = weight(place);
    for (let knot = size - 1; knot > 0; knot--)
      this.#most[knot] = Math.max(this.#most[2 * knot] as number, this.#most[2 * knot + 1] as number);
  }

  /** Places from `from` to before `to`, the heaviest first, of the same weight the first; at most `limit`. */
  between(from: number, to: number, limit: number): number[] {
    const open: number[] = [];
    for (let low = from + this.#size, high = to + this.#size; low < high; low >>= 1, high >>= 1) {
      if (low & 1) open.push(low++);
      if (high & 1) open.push(--high);
    }
    const found: number[] = [];
    while (open.length > 0 && found.length < limit) {
      let best = 0;
      for (let at = 1; at < open.length; at++) if (this.#before(open[at] as number, open[best] as number)) best = at;
      const knot = open[best] as number;
      if ((this.#most[knot] as number) < 0) break;
      open[best] = open[open.length - 1] as number;
      open.pop();
      if (knot >= this.#size) found.push(knot - this.#size);
      else open.push(2 * knot, 2 * knot + 1);
    }
    return found;
  }

  #before(a: number, b: number): boolean {
    const [of, than] = [this.#most[a] as number, this.#most[b] as number];
    return of === than ? this.#first(a) < this.#first(b) : of > than;
  }

  /** The first place under a knot, wherever the row begins in the lowest line of the tree. */
  #first(knot: number): number {
    let at = knot;
    while (at < this.#size) at *= 2;
    return at - this.#size;
  }
}
