/** What the search knows of each product, in columns: an object and an entry of a Map for each take more than twice as much. */
import type { ProductText } from "../inventory/api.ts";
import { ByProduct } from "./by-product.ts";

export class Texts {
  readonly #rows = new ByProduct();
  readonly #skus: string[] = [];
  readonly #names: string[] = [];
  readonly #descriptions: (string | undefined)[] = [];
  readonly #categories: (string | undefined)[] = [];
  readonly #brands: (string | undefined)[] = [];
  readonly #retired = new Set<number>();
  readonly #strings = new Map<string, string>();

  put({ id, sku, name, description, category, brand, active }: ProductText): void {
    const row = this.#rows.get(id) ?? this.#rows.size;
    this.#rows.set(id, row);
    this.#skus[row] = sku;
    this.#names[row] = name;
    this.#descriptions[row] = description;
    this.#categories[row] = this.#shared(category);
    this.#brands[row] = this.#shared(brand);
    if (active) this.#retired.delete(row);
    else this.#retired.add(row);
  }

  get(id: number): ProductText | undefined {
    const row = this.#rows.get(id);
    if (row === undefined) return undefined;
    return {
      id,
      sku: this.#skus[row] as string,
      name: this.#names[row] as string,
      description: this.#descriptions[row],
      category: this.#categories[row],
      brand: this.#brands[row],
      active: !this.#retired.has(row),
    };
  }

  ids(): Iterable<number> {
    return this.#rows.ids();
  }

  /** Of a category or brand each product has a string of its own when it is read, and here the same one. */
  #shared(name: string | undefined): string | undefined {
    if (name === undefined) return undefined;
    const known = this.#strings.get(name);
    if (known === undefined) this.#strings.set(name, name);
    return known ?? name;
  }
}
