/** What a product costs in a store: by the store's price list, else its own price when that is money of the store. */
import { MONEY_LIMIT } from "../../kernel/input.ts";
import { divideRounded } from "../../kernel/money.ts";
import type { Stores } from "../../kernel/stores/store.ts";
import type { SellableProduct, SellableUnit } from "./api.ts";

/** A product with its own price, and what the price list of the store says. */
export interface Listed extends SellableProduct {
  listed: { priceMinor: number; currency: string } | undefined;
  /** the unit whose code was read, with its own price */
  soldBy?: SellableUnit;
}

type Priced<P> = Omit<P, "listed" | "soldBy"> & { soldBy?: SellableUnit };

export function createStorePrices(stores: Pick<Stores, "shopOf">) {
  /** How the products of that store are priced, and their units: a unit's own price is money of the shop (`isOwn`: and of the store). */
  return async (storeId: number | undefined) => {
    const [shop, store] = await Promise.all([stores.shopOf(undefined), stores.shopOf(storeId)]);
    const isOwn = store.currency === shop.currency;
    const unit = (one: SellableUnit): SellableUnit => (isOwn ? one : { ...one, priceMinor: undefined });
    const price = <P extends Listed>({ listed, soldBy, ...rest }: P): Priced<P> => {
      const product =
        listed?.currency === store.currency
          ? { ...rest, priceMinor: listed.priceMinor, priced: true }
          : { ...rest, priced: isOwn };
      return soldBy === undefined ? product : { ...product, soldBy: unit(soldBy) };
    };
    return Object.assign(price, { unit, currency: store.currency, isOwn });
  };
}

/** So many of a unit, or of a case, as the product itself is counted: two cases of 24 are 48. Thousandths, rounded once. */
export function inOwnUnit(quantityMilli: number, factorMilli: number): bigint {
  return divideRounded(BigInt(quantityMilli) * BigInt(factorMilli), 1000n);
}

/** The unit's own price, else the product's by the factor. Beyond what any price may be it stays just beyond, and is refused. */
export function unitPrice(product: { priceMinor: number }, unit: SellableUnit): number {
  if (unit.priceMinor !== undefined) return unit.priceMinor;
  const exact = divideRounded(BigInt(product.priceMinor) * BigInt(unit.factorMilli), 1000n);
  return exact > MONEY_LIMIT ? MONEY_LIMIT + 1 : Number(exact);
}
