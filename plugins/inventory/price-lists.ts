/** Price lists: made in one currency, given to stores of that currency, with the prices of some products. */
import type { Auditor } from "../../kernel/audit.ts";
import type { Clock } from "../../kernel/clock.ts";
import type { Database, Tx } from "../../kernel/db/database.ts";
import { formatDecimal } from "../../kernel/decimal.ts";
import { fieldFault, kernelErrors } from "../../kernel/errors.ts";
import { currencyDigits } from "../../kernel/money.ts";
import type { Store, Stores } from "../../kernel/stores/store.ts";
import type { Actor } from "./domain.ts";
import { errors } from "./errors.ts";
import { notePrices } from "./queries/price-history.ts";
import * as queries from "./queries/price-lists.ts";
import { sellableByIds } from "./queries/products.ts";

export interface WantedPrice {
  productId: number;
  /** undefined: the product's own price again */
  priceMinor: number | undefined;
}

export type PriceLists = ReturnType<typeof createPriceLists>;

export function createPriceLists(parts: {
  db: Database;
  clock: Clock;
  audit: Auditor;
  stores: Pick<Stores, "shopOf">;
}) {
  const { db, clock, audit, stores } = parts;

  return {
    list: () => queries.priceLists(db.primary),

    /** Throws NOT_FOUND. */
    async find(id: number): Promise<queries.PriceList> {
      const found = await queries.priceListById(db.primary, id);
      if (!found) throw kernelErrors.NOT_FOUND();
      return found;
    },

    async create(tx: Tx, actor: Actor, name: string, currency: string): Promise<number> {
      const id = await queries.insertPriceList(tx, name, currency);
      const said = { action: "price_list.created", subject: `price-list:${id}`, after: { name, currency } };
      await audit(tx, { ...actor, ...said });
      return id;
    },

    /**
     * `storeIds`: which stores of `among` go by it; of others it stays as it is. Throws NOT_FOUND, PRICE_LIST_CURRENCY, and
     * STORE_NOT_YOURS for a store that is not among them.
     */
    async update(
      tx: Tx,
      actor: Actor,
      id: number,
      wanted: { name?: string | undefined; storeIds?: readonly number[] | undefined; among: readonly Store[] },
    ): Promise<void> {
      const before = await queries.priceListForUpdate(tx, id);
      if (!before) throw kernelErrors.NOT_FOUND();
      const { name = before.name, storeIds } = wanted;
      const among = wanted.among.map((store) => store.id);
      if (storeIds) {
        if (!storeIds.every((one) => among.includes(one))) throw kernelErrors.STORE_NOT_YOURS();
        for (const one of storeIds) {
          const { currency } = await stores.shopOf(one);
          const store = wanted.among.find(({ id: its }) => its === one)?.name ?? "";
          if (currency !== before.currency) throw errors.PRICE_LIST_CURRENCY({ params: { store, currency } });
        }
        await queries.placePriceList(tx, id, storeIds, among);
      }
      if (name !== before.name) await queries.renamePriceList(tx, id, name);
      const after = (await queries.priceListById(tx, id)) ?? before;
      if (JSON.stringify(before) === JSON.stringify(after)) return;
      await audit(tx, {
        ...actor,
        action: "price_list.updated",
        subject: `price-list:${id}`,
        before: { name: before.name, stores: before.storeIds },
        after: { name: after.name, stores: after.storeIds },
      });
    },

    /** By name of the product, at most `limit`. */
    prices: (id: number, after: { sortKey: string; id: number } | undefined, limit: number) =>
      queries.pricesOf(db.replica, id, after, limit),

    /** Undefined: there is no such list. */
    async listPrices(id: number, productIds: readonly number[], tx?: Tx) {
      const list = await queries.priceListById(tx ?? db.primary, id);
      return list && { currency: list.currency, prices: await queries.pricesFor(tx ?? db.primary, id, productIds) };
    },

    pricesFor: (id: number, productIds: readonly number[]) => queries.pricesFor(db.primary, id, productIds),

    /** Throws NOT_FOUND, and a fault of `prices.N.product_id` for a product that is none or stands there twice. */
    async price(tx: Tx, actor: Actor, id: number, wanted: readonly WantedPrice[]): Promise<void> {
      const list = await queries.priceListForUpdate(tx, id);
      if (!list) throw kernelErrors.NOT_FOUND();
      const ids = wanted.map(({ productId }) => productId);
      const products = await sellableByIds(tx, ids, undefined);
      wanted.forEach(({ productId }, index) => {
        if (!products.has(productId) || ids.indexOf(productId) !== index)
          throw fieldFault(`prices.${index}.product_id`, "PRODUCT_UNKNOWN", "inventory.errors.PRODUCT_UNKNOWN");
      });
      const before = await queries.pricesFor(tx, id, ids);
      const changed = wanted.filter(({ productId, priceMinor }) => before.get(productId) !== priceMinor);
      if (changed.length === 0) return;
      const set = changed.flatMap(({ productId, priceMinor }) =>
        priceMinor === undefined ? [] : [{ productId, priceMinor }],
      );
      await queries.setPrices(tx, id, set);
      const gone = changed.filter(({ priceMinor }) => priceMinor === undefined);
      await queries.removePrices(
        tx,
        id,
        gone.map(({ productId }) => productId),
      );
      const noted = changed.map(({ productId, priceMinor = null }) => ({ productId, priceMinor }));
      await notePrices(tx, id, noted, actor.user, clock.now());
      // as text: the trail's own amounts are in the shop's currency
      const text = (minor: number | undefined) =>
        minor === undefined ? null : `${formatDecimal(minor, currencyDigits(list.currency))} ${list.currency}`;
      const told = (of: (one: WantedPrice) => number | undefined) =>
        Object.fromEntries(changed.map((one) => [products.get(one.productId)?.sku, text(of(one))]));
      await audit(tx, {
        ...actor,
        action: "price_list.priced",
        subject: `price-list:${id}`,
        before: { prices: told((one) => before.get(one.productId)) },
        after: { prices: told((one) => one.priceMinor) },
      });
    },
  };
}
