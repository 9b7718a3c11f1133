/** Discounts on a line or on the whole sale: with a reason, up to the shop's limit, beyond it with somebody's approval. */
import type { Auditor } from "../../kernel/audit.ts";
import type { Tx } from "../../kernel/db/database.ts";
import { approvalNeeded, kernelErrors } from "../../kernel/errors.ts";
import { share, sum } from "../../kernel/money.ts";
import type { Settings } from "../../kernel/settings/settings.ts";
import { cartPaid } from "./carts.ts";
import type { Cart } from "./domain.ts";
import { errors } from "./errors.ts";
import type { PriceActor } from "./prices.ts";
import { type Discount, discountOf, type PricedLine, priceCart } from "./pricing.ts";
import { readCart } from "./queries/carts.ts";
import { setCartDiscount, setLineDiscount } from "./queries/discounts.ts";
import { discountLimit } from "./settings.ts";

/** Whoever has it gives any discount; others up to the shop's limit. */
export const DISCOUNT = "pos.discount";

export interface DiscountActor extends PriceActor {
  /** true: beyond the limit as well */
  mayGiveAny: boolean;
}

export type Discounts = ReturnType<typeof createDiscounts>;

export function createDiscounts({ audit, settings }: { audit: Auditor; settings: Settings }) {
  /** Throws APPROVAL_NEEDED for more than the limit, of what is given against what it is taken from. */
  async function checkLimit(given: { takenMinor: number; ofMinor: number }[], mayGiveAny: boolean): Promise<void> {
    if (mayGiveAny) return;
    const limitBp = (await settings.get(discountLimit)) * 100;
    for (const { takenMinor, ofMinor } of given)
      if (takenMinor > share(ofMinor, limitBp)) throw approvalNeeded(DISCOUNT);
  }

  /**
   * On the lines and on the sale at once: the limit is of both together. `lines`: what is taken off each that nobody approved.
   */
  async function isBeyond(lines: readonly number[], saleMinor: number, ofMinor: number): Promise<boolean> {
    const ownMinor = sum(lines);
    if (ownMinor === 0 || saleMinor === 0) return false;
    const limitBp = (await settings.get(discountLimit)) * 100;
    // each line is rounded by itself
    return ownMinor + saleMinor > share(ofMinor, limitBp) + lines.length;
  }

  const isCartBeyond = ({ lines, discount }: Pick<Cart, "lines" | "discount">) => {
    const grossMinor = grossOf(lines);
    const own = lines.map((line) => unapproved(grossOf([line]), line.discount));
    return isBeyond(own, unapproved(grossMinor, discount), grossMinor);
  };

  return {
    checkLimit,
    isBeyond,

    /** A percent that was allowed for less: goods were added since. Throws DISCOUNT_GREW. */
    async checkCart(cart: Pick<Cart, "lines" | "discount">): Promise<void> {
      const limitBp = (await settings.get(discountLimit)) * 100;
      const given = [
        ...cart.lines.map((line) => ({ discount: line.discount, ofMinor: grossOf([line]) })),
        { discount: cart.discount, ofMinor: grossOf(cart.lines) },
      ];
      for (const { discount, ofMinor } of given) {
        const takenMinor = discountOf(ofMinor, discount);
        if (takenMinor > Math.max(share(ofMinor, limitBp), discount?.allowedMinor ?? 0)) throw errors.DISCOUNT_GREW();
      }
      if (await isCartBeyond(cart)) throw errors.DISCOUNT_GREW();
    },

    /** `line` undefined: of the whole sale. `discount` undefined takes it away. Throws NOT_FOUND, CART_PAID, APPROVAL_NEEDED. */
    async give(
      tx: Tx,
      target: { cart: string; line: number | undefined },
      wanted: { discount: Discount | undefined; reason: string | undefined },
      actor: DiscountActor,
    ): Promise<void> {
      const { seller, address, approvedBy, mayGiveAny } = actor;
      const cart = await readCart(tx, target.cart, true);
      if (!cart || cart.userId !== seller.id) throw kernelErrors.NOT_FOUND();
      if (cart.status === "paid") throw cartPaid(cart);
      const line = cart.lines.find((one) => one.line === target.line);
      if (target.line !== undefined && !line) throw kernelErrors.NOT_FOUND();
      const { reason } = wanted;
      const ofMinor = line ? grossOf([line]) : grossOf(cart.lines);
      const takenMinor = discountOf(ofMinor, wanted.discount);
      await checkLimit([{ takenMinor, ofMinor }], mayGiveAny);
      if (!mayGiveAny) {
        const lines = cart.lines.map((one) => (one === line ? { ...one, discount: wanted.discount } : one));
        const discount = line ? cart.discount : wanted.discount;
        if (await isCartBeyond({ lines, discount })) throw approvalNeeded(DISCOUNT);
      }
      const discount = wanted.discount && { ...wanted.discount, ...(mayGiveAny ? { allowedMinor: takenMinor } : {}) };
      const key = { cart: cart.id, userId: seller.id };
      const done = line
        ? await setLineDiscount(tx, { ...key, line: line.line }, discount ?? null, reason ?? null)
        : await setCartDiscount(tx, key, discount ?? null, reason ?? null);
      if (!done) throw errors.CART_EMPTY();
      await audit(tx, {
        user: seller,
        action: "discount.given",
        subject: `cart:${cart.id}`,
        before: said((line ?? cart).discount, line?.sku),
        after: { ...said(discount, line?.sku), ...(approvedBy === undefined ? {} : { approved_by: approvedBy }) },
        ...(reason === undefined ? {} : { reason }),
        address,
      });
    },
  };
}

/** What is taken off by a discount that nobody had to approve. */
function unapproved(ofMinor: number, discount: Discount | undefined): number {
  return discount?.allowedMinor === undefined ? discountOf(ofMinor, discount) : 0;
}

/** What the goods cost before anything is taken off, without a tax that is added. */
function grossOf(lines: readonly PricedLine[]): number {
  return sum(priceCart(lines).lines.map(({ grossMinor }) => grossMinor));
}

function said(discount: Discount | undefined, sku: string | undefined) {
  const of = sku === undefined ? {} : { sku };
  if (!discount) return { ...of, discount: null };
  return discount.kind === "percent" ? { ...of, percent_bp: discount.bp } : { ...of, amount_minor: discount.minor };
}
