/** A kind of product of which brands, variants and sizes make many. All brands are invented. */
import type { TaxKind } from "../../../../plugins/inventory/api.ts";

export interface Kind {
  name: string;
  variants: readonly string[];
  /** what it is sold in, and what that costs in percent of the price */
  sizes: readonly (readonly [label: string, percent: number])[];
  /** pesos */
  price: number;
  /** by the kilogram, from the scale */
  weighed?: true;
  tax?: { kind: TaxKind; rateBp: number };
}

export interface Shelf {
  category: string;
  /** letters of its SKUs */
  code: string;
  brands: readonly string[];
  /** how readily its products are bought */
  appeal: number;
  kinds: readonly Kind[];
}

export const EXCLUDED = { kind: "excluded", rateBp: 0 } as const;
export const EXEMPT = { kind: "exempt", rateBp: 0 } as const;
export const REDUCED = { kind: "included", rateBp: 500 } as const;
export const GENERAL = { kind: "included", rateBp: 1900 } as const;

/** `Arroz: blanco, integral | 2900`: names and variants of kinds with one list of sizes. */
export function kinds(sizes: Kind["sizes"], tax: Kind["tax"], ...written: string[]): Kind[] {
  return written.map((line) => {
    const [, name = "", variants = "", price = ""] = /^([^:]+): (.*) \| (\d+)$/.exec(line) ?? [];
    if (name === "") throw new Error(`"${line}" is no kind of product`);
    return { name, variants: variants.split(", "), sizes, price: Number(price), ...(tax ? { tax } : {}) };
  });
}
