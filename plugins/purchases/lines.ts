/** Lines of orders and deliveries: which product, at what cost, how much in all. Costs in minor units of the shop's currency. */
import type { Tx } from "../../kernel/db/database.ts";
import { toSafe } from "../../kernel/decimal.ts";
import { type FieldFault, kernelErrors } from "../../kernel/errors.ts";
import { MONEY_LIMIT, QUANTITY_LIMIT } from "../../kernel/input.ts";
import { divideRounded, extend, share } from "../../kernel/money.ts";
import {
  type Inventory,
  inOwnUnit,
  type ProductKind,
  type SellableProduct,
  type SellableUnit,
} from "../inventory/api.ts";
import type { FieldOf, Line, WantedLine } from "./domain.ts";
import { errors } from "./errors.ts";
import { isTraining } from "./queries/stores.ts";

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
 * TRAINING_STORE and faults of the lines: CODE_UNKNOWN, NOT_STOCKED, TOO_LARGE, and PRODUCT_TWICE where a product stands more than once with the same `once`.
 */
export async function readLines(
  tx: Tx,
  inventory: Pick<Inventory, "findByCode" | "products">,
  wanted: readonly WantedLine[],
  about: {
    storeId: number;
    field: FieldOf;
    once: ((line: WantedLine) => string) | undefined;
    offers(ids: number[]): Promise<ReadonlyMap<number, Offer>>;
  },
): Promise<Line[]> {
  const { storeId, field, once } = about;
  if (await isTraining(tx, storeId)) throw errors.TRAINING_STORE();
  const fields: FieldFault[] = [];
  const refuse = (path: string, code: string, text: string, params?: FieldFault["params"]) =>
    void fields.push({ path, code, text: `purchases.validation.${text}`, ...(params ? { params } : {}) });
  const byId = await inventory.products(
    wanted.flatMap(({ productId }) => productId ?? []),
    storeId,
    tx,
  );
  const found: { index: number; one: WantedLine; product: SellableProduct & { soldBy?: SellableUnit } }[] = [];
  for (const [index, one] of wanted.entries()) {
    const product =
      one.productId === undefined ? await inventory.findByCode(one.code ?? "", storeId, tx) : byId.get(one.productId);
    if (product) found.push({ index, one, product });
    else refuse(field(index, "code"), "CODE_UNKNOWN", "code", { code: one.code ?? String(one.productId) });
  }
  const offers = await about.offers(found.map(({ product }) => product.id));
  const seen = new Set<string>();
  const lines = found.map(({ index, one, product }) => {
    if (!onShelves(product.kind)) refuse(field(index, "code"), "NOT_STOCKED", "not_stocked", { name: product.name });
    const key = `${product.id} ${once?.(one)}`;
    if (once && seen.has(key)) refuse(field(index, "code"), "PRODUCT_TWICE", "twice", { name: product.name });
    seen.add(key);
    const offer = offers.get(product.id);
    // the code of a case stands for its bottles: so many of them came, and what is typed is the case's cost
    const factorMilli = product.soldBy?.factorMilli ?? 1000;
    const quantity = inOwnUnit(one.quantityMilli, factorMilli);
    const large =
      quantity > BigInt(QUANTITY_LIMIT) ||
      BigInt(one.costMinor ?? 0) * BigInt(one.quantityMilli) > BigInt(MONEY_LIMIT) * 1000n ||
      BigInt(offer?.costMinor ?? product.costMinor) * quantity > BigInt(MONEY_LIMIT) * 1000n;
    if (large || quantity === 0n) refuse(field(index, "quantity"), "TOO_LARGE", "too_large");
    const { id: productId, sku, name, unit } = product;
    const about = { productId, sku, name, unit, quantityMilli: large ? 0 : Number(quantity) };
    if (large) return { ...about, costMinor: 0, discountBp: 0, totalMinor: 0 };
    if (one.costMinor === undefined) {
      const costMinor = offer?.costMinor ?? product.costMinor;
      const asked = { costMinor, discountBp: one.discountBp ?? offer?.discountBp ?? 0 };
      return { ...about, ...asked, totalMinor: lineTotal(about.quantityMilli, asked) };
    }
    const typed = { costMinor: one.costMinor, discountBp: one.discountBp ?? 0 };
    const costMinor = toSafe(divideRounded(BigInt(typed.costMinor) * 1000n, BigInt(factorMilli)));
    // the total is what the paper says, though a bottle's share of the case is rounded
    return { ...about, ...typed, costMinor, totalMinor: lineTotal(one.quantityMilli, typed) };
  });
  if (fields.length > 0) throw kernelErrors.VALIDATION({ fields });
  return lines;
}

/** Whether it is kept in stock, and so bought. */
export function onShelves(kind: ProductKind): boolean {
  return kind === "goods" || kind === "weighed";
}
