/** Orders of what is suggested, in a store one after the other: what one has written down the next does not order again. */
import type { Tx } from "../../kernel/db/database.ts";
import type { Actor } from "./domain.ts";
import { errors } from "./errors.ts";
import type { Orders } from "./orders.ts";
import { lockSuggestions } from "./queries/replenishment.ts";
import type { Asked, Replenishment } from "./replenishment.ts";
import { sentField } from "./schema-lines.ts";
import type { Suppliers } from "./suppliers.ts";

/** What somebody advised to order, some time ago; thousandths. */
export interface Advised {
  storeId: number;
  supplierId: number;
  lines: readonly { productId: number; quantityMilli: number; perDayMilli?: number | undefined }[];
}

type Wanted = Pick<Asked, "perDay" | "notCounting"> & {
  storeId: number;
  supplierId: number;
  /** of a product; undefined: what is suggested */
  mostMilli?(productId: number): number | undefined;
};

export type Ordering = ReturnType<typeof createOrdering>;

export function createOrdering(parts: {
  replenishment: Replenishment;
  orders: Pick<Orders, "create">;
  suppliers: Pick<Suppliers, "inUse">;
}) {
  const { replenishment, orders, suppliers } = parts;

  async function order(tx: Tx, actor: Actor, wanted: Wanted, currency: string): Promise<number> {
    const { storeId, supplierId, mostMilli, ...asked } = wanted;
    await lockSuggestions(tx, storeId);
    await suppliers.inUse(tx, supplierId);
    const { groups } = await replenishment.suggestions({ ...asked, storeId, supplierId }, tx);
    const lines = (groups[0]?.lines ?? []).flatMap(
      ({ product: { productId }, orderMilli, packMilli = 1, ...offer }) => {
        const atMost = Math.min(orderMilli, mostMilli?.(productId) ?? orderMilli);
        // the supplier sells whole packs, which may be others than when it was advised
        const quantityMilli = atMost - (atMost % packMilli);
        const { costMinor, discountBp } = offer;
        return quantityMilli > 0 ? [{ productId, quantityMilli, costMinor, discountBp }] : [];
      },
    );
    if (lines.length === 0) throw errors.NOTHING_TO_ORDER();
    return orders.create(tx, actor, { storeId, supplierId, note: undefined, lines, field: sentField }, currency);
  }

  return {
    /** A draft of what is suggested of a supplier. Answers its id. Throws NOTHING_TO_ORDER, TRAINING_STORE, a fault of `supplier_id`. */
    order,

    /** The same of what was advised, by what is expected to be sold, and no more than that. */
    async orderAdvised(tx: Tx, actor: Actor, { lines, ...wanted }: Advised, currency: string): Promise<number> {
      const most = new Map(lines.map(({ productId, quantityMilli }) => [productId, quantityMilli]));
      const perDay = new Map(
        lines.flatMap(({ productId, perDayMilli }) =>
          perDayMilli === undefined ? [] : [[productId, perDayMilli] as const],
        ),
      );
      return order(tx, actor, { ...wanted, perDay, mostMilli: (id) => most.get(id) }, currency);
    },

    /**
     * Of a page that was drawn a while ago: throws SUGGESTION_CHANGED when less is suggested now of some of it. `drawn`: by SKU,
     * thousandths.
     */
    async check(
      tx: Tx,
      asked: Pick<Asked, "storeId" | "notCounting">,
      drawn: ReadonlyMap<string, number>,
    ): Promise<void> {
      await lockSuggestions(tx, asked.storeId);
      const { groups } = await replenishment.suggestions(asked, tx);
      const now = new Map(
        groups.flatMap(({ lines }) => lines.map(({ product, orderMilli }) => [product.sku, orderMilli] as const)),
      );
      for (const [sku, milli] of drawn) if ((now.get(sku) ?? 0) < milli) throw errors.SUGGESTION_CHANGED();
    },
  };
}
