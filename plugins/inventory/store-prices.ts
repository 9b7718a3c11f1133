/** What a product costs in a store: by the store's price list, else its own price when that is money of the store. */
import { MONEY_LIMIT } from "../../kernel/input.ts";
import { divideRounded } from "../../kernel/money.ts";
import type { Stores } from "../../kernel/stores/store.ts";
import type { SellableProduct, SellableUnit } from "./api.ts";

/** A further unit with its own price, when it has one. */
export type ListedUnit = Omit<SellableUnit, "priceMinor"> & { priceMinor: number | undefined };

/** A product with its own price, and what the price list of the store says. */
export interface Listed extends SellableProduct {
  listed: { priceMinor: number; currency: string } | undefined;
  /** the unit whose code was read */
  soldBy?: ListedUnit;
}

type Priced<P> = Omit<P, "listed" | "soldBy"> & { soldBy?: SellableUnit };

export function createStorePrices(stores: Pick<Stores, "shopOf">) {
  /** How the products of that store are priced, and their units. */
  return async (storeId: number | undefined) => {
    const [shop, store] = await Promise.all([stores.shopOf(undefined), stores.shopOf(storeId)]);
    /** A unit's own price is money of the shop; else it is the product's price by its factor. */
    const unit = (product: { priceMinor: number }, { priceMinor, ...one }: ListedUnit): SellableUnit => {
      const own = store.currency === shop.currency ? priceMinor : undefined;
      return { ...one, priceMinor: own ?? byFactor(product.priceMinor, one.factorMilli) };
    };
    const price = <P extends Listed>({ listed, soldBy, ...rest }: P): Priced<P> => {
      const isListed = listed?.currency === store.currency;
      const product = isListed
        ? { ...rest, priceMinor: listed.priceMinor, priced: true }
        : { ...rest, priced: store.currency === shop.currency };
      return soldBy === undefined ? product : { ...product, soldBy: unit(product, soldBy) };
    };
    return Object.assign(price, { unit });
  };
}

/** Beyond what any price may be it stays just beyond, and is refused where it is sold. */
function byFactor(priceMinor: number, factorMilli: number): number {
  const exact = divideRounded(BigInt(priceMinor) * BigInt(factorMilli), 1000n);
  return exact > MONEY_LIMIT ? MONEY_LIMIT + 1 : Number(exact);
}
