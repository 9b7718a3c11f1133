/** What a code means: a product's own code, or a label from the scale. */
import type { Tx } from "../../kernel/db/database.ts";
import { parseDecimal, QUANTITY_SCALE } from "../../kernel/decimal.ts";
import { currencyDigits, divideRounded } from "../../kernel/money.ts";
import type { Settings } from "../../kernel/settings/settings.ts";
import type { Stores } from "../../kernel/stores/store.ts";
import { type Inventory, type SellableProduct, type SellableUnit, unitPrice } from "../inventory/api.ts";
import { errors } from "./errors.ts";
import { readScaleCode, type ScaleCode } from "./scale-codes.ts";
import { scaleCodes } from "./settings.ts";

export interface Found {
  product: SellableProduct;
  /** the further unit whose code it is */
  unit?: SellableUnit | undefined;
  /** from a label; undefined: as many as the cashier says */
  quantityMilli: number | undefined;
  /** what the label says it costs */
  labelMinor: number | undefined;
}

/** Undefined: nobody's code. Throws SCALE_CHECK for a label that was misread. */
export type FindCode = (code: string, storeId: number | undefined, tx?: Tx) => Promise<Found | undefined>;

export function createFindCode(parts: { inventory: Inventory; settings: Settings; stores: Stores }): FindCode {
  const { inventory, settings, stores } = parts;
  return async (code, storeId, tx) => {
    // a code of a product itself is never taken for a label
    const product = await inventory.findByCode(code, storeId, tx);
    if (product) return { product, unit: product.soldBy, quantityMilli: undefined, labelMinor: undefined };
    for (const pattern of (await settings.get(scaleCodes)).split(/\s+/).filter(Boolean)) {
      const label = readScaleCode(code, [pattern]);
      if (label === undefined) continue;
      if (label === "bad_check") throw errors.SCALE_CHECK();
      const item =
        (await inventory.findByCode(label.item, storeId, tx)) ??
        (await inventory.findByCode(bare(label.item), storeId, tx));
      if (item) return weighed(item, label, currencyDigits((await stores.shopOf(storeId)).currency));
    }
    return undefined;
  };
}

function bare(item: string): string {
  return item.replace(/^0+(?=.)/, "");
}

/** Exactly the label's price is charged; the quantity that goes off the shelf is what it buys, to a thousandth. */
function weighed(product: SellableProduct, { kind, value }: ScaleCode, digits: number): Found | undefined {
  if (kind === "quantity") {
    const quantityMilli = parseDecimal(value, QUANTITY_SCALE);
    return quantityMilli ? { product, quantityMilli, labelMinor: undefined } : undefined;
  }
  const labelMinor = parseDecimal(value, digits);
  if (!labelMinor) return undefined;
  if (product.priceMinor === 0) return { product, quantityMilli: 1000, labelMinor };
  const bought = Number(divideRounded(BigInt(labelMinor) * 1000n, BigInt(product.priceMinor)));
  return { product, quantityMilli: Math.max(bought, 1), labelMinor };
}

/** A product as it is sold: by its own unit, or by a further one at that one's price. */
export function soldAs(product: Pick<SellableProduct, "unit" | "priceMinor">, unit: SellableUnit | undefined) {
  return unit
    ? { unit: unit.name, factorMilli: unit.factorMilli, unitPriceMinor: unitPrice(product, unit) }
    : { unit: product.unit, factorMilli: 1000, unitPriceMinor: product.priceMinor };
}
