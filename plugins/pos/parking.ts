/** Sales put aside under a name, for whoever works at the register; they wait there also when a shift is closed. And notes. */
import type { Auditor } from "../../kernel/audit.ts";
import type { Clock } from "../../kernel/clock.ts";
import type { Database, Tx } from "../../kernel/db/database.ts";
import { kernelErrors } from "../../kernel/errors.ts";
import { cartPaid } from "./carts.ts";
import type { Seller } from "./domain.ts";
import { errors } from "./errors.ts";
import { paymentPending } from "./payments/pending.ts";
import { readCart } from "./queries/carts.ts";
import { intentsOfCart } from "./queries/intents.ts";
import * as queries from "./queries/parking.ts";

export type Parking = ReturnType<typeof createParking>;

export function createParking({ db, clock, audit }: { db: Database; clock: Clock; audit: Auditor }) {
  /** Says why a cart of that id took no change. */
  async function refused(tx: Tx, cart: string, userId: number): Promise<never> {
    const found = await readCart(tx, cart);
    if (!found || found.userId !== userId) throw kernelErrors.NOT_FOUND();
    if (found.status === "paid") throw cartPaid(found);
    throw found.lines.length === 0 ? errors.CART_EMPTY() : kernelErrors.NOT_FOUND();
  }

  return {
    /** In these stores, the longest waiting first. */
    waiting: (storeIds: readonly number[], limit: number) => queries.parkedIn(db.primary, storeIds, limit),

    list: (registerId: number) => queries.parkedCarts(db.primary, registerId),

    /** `line` undefined: of the whole sale. Throws NOT_FOUND, CART_PAID. */
    async note(
      tx: Tx,
      target: { cart: string; line: number | undefined },
      note: string | undefined,
      seller: Seller,
    ): Promise<void> {
      if (!(await queries.setNote(tx, { ...target, userId: seller.id }, note)))
        await refused(tx, target.cart, seller.id);
    },

    /** Throws NOT_FOUND, CART_PAID, CART_EMPTY. */
    async park(tx: Tx, cart: string, name: string, seller: Seller): Promise<void> {
      if (!(await queries.parkCart(tx, { cart, userId: seller.id, name, now: clock.now() })))
        await refused(tx, cart, seller.id);
    },

    /** Throws PARKED_GONE when somebody else has it by now. */
    async resume(tx: Tx, cart: string, registerId: number, seller: Seller): Promise<void> {
      if (!(await queries.resumeCart(tx, { cart, registerId, seller, now: clock.now() }))) throw errors.PARKED_GONE();
    },

    /** The goods were never sold; who gave the sale up and why stays in the trail. Throws PARKED_GONE, PAYMENT_PENDING. */
    async discard(
      tx: Tx,
      cart: string,
      registerId: number,
      reason: string,
      by: { seller: Seller; address: string },
    ): Promise<void> {
      const found = await readCart(tx, cart, true);
      if ((await intentsOfCart(tx, cart)).length > 0) throw paymentPending();
      if (!found || !(await queries.deleteParked(tx, cart, registerId))) throw errors.PARKED_GONE();
      await audit(tx, {
        user: by.seller,
        action: "cart.discarded",
        subject: `cart:${cart}`,
        before: {
          name: found.parkedAs,
          goods: found.lines.map(({ sku, quantityMilli }) => ({ sku, quantity_milli: quantityMilli })),
        },
        reason,
        address: by.address,
      });
    },
  };
}
