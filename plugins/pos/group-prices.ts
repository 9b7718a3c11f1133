/**
 * What customers of a group pay. In this order: the price list of the customer's group, the price list of the store, the product's
 * own price. A list that has no price of a product, or is in another currency than the store's, is passed over.
 */
import type { Auditor } from "../../kernel/audit.ts";
import type { Database, Tx } from "../../kernel/db/database.ts";
import { fieldFault, kernelErrors } from "../../kernel/errors.ts";
import type { Stores } from "../../kernel/stores/store.ts";
import type { CustomerGroup, Customers } from "../customers/api.ts";
import type { Inventory, SellableProduct, SellableUnit } from "../inventory/api.ts";
import type { CartLine, Seller } from "./domain.ts";
import * as queries from "./queries/group-prices.ts";
import { changePrice } from "./queries/prices.ts";
import { soldAs } from "./scanning.ts";

export type GroupPrices = ReturnType<typeof createGroupPrices>;

export function createGroupPrices(parts: {
  db: Database;
  audit: Auditor;
  inventory: Inventory;
  stores: Pick<Stores, "shopOf">;
  customers: Pick<Customers, "groups"> | undefined;
}) {
  const { db, audit, inventory, stores, customers } = parts;
  const groups = async (): Promise<CustomerGroup[]> => (await customers?.groups()) ?? [];

  /** The same products with the prices that the list has of them. */
  async function byList<P extends SellableProduct>(
    listId: number | undefined,
    products: readonly P[],
    storeId: number | undefined,
    tx?: Tx,
  ): Promise<P[]> {
    if (listId === undefined || products.length === 0) return [...products];
    const ids = products.map(({ id }) => id);
    const [list, { currency }] = await Promise.all([inventory.listPrices(listId, ids, tx), stores.shopOf(storeId)]);
    if (list?.currency !== currency) return [...products];
    return products.map((one) => {
      const priceMinor = list.prices.get(one.id);
      return priceMinor === undefined ? one : { ...one, priceMinor, priced: true };
    });
  }

  return {
    byList,
    ofCart: (cartId: string, tx?: Tx) => queries.listOfCart(tx ?? db.primary, cartId),

    /** For a customer of that group; without one as the store has it. */
    async ofGroup<P extends SellableProduct>(
      groupId: number | undefined,
      products: readonly P[],
      storeId: number | undefined,
      tx?: Tx,
    ): Promise<P[]> {
      const listId = groupId === undefined ? undefined : await queries.listOfGroup(tx ?? db.primary, groupId);
      return byList(listId, products, storeId, tx);
    },

    /**
     * The lines of a cart whose customer is of another group now: those that cost what a list says are given what the new one's
     * list says, those whose price was changed by hand or stands on a label stay. Answers how many changed.
     */
    async reprice(
      tx: Tx,
      cart: { id: string; seller: Seller; storeId: number | undefined; lines: readonly CartLine[] },
      [before, after]: [number | undefined, number | undefined],
    ): Promise<number> {
      const [was, is] = await Promise.all(
        [before, after].map((id) => (id === undefined ? undefined : queries.listOfGroup(tx, id))),
      );
      if (was === is) return 0;
      const byLists = cart.lines.filter((one) => one.labelMinor === undefined && one.listPriceMinor === undefined);
      const known = await inventory.products([...new Set(byLists.map((one) => one.productId))], cart.storeId, tx);
      const units = await inventory.units([...known.keys()], cart.storeId, tx);
      const priced = new Map((await byList(is, [...known.values()], cart.storeId, tx)).map((one) => [one.id, one]));
      let changed = 0;
      for (const { line, productId, unit, factorMilli, unitPriceMinor } of byLists) {
        const product = priced.get(productId);
        if (!product?.priced) continue;
        const isFurther = (one: SellableUnit) => one.name === unit && one.factorMilli === factorMilli;
        const sold = soldAs(product, units.get(productId)?.find(isFurther));
        // a unit that is no more keeps the price it was rung at
        if (sold.factorMilli !== factorMilli || sold.unitPriceMinor === unitPriceMinor) continue;
        const { unitPriceMinor: minor } = sold;
        const price = { unitPriceMinor: minor, listPriceMinor: minor, reason: "" };
        await changePrice(tx, { cart: cart.id, line, userId: cart.seller.id }, price);
        changed += 1;
      }
      return changed;
    },

    /** The groups, each with its list. */
    async all(): Promise<(CustomerGroup & { priceListId: number | undefined })[]> {
      const [list, given] = await Promise.all([groups(), queries.groupLists(db.primary)]);
      return list.map((one) => ({ ...one, priceListId: given.get(one.id) }));
    },

    lists: () => inventory.priceLists(),

    /** `listId` undefined: none. Throws NOT_FOUND, and a fault of `field` for a list that is none. */
    async give(
      tx: Tx,
      actor: { user: { id: number; username: string }; address: string },
      { groupId, listId, field }: { groupId: number; listId: number | undefined; field: string },
    ): Promise<void> {
      const group = (await groups()).find(({ id }) => id === groupId);
      if (!group) throw kernelErrors.NOT_FOUND();
      const lists = await inventory.priceLists();
      const list = lists.find(({ id }) => id === listId);
      if (listId !== undefined && !list) throw fieldFault(field, "PRICE_LIST_UNKNOWN", "pos.group_prices.unknown");
      const before = await queries.listOfGroup(tx, groupId);
      if (before === listId) return;
      await queries.giveList(tx, groupId, listId);
      await audit(tx, {
        ...actor,
        action: "group_prices.given",
        subject: `customer-group:${groupId}`,
        before: { price_list: lists.find(({ id }) => id === before)?.name ?? null },
        after: { price_list: list?.name ?? null },
      });
    },
  };
}
