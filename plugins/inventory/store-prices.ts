/** What a product costs in a store: by the store's price list, else its own price when that is money of the store. */
import type { Stores } from "../../kernel/stores/store.ts";
import type { SellableProduct } from "./api.ts";

/** A product with its own price, and what the price list of the store says. */
export interface Listed extends SellableProduct {
  listed: { priceMinor: number; currency: string } | undefined;
}

export function createStorePrices(stores: Pick<Stores, "shopOf">) {
  /** How the products of that store are priced. */
  return async (storeId: number | undefined) => {
    const [shop, store] = await Promise.all([stores.shopOf(undefined), stores.shopOf(storeId)]);
    return <P extends Listed>({ listed, ...product }: P): Omit<P, "listed"> => {
      if (listed?.currency === store.currency) return { ...product, priceMinor: listed.priceMinor, priced: true };
      return { ...product, priced: store.currency === shop.currency };
    };
  };
}
