/** Who buys: a customer on a cart, as copied onto the sale. Without the plugin customers a sale is everybody's. */

import type { Clock } from "../../kernel/clock.ts";
import type { Database, Tx } from "../../kernel/db/database.ts";
import { kernelErrors } from "../../kernel/errors.ts";
import type { Customers } from "../customers/api.ts";
import { cartPaid, type Till } from "./carts.ts";
import type { CartCustomer, Seller } from "./domain.ts";
import { setCustomer } from "./queries/buyers.ts";
import { readCart } from "./queries/carts.ts";

export type Buyers = ReturnType<typeof createBuyers>;

export function createBuyers(parts: { db: Database; clock: Clock; customers: Pick<Customers, "card"> | undefined }) {
  const { db, clock, customers } = parts;

  /** An active customer; undefined when there is none. */
  async function card(id: number, tx?: Tx): Promise<CartCustomer | undefined> {
    const found = await customers?.card(id, tx);
    return found?.active ? { id: found.id, name: found.name, document: found.document } : undefined;
  }

  return {
    card,

    /** `customerId` undefined: nobody's. A cart may be given its customer before its first product. Throws NOT_FOUND, CART_PAID. */
    async choose(
      cart: { id: string; seller: Seller; till: Till },
      customerId: number | undefined,
      tx?: Tx,
    ): Promise<void> {
      const found = customerId === undefined ? undefined : await card(customerId, tx);
      if (customerId !== undefined && !found) throw kernelErrors.NOT_FOUND();
      if (await setCustomer(tx ?? db.primary, { ...cart, now: clock.now() }, found)) return;
      const own = await readCart(tx ?? db.primary, cart.id);
      if (own?.userId === cart.seller.id && own.status === "paid") throw cartPaid(own);
      throw kernelErrors.NOT_FOUND();
    },
  };
}
