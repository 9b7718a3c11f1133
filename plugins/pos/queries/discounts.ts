/** SQL of discounts given on an open cart. */
import type { Tx } from "../../../kernel/db/database.ts";
import type { Discount } from "../pricing.ts";
import type { LineKey } from "./carts.ts";

/** null takes it away. False: there is no such line on an open cart of this person. */
export async function setLineDiscount(
  tx: Tx,
  { cart, line, userId }: LineKey,
  discount: Discount | null,
  reason: string | null,
): Promise<boolean> {
  const { rowCount } = await tx.raw(
    `UPDATE cart_lines l SET discount_kind = :kind, discount_value = :value, discount_allowed_minor = :allowed,
       discount_reason = :reason
     FROM carts c
     WHERE c.id = :cart AND c.user_id = :userId AND c.status = 'open' AND l.cart_id = c.id AND l.line = :line`,
    { cart, line, userId, ...columnsOf(discount), reason },
  );
  return rowCount > 0;
}

export async function setCartDiscount(
  tx: Tx,
  { cart, userId }: { cart: string; userId: number },
  discount: Discount | null,
  reason: string | null,
): Promise<boolean> {
  const { rowCount } = await tx.raw(
    `UPDATE carts SET discount_kind = :kind, discount_value = :value, discount_allowed_minor = :allowed,
       discount_reason = :reason
     WHERE id = :cart AND user_id = :userId AND status = 'open'`,
    { cart, userId, ...columnsOf(discount), reason },
  );
  return rowCount > 0;
}

function columnsOf(discount: Discount | null) {
  return {
    kind: discount?.kind ?? null,
    allowed: discount?.allowedMinor ?? null,
    value: discount?.kind === "percent" ? discount.bp : (discount?.minor ?? null),
  };
}
