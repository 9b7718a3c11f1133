/** SQL of prices changed by hand. */
import type { Tx } from "../../../kernel/db/database.ts";
import type { LineKey } from "./carts.ts";

export interface PricedCartLine {
  sku: string;
  name: string;
  quantityMilli: number;
  unitPriceMinor: number;
  listPriceMinor: number;
  /** the price is a label's */
  labelled: boolean;
}

/** The line of an open cart of this person, its cart locked as a payment locks it; undefined when there is none. */
export async function lineForUpdate(tx: Tx, { cart, line, userId }: LineKey): Promise<PricedCartLine | undefined> {
  const { rows } = await tx.raw(
    `SELECT l.sku, l.name, l.quantity_milli, l.unit_price_minor, coalesce(l.list_price_minor, l.unit_price_minor) AS list_price_minor,
       l.label_minor IS NOT NULL AS labelled
     FROM carts c JOIN cart_lines l ON l.cart_id = c.id AND l.line = ?
     WHERE c.id = ? AND c.user_id = ? AND c.status = 'open' FOR UPDATE`,
    [line, cart, userId],
  );
  const [row] = rows;
  return (
    row && {
      sku: row.sku,
      name: row.name,
      quantityMilli: row.quantity_milli,
      unitPriceMinor: row.unit_price_minor,
      listPriceMinor: row.list_price_minor,
      labelled: row.labelled,
    }
  );
}

/** A line of the same product and unit that has this price already takes the quantity over. */
export async function changePrice(
  tx: Tx,
  { cart, line }: LineKey,
  price: { unitPriceMinor: number; listPriceMinor: number; reason: string },
): Promise<void> {
  const joined = await tx.raw(
    `UPDATE cart_lines twin SET quantity_milli = twin.quantity_milli + l.quantity_milli
     FROM cart_lines l
     WHERE l.cart_id = :cart AND l.line = :line AND twin.cart_id = l.cart_id AND twin.line <> l.line
       AND twin.product_id = l.product_id AND twin.unit = l.unit AND twin.factor_milli = l.factor_milli AND twin.tax_rate_bp = l.tax_rate_bp AND twin.tax_kind = l.tax_kind
       AND twin.unit_price_minor = :unitPriceMinor
       AND l.note IS NULL AND l.label_minor IS NULL AND twin.note IS NULL AND twin.label_minor IS NULL`,
    { cart, line, ...price },
  );
  if (joined.rowCount > 0) {
    await tx.raw("DELETE FROM cart_lines WHERE cart_id = ? AND line = ?", [cart, line]);
    return;
  }
  await tx.raw(
    `UPDATE cart_lines SET unit_price_minor = :unitPriceMinor,
       list_price_minor = nullif(:listPriceMinor::bigint, :unitPriceMinor::bigint),
       price_reason = CASE WHEN :listPriceMinor::bigint <> :unitPriceMinor::bigint THEN :reason END
     WHERE cart_id = :cart AND line = :line`,
    { cart, line, ...price },
  );
}
