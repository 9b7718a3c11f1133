/**
 * The vectors of all products, of length 1, and which of them point where a query does. Exact: no product is left out that belongs
 * there. The first dimensions hold most of what there is, so they are looked at first, and the rest only where they leave it open
 * (by Cauchy and Schwarz the rest adds at most the product of the two lengths). Each number is kept in sixteen bits: a cosine is off by
 * some hundred-thousandths, and all of them together take half of what they would.
 */
import { ByProduct } from "../by-product.ts";

export interface Near {
  id: number;
  /** of the angle, -1 to 1 */
  cosine: number;
}

/** dimensions that are looked at first */
const HEAD = 32;
const FIRST_ROOM = 64;
/** numbers are kept in so many steps from 0 to 1: what rounding made a little longer fits as well */
const STEPS = 32_000;
/** rounding of float32 never makes a bound too tight */
const SLACK = 1e-5;

export class Vectors {
  readonly dimensions: number;
  readonly #head: number;
  readonly #tail: number;
  #heads: Int16Array;
  #tails: Int16Array;
  /** lengths of the tails */
  #rests: Float32Array;
  /** product of each row; 0: free */
  #ids: Float64Array;
  #digests: Int32Array;
  readonly #rows = new ByProduct();
  readonly #free: number[] = [];
  #used = 0;

  constructor(dimensions: number, room = FIRST_ROOM) {
    this.dimensions = dimensions;
    this.#head = Math.min(HEAD, dimensions);
    this.#tail = dimensions - this.#head;
    this.#heads = new Int16Array(room * this.#head);
    this.#tails = new Int16Array(room * this.#tail);
    this.#rests = new Float32Array(room);
    this.#ids = new Float64Array(room);
    this.#digests = new Int32Array(room);
  }

  get size(): number {
    return this.#rows.size;
  }

  *ids(): IterableIterator<number> {
    for (let row = 0; row < this.#used; row++) {
      const id = this.#ids[row] as number;
      if (id !== 0) yield id;
    }
  }

  /** Of the text that the vector was made of. */
  digest(id: number): number | undefined {
    const row = this.#rows.get(id);
    return row === undefined ? undefined : this.#digests[row];
  }

  put(id: number, unit: Float32Array, digest: number): void {
    let row = this.#rows.get(id);
    if (row === undefined) {
      row = this.#free.pop() ?? this.#used++;
      if (row >= this.#ids.length) this.#grow();
      this.#rows.set(id, row);
    }
    this.#ids[row] = id;
    this.#digests[row] = digest;
    const [heads, head, tails, tail] = [this.#heads, this.#head, this.#tails, this.#tail];
    for (let at = 0; at < head; at++) heads[row * head + at] = Math.round((unit[at] as number) * STEPS);
    let square = 0;
    for (let at = 0; at < tail; at++) {
      const steps = Math.round((unit[head + at] as number) * STEPS);
      tails[row * tail + at] = steps;
      square += steps ** 2;
    }
    this.#rests[row] = Math.sqrt(square) / STEPS;
  }

  remove(id: number): void {
    const row = this.#rows.get(id);
    if (row === undefined) return;
    this.#rows.delete(id);
    this.#ids[row] = 0;
    this.#free.push(row);
  }

  get(id: number): Float32Array | undefined {
    const row = this.#rows.get(id);
    if (row === undefined) return undefined;
    const unit = new Float32Array(this.dimensions);
    unit.set(this.#heads.subarray(row * this.#head, (row + 1) * this.#head));
    unit.set(this.#tails.subarray(row * this.#tail, (row + 1) * this.#tail), this.#head);
    return unit.map((steps) => steps / STEPS);
  }

  /** Undefined: there is no such product. */
  cosine(id: number, unit: Float32Array): number | undefined {
    const row = this.#rows.get(id);
    return row === undefined ? undefined : this.#headDot(row, unit) + this.#tailDot(row, unit);
  }

  /** The products nearest to a vector of length 1, nearest first, none with a cosine below `least` and none that `keep` leaves out. */
  nearest(unit: Float32Array, limit: number, least: number, keep?: (id: number) => boolean): Near[] {
    let square = 0;
    for (let at = this.#head; at < unit.length; at++) square += (unit[at] as number) ** 2;
    const rest = Math.sqrt(square);
    const best = new Best(limit, least);
    const [heads, head, rests, ids] = [this.#heads, this.#head, this.#rests, this.#ids];
    for (let row = 0; row < this.#used; row++) {
      const id = ids[row] as number;
      if (id === 0) continue;
      // four sums at once, and no call: this is most of a walk through all products
      let at = 0;
      let from = row * head;
      let a = 0;
      let b = 0;
      let c = 0;
      let d = 0;
      for (; at + 4 <= head; at += 4, from += 4) {
        a += (heads[from] as number) * (unit[at] as number);
        b += (heads[from + 1] as number) * (unit[at + 1] as number);
        c += (heads[from + 2] as number) * (unit[at + 2] as number);
        d += (heads[from + 3] as number) * (unit[at + 3] as number);
      }
      for (; at < head; at++, from++) a += (heads[from] as number) * (unit[at] as number);
      const sum = (a + b + c + d) / STEPS;
      if (sum + rest * (rests[row] as number) + SLACK < best.least) continue;
      const cosine = sum + this.#tailDot(row, unit);
      if (cosine >= best.least && (keep === undefined || keep(id))) best.offer(id, cosine);
    }
    return best.found();
  }

  #headDot(row: number, unit: Float32Array): number {
    const [heads, head] = [this.#heads, this.#head];
    let sum = 0;
    for (let at = 0, from = row * head; at < head; at++, from++) sum += (heads[from] as number) * (unit[at] as number);
    return sum / STEPS;
  }

  #tailDot(row: number, unit: Float32Array): number {
    const [tails, tail, head] = [this.#tails, this.#tail, this.#head];
    let sum = 0;
    for (let at = 0, from = row * tail; at < tail; at++, from++)
      sum += (tails[from] as number) * (unit[head + at] as number);
    return sum / STEPS;
  }

  #grow(): void {
    const room = Math.ceil(this.#ids.length * 1.5) + 1;
    const larger = <T extends Float32Array | Float64Array | Int16Array | Int32Array>(to: T, from: T): T => {
      to.set(from);
      return to;
    };
    this.#heads = larger(new Int16Array(room * this.#head), this.#heads);
    this.#tails = larger(new Int16Array(room * this.#tail), this.#tails);
    this.#rests = larger(new Float32Array(room), this.#rests);
    this.#ids = larger(new Float64Array(room), this.#ids);
    this.#digests = larger(new Int32Array(room), this.#digests);
  }
}

/** The best so many of what is offered, in order: with few of them a heap is no faster. */
class Best {
  readonly #limit: number;
  readonly #found: Near[] = [];
  /** who has less is not among them */
  least: number;

  constructor(limit: number, least: number) {
    this.#limit = limit;
    this.least = least;
  }

  offer(id: number, cosine: number): void {
    if (cosine < this.least) return;
    let [low, high] = [0, this.#found.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      const other = this.#found[middle] as Near;
      if (other.cosine > cosine || (other.cosine === cosine && other.id < id)) low = middle + 1;
      else high = middle;
    }
    this.#found.splice(low, 0, { id, cosine });
    if (this.#found.length > this.#limit) this.#found.pop();
    if (this.#found.length === this.#limit) this.least = (this.#found.at(-1) as Near).cosine;
  }

  found(): Near[] {
    return this.#found;
  }
}
