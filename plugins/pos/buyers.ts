/** Who buys: a customer on a cart, as copied onto the sale. Without the plugin customers a sale is everybody's. */

import type { Clock } from "../../kernel/clock.ts";
import type { Database, Tx } from "../../kernel/db/database.ts";
import { kernelErrors } from "../../kernel/errors.ts";
import type { Customers } from "../customers/api.ts";
import { cartPaid, type Till } from "./carts.ts";
import type { CartCustomer, Seller } from "./domain.ts";
import type { GroupPrices } from "./group-prices.ts";
import { setCustomer } from "./queries/buyers.ts";
import { holdCart, readCart } from "./queries/carts.ts";

export type Buyers = ReturnType<typeof createBuyers>;

export function createBuyers(parts: {
  db: Database;
  clock: Clock;
  customers: Pick<Customers, "card"> | undefined;
  groupPrices: Pick<GroupPrices, "reprice">;
}) {
  const { db, clock, customers, groupPrices } = parts;

  /** An active customer; undefined when there is none. */
  async function card(id: number, tx?: Tx): Promise<CartCustomer | undefined> {
    const found = await customers?.card(id, tx);
    return found?.active ? { id: found.id, name: found.name, document: found.document, group: found.group } : undefined;
  }

  return {
    card,

    /**
     * `customerId` undefined: nobody's. A cart may be given its customer before its first product. What it holds costs from now on
     * what the customer's group pays; answers how many lines changed. Throws NOT_FOUND, CART_PAID.
     */
    async choose(
      cart: { id: string; seller: Seller; till: Till },
      customerId: number | undefined,
      tx?: Tx,
    ): Promise<{ repriced: number }> {
      const found = customerId === undefined ? undefined : await card(customerId, tx);
      if (customerId !== undefined && !found) throw kernelErrors.NOT_FOUND();
      const choose = async (tx: Tx) => {
        // a scan in the same moment is either there to be priced anew, or waits and is priced for this customer
        await holdCart(tx, { ...cart, now: clock.now() });
        const before = await readCart(tx, cart.id);
        if (!(await setCustomer(tx, { ...cart, now: clock.now() }, found))) {
          if (before?.userId === cart.seller.id && before.status === "paid") throw cartPaid(before);
          throw kernelErrors.NOT_FOUND();
        }
        const { id, seller, till } = cart;
        const standing = { id, seller, storeId: till.storeId, lines: before?.lines ?? [] };
        const groups: [number | undefined, number | undefined] = [before?.customer?.group?.id, found?.group?.id];
        return { repriced: await groupPrices.reprice(tx, standing, groups) };
      };
      return tx ? choose(tx) : db.transaction(choose);
    },
  };
}
