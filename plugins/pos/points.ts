/** Points of the customer of a sale: earned by it, taken back with its goods. Without the plugin customers there are none. */
import type { Tx } from "../../kernel/db/database.ts";
import type { Text } from "../../kernel/i18n.ts";
import { sum } from "../../kernel/money.ts";
import type { Customers } from "../customers/api.ts";
import type { Sale } from "./domain.ts";
import { eligibleFor } from "./queries/points.ts";

export const POINTS = "points";

export type SalePoints = ReturnType<typeof createSalePoints>;

export function createSalePoints(customers: Customers | undefined) {
  const entryOf = (sale: Sale, customerId: number) => ({
    customerId,
    storeId: sale.storeId,
    currency: sale.currency,
    document: { type: sale.kind, id: sale.id, number: sale.number },
    user: { id: sale.userId, fullName: sale.userName },
  });
  return {
    /** What was paid with points earns none. */
    async earn(tx: Tx, sale: Sale): Promise<void> {
      if (!customers || sale.customerId === undefined) return;
      const paid = sum(sale.payments.flatMap(({ method, amountMinor }) => (method === POINTS ? [amountMinor] : [])));
      await customers.points.earn(tx, { ...entryOf(sale, sale.customerId), amountMinor: sale.totalMinor - paid });
    },

    /** `back` is written already: a return or a void. */
    async takeBack(tx: Tx, back: Sale): Promise<void> {
      if (!customers || back.customerId === undefined || back.returnsSaleId === undefined) return;
      const of = await eligibleFor(tx, back.returnsSaleId);
      await customers.points.takeBack(tx, back.returnsSaleId, of, entryOf(back, back.customerId));
    },

    /** What a sale or a return did to them, for its receipt. */
    of: (sale: Pick<Sale, "kind" | "id" | "customerId">) =>
      sale.customerId === undefined ? undefined : customers?.points.of({ type: sale.kind, id: sale.id }),

    /** What a customer can pay with them in a store of that currency, minor units. */
    async worth(customerId: number | undefined, currency: string): Promise<number> {
      const card = customerId === undefined ? undefined : await customers?.card(customerId);
      return customers && card?.currency === currency ? customers.points.worth(card) : 0;
    },

    /** `120 puntos ($ 1.200)`; undefined: none. */
    async said(customerId: number | undefined, text: Text): Promise<string | undefined> {
      const card = customerId === undefined ? undefined : await customers?.card(customerId);
      if (!card || !customers || card.points === 0) return undefined;
      const worth = text.money(await customers.points.worth(card), card.currency);
      return text.t("pos.points.has", { points: card.points, worth });
    },
  };
}
