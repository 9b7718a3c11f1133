/** Price and margin watch: what costs more than it did, and what leaves less than the owner wants. */
import type { Clock } from "../../../kernel/clock.ts";
import { divideRounded } from "../../../kernel/money.ts";
import type { Settings } from "../../../kernel/settings/settings.ts";
import { doingBusiness, type Stores } from "../../../kernel/stores/store.ts";
import { type Inventory, marginOf, type SellableProduct } from "../../inventory/api.ts";
import type { Purchases } from "../../purchases/api.ts";
import { type Agent, riseOf, type Said } from "../domain.ts";
import { costRise, marginTarget } from "../settings.ts";

const DAY_MS = 86_400_000;
/** a rise is news for so long, and goods count that were sold in these days */
const DAYS = 30;

export function createMarginWatch(parts: {
  clock: Clock;
  settings: Settings;
  stores: Pick<Stores, "list" | "shopOf">;
  inventory: Pick<Inventory, "ratesOfSale" | "products">;
  purchases: Purchases | undefined;
}): Agent {
  const { clock, settings, stores, inventory, purchases } = parts;
  return async (signal) => {
    const [targetBp, riseBp] = [(await settings.get(marginTarget)) * 100, (await settings.get(costRise)) * 100];
    const said: Said[] = [];
    const since = new Date(clock.now().getTime() - DAYS * DAY_MS);
    let looked = 0;
    const { currency } = await stores.shopOf(undefined);
    for (const store of doingBusiness(await stores.list())) {
      if (!store.active) continue;
      const rises = (await purchases?.costRises(store.id, since)) ?? [];
      looked += rises.length;
      for (const { productId, supplierName: supplier, at, ...paid } of rises) {
        if (riseOf(paid.beforeMinor, paid.afterMinor) < riseBp) continue;
        const facts = { ...paid, supplier };
        const news = [`delivery:${at.toISOString()}`];
        said.push({ kind: "cost_rose", storeId: store.id, subject: `product:${productId}`, facts, news });
      }
      const shop = await stores.shopOf(store.id);
      // costs are money of the shop as a whole: elsewhere there is no rate between them
      if (shop.currency !== currency) continue;
      for await (const sold of inventory.ratesOfSale(store.id, DAYS)) {
        signal.throwIfAborted();
        const ids = sold.map(({ productId }) => productId);
        const products = await inventory.products(ids, store.id);
        looked += products.size;
        for (const product of products.values()) {
          const marginBp = leaves(product);
          if (marginBp === undefined || marginBp >= targetBp) continue;
          const { id, sku, name, priceMinor, costMinor } = product;
          const facts = { sku, name, priceMinor, costMinor, marginBp, targetBp };
          said.push({ kind: "low_margin", storeId: store.id, subject: `product:${id}`, facts, news: [] });
        }
      }
    }
    return { looked, able: looked, said };
  };
}

/** Of the price without its tax, basis points; undefined where price or cost is not known. */
export function leaves(
  product: Pick<SellableProduct, "priced" | "priceMinor" | "costMinor" | "taxRateBp" | "taxKind">,
): number | undefined {
  const { priced, priceMinor, costMinor, taxRateBp, taxKind } = product;
  if (!priced || priceMinor <= 0 || costMinor <= 0) return undefined;
  const included = taxKind === "included" ? BigInt(taxRateBp) : 0n;
  const net = divideRounded(BigInt(priceMinor) * 10_000n, 10_000n + included);
  return marginOf(Number(net), costMinor).bp;
}
