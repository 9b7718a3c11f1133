/** Names by how they begin, for completing what somebody types. */
import { fold } from "../../../kernel/text.ts";
import { ByProduct } from "../by-product.ts";
import { Heaviest } from "./heaviest.ts";
import { Ordered } from "./ordered.ts";

export type Weights = ReadonlyMap<number, number>;

export class Names {
  /** folded */
  readonly #keys: string[] = [];
  readonly #products: number[] = [];
  readonly #entryOf = new ByProduct();
  readonly #ordered = new Ordered((entry) => this.#keys[entry] as string);
  #ranked: { heaviest: Heaviest; ids: Int32Array; weights: Weights } | undefined;

  put(productId: number, name: string): void {
    const key = fold(name);
    const known = this.#entryOf.get(productId);
    if (known !== undefined && this.#keys[known] === key) return;
    this.remove(productId);
    const entry = this.#keys.push(key) - 1;
    this.#products.push(productId);
    this.#entryOf.set(productId, entry);
    this.#ordered.add(entry);
  }

  remove(productId: number): void {
    this.#entryOf.delete(productId);
  }

  /** false: the product is called otherwise now, or gone */
  #isAlive(entry: number): boolean {
    return this.#entryOf.get(this.#products[entry] as number) === entry;
  }

  /** as it was put */
  folded(productId: number): string | undefined {
    return this.#keys[this.#entryOf.get(productId) ?? -1];
  }

  settle(): void {
    this.#ordered.settle();
  }

  /** Products whose folded name begins so, those of most weight first, of the same weight by name; at most `limit`. */
  begin(prefix: string, limit: number, weights: Weights): number[] {
    const { ids } = this.#ordered;
    const weight = (entry: number) => weights.get(this.#products[entry] as number) ?? 0;
    if (this.#ranked?.ids !== ids || this.#ranked.weights !== weights)
      this.#ranked = { heaviest: new Heaviest(ids.length, (place) => weight(ids[place] as number)), ids, weights };
    const [from, to] = this.#ordered.range(prefix);
    const entries = this.#living(this.#ranked.heaviest, from, to, limit);
    for (const entry of this.#ordered.waiting)
      if (this.#isAlive(entry) && (this.#keys[entry] as string).startsWith(prefix)) entries.push(entry);
    entries.sort((a, b) => weight(b) - weight(a) || ((this.#keys[a] as string) < (this.#keys[b] as string) ? -1 : 1));
    return entries.slice(0, limit).map((entry) => this.#products[entry] as number);
  }

  /** Looks further where the dead stand in the way. */
  #living(heaviest: Heaviest, from: number, to: number, limit: number): number[] {
    const { ids } = this.#ordered;
    for (let most = limit * 2; ; most *= 4) {
      const places = heaviest.between(from, to, most);
      const alive = places.map((place) => ids[place] as number).filter((entry) => this.#isAlive(entry));
      if (alive.length >= limit || places.length < most) return alive.slice(0, limit);
    }
  }
}
