/** Prices changed by hand, on a line of a cart or of a sale rung by a program: always with a reason, always in the audit trail. */
import type { Auditor } from "../../kernel/audit.ts";
import type { Tx } from "../../kernel/db/database.ts";
import { kernelErrors } from "../../kernel/errors.ts";
import { orTooLarge } from "./carts.ts";
import type { Seller } from "./domain.ts";
import { errors } from "./errors.ts";
import type { LineKey } from "./queries/carts.ts";
import { changePrice, lineForUpdate, type PricedCartLine } from "./queries/prices.ts";

export interface PriceChange {
  sku: string;
  quantityMilli: number;
  /** minor units of the shop's currency */
  beforeMinor: number;
  afterMinor: number;
  reason: string;
}

/** Who changes it, from where, and who approved when the person may not do it alone. */
export interface PriceActor {
  seller: Seller;
  address: string;
  approvedBy: string | undefined;
}

export interface Prices {
  /** The line as it stands; NOT_FOUND when it is not on an open cart of this person. */
  line(tx: Tx, key: LineKey): Promise<PricedCartLine>;
  /** Throws NOT_FOUND, LABEL_FIXED, QUANTITY_TOO_LARGE when the line would cost more than any amount. */
  change(tx: Tx, key: LineKey, price: { unitPriceMinor: number; reason: string }, actor: PriceActor): Promise<void>;
}

export function createPrices({ audit }: { audit: Auditor }): Prices {
  const line = async (tx: Tx, key: LineKey): Promise<PricedCartLine> => {
    const found = await lineForUpdate(tx, key);
    if (!found) throw kernelErrors.NOT_FOUND();
    return found;
  };
  return {
    line,
    async change(tx, key, { unitPriceMinor, reason }, actor) {
      const found = await line(tx, key);
      const { sku, quantityMilli, unitPriceMinor: beforeMinor, listPriceMinor } = found;
      if (found.labelled) throw errors.LABEL_FIXED({ params: { name: found.name } });
      if (beforeMinor === unitPriceMinor) return;
      await orTooLarge(changePrice(tx, key, { unitPriceMinor, listPriceMinor, reason }));
      const change = { sku, quantityMilli, beforeMinor, afterMinor: unitPriceMinor, reason };
      await auditPrice(audit, tx, `cart:${key.cart}`, change, actor);
    },
  };
}

export async function auditPrice(
  audit: Auditor,
  tx: Tx,
  subject: string,
  { sku, quantityMilli, beforeMinor, afterMinor, reason }: PriceChange,
  { seller, address, approvedBy }: PriceActor,
): Promise<void> {
  await audit(tx, {
    user: seller,
    action: "price.changed",
    subject,
    before: { price_minor: beforeMinor },
    // beside the price, so that the trail shows them: what is the same before and after it leaves out
    after: {
      sku,
      quantity_milli: quantityMilli,
      price_minor: afterMinor,
      ...(approvedBy === undefined ? {} : { approved_by: approvedBy }),
    },
    reason,
    address,
  });
}
