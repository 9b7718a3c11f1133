/** Lines of orders and deliveries: which product, at what cost, how much in all. Costs in minor units of the shop's currency. */
import type { Tx } from "../../kernel/db/database.ts";
import { type FieldFault, kernelErrors } from "../../kernel/errors.ts";
import { MONEY_LIMIT } from "../../kernel/input.ts";
import { extend, share } from "../../kernel/money.ts";
import type { Inventory } from "../inventory/api.ts";
import type { FieldOf, Line, WantedLine } from "./domain.ts";

export interface Offer {
  costMinor: number;
  discountBp: number;
}

/** The discount is taken off the line and off the unit, each rounded once. */
export function lineTotal(quantityMilli: number, { costMinor, discountBp }: Offer): number {
  const gross = extend(costMinor, quantityMilli);
  return gross - share(gross, discountBp);
}

export function unitCost({ costMinor, discountBp }: Offer): number {
  return costMinor - share(costMinor, discountBp);
}

/**
 * Finds the products of what was typed, and a cost where none was: of `offers` by product, else what a unit costs in the store. Throws
 * faults of the lines: CODE_UNKNOWN, TOO_LARGE, and PRODUCT_TWICE where `once`.
 */
export async function readLines(
  tx: Tx,
  inventory: Pick<Inventory, "findByCode" | "products">,
  wanted: readonly WantedLine[],
  about: { storeId: number; field: FieldOf; once: boolean; offers(ids: number[]): Promise<ReadonlyMap<number, Offer>> },
): Promise<Line[]> {
  const { storeId, field, once } = about;
  const fields: FieldFault[] = [];
  const refuse = (path: string, code: string, text: string, params?: FieldFault["params"]) =>
    void fields.push({ path, code, text: `purchases.validation.${text}`, ...(params ? { params } : {}) });
  const byId = await inventory.products(
    wanted.flatMap(({ productId }) => productId ?? []),
    storeId,
    tx,
  );
  const found = [];
  for (const [index, one] of wanted.entries()) {
    const product =
      one.productId === undefined ? await inventory.findByCode(one.code ?? "", storeId, tx) : byId.get(one.productId);
    if (product) found.push({ index, one, product });
    else refuse(field(index, "code"), "CODE_UNKNOWN", "code", { code: one.code ?? String(one.productId) });
  }
  const offers = await about.offers(found.map(({ product }) => product.id));
  const seen = new Set<number>();
  const lines = found.map(({ index, one, product }) => {
    if (once && seen.has(product.id)) refuse(field(index, "code"), "PRODUCT_TWICE", "twice", { name: product.name });
    seen.add(product.id);
    const offer = offers.get(product.id);
    const costMinor = one.costMinor ?? offer?.costMinor ?? product.costMinor;
    const discountBp = one.discountBp ?? (one.costMinor === undefined ? (offer?.discountBp ?? 0) : 0);
    const { id: productId, sku, name, unit } = product;
    const line = { productId, sku, name, unit, quantityMilli: one.quantityMilli, costMinor, discountBp };
    const large = BigInt(costMinor) * BigInt(one.quantityMilli) > BigInt(MONEY_LIMIT) * 1000n;
    if (large) refuse(field(index, "quantity"), "TOO_LARGE", "too_large");
    return { ...line, totalMinor: large ? 0 : lineTotal(one.quantityMilli, line) };
  });
  if (fields.length > 0) throw kernelErrors.VALIDATION({ fields });
  return lines;
}
