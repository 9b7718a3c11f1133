/** Sales: posted once, in one transaction, never changed. */
import type { Database, Tx } from "../../kernel/db/database.ts";
import { kernelErrors } from "../../kernel/errors.ts";
import type { Shop } from "../../kernel/settings/shop.ts";
import type { Customers } from "../customers/api.ts";
import { cartPaid } from "./carts.ts";
import type { Discounts } from "./discounts.ts";
import type { Payment, Sale, Seller } from "./domain.ts";
import { errors } from "./errors.ts";
import type { Intents } from "./payments/intents.ts";
import { type Post, priced } from "./posting.ts";
import type { Promotions } from "./promotions/promotions.ts";
import { readCart } from "./queries/carts.ts";
import { findSale, listSales, type SaleFilter } from "./queries/sales.ts";

export type SalesAsked = Omit<SaleFilter, "customerIds"> & { customerId?: number | undefined };

export interface Sales {
  /**
   * The sale of a cart. `shownMinor` is the total the page showed, before the rounding of cash; without payments it is paid
   * exactly, in cash.
   */
  payCart(
    tx: Tx,
    cartId: string,
    seller: Seller,
    paid: { shownMinor: number; payments: Payment[] | undefined; mayGiveAny: boolean },
    shop: Shop,
  ): Promise<Sale>;
  find(id: number): Promise<Sale>;
  /** Of a customer: also what was sold to others who were merged into it. */
  list(filter: SalesAsked): ReturnType<typeof listSales>;
}

export function createSales({
  db,
  post,
  discounts,
  intents,
  customers,
  promotions,
}: {
  db: Database;
  customers: Pick<Customers, "idsOf"> | undefined;
  post: Post;
  discounts: Pick<Discounts, "checkCart">;
  intents: Pick<Intents, "approvedOf">;
  promotions: Pick<Promotions, "ofCart">;
}): Sales {
  return {
    async list({ customerId, ...filter }) {
      const customerIds = customerId === undefined ? undefined : ((await customers?.idsOf(customerId)) ?? [customerId]);
      return listSales(db.replica, { ...filter, customerIds });
    },

    async find(id) {
      const sale = await findSale(db.primary, id);
      if (!sale) throw kernelErrors.NOT_FOUND();
      return sale;
    },

    async payCart(tx, cartId, seller, { shownMinor, payments, mayGiveAny }, shop) {
      const cart = await readCart(tx, cartId, true);
      if (!cart) throw errors.CART_EMPTY();
      if (cart.userId !== seller.id) throw kernelErrors.NOT_FOUND();
      if (cart.status === "paid") throw cartPaid(cart);
      if (cart.lines.length === 0) throw errors.CART_EMPTY();
      if (!mayGiveAny) await discounts.checkCart(cart);
      const { register } = cart;
      if (!register) throw errors.REGISTER_RETIRED({ data: { links: [{ path: "/pos/registers", label: "" }] } });
      const lines = [...cart.lines].reverse();
      const { discount, customer, note } = cart;
      const rules = await promotions.ofCart(cart, tx);
      const { totalMinor } = priced(lines, discount, rules).totals;
      if (totalMinor !== shownMinor) throw errors.TOTAL_CHANGED();
      const held = cart.awaitsPayment ? await intents.approvedOf(tx, cartId) : [];
      const referenceField = (index: number) => `reference_${[...held, ...(payments ?? [])][index]?.method}`;
      const order = { register, lines, payments, held, cartId, customer, note, discount, rules, referenceField };
      return post(tx, order, seller, shop);
    },
  };
}
