import { defineErrors } from "../../kernel/errors.ts";

export const errors = defineErrors("pos", {
  CODE_UNKNOWN: 422,
  /** the store has another currency than the shop, and no price list with that product */
  NO_PRICE: 409,
  /** none is in use where the person works */
  NO_REGISTER: 409,
  CART_PAID: 409,
  CART_EMPTY: 409,
  CART_FULL: 409,
  QUANTITY_TOO_LARGE: 422,
  TOTAL_CHANGED: 409,
  TOTAL_MISMATCH: 409,
  PRICE_MISMATCH: 409,
  PRICE_FOR_LESS: 409,
  DISCOUNT_GREW: 409,
  PAYMENT_INSUFFICIENT: 422,
  STOCK_INSUFFICIENT: 409,
  AMOUNT_TOO_LARGE: 422,
  TENDER_UNKNOWN: 422,
  /** what is not cash was more than the total */
  CHANGE_FROM_CASH_ONLY: 422,
  TENDER_CASH: 409,
  /** on credit to nobody, or back onto the account of nobody */
  CUSTOMER_NEEDED: 422,
  CREDIT_LIMIT: 409,
  /** fewer points than that, or than the least that may be spent */
  POINTS_SHORT: 409,
  /** a provider has not said yet whether the customer paid, or the money belongs to no sale */
  PAYMENT_PENDING: 409,
  /** this tender is asked for through its provider */
  PROVIDER_NEEDED: 422,
  /** it is part of a sale, given back, or not paid */
  INTENT_SETTLED: 409,
  /** of a gift card or store credit */
  VOUCHER_SHORT: 409,
  /** a card, a store credit or an account is in another currency than the store */
  OTHER_CURRENCY: 409,
  /** more was paid than is owed */
  DEBT_EXCEEDED: 422,
  /** it was taken back before, or takes one back itself */
  COLLECTION_REVERSED: 409,
  /** of a gift card whose sale cannot be taken back any more */
  CARD_SPENT: 409,
  /** nobody has opened the register */
  SHIFT_CLOSED: 409,
  SHIFT_OPEN: 409,
  CASH_SHORT: 409,
  /** every range of the register is used up or expired */
  NUMBERS_EXHAUSTED: 409,
  LAST_REGISTER: 409,
  /** sales are parked there, or a payment is under way */
  REGISTER_BUSY: 409,
  /** of a cart whose register was put out of use: it goes on at another */
  REGISTER_RETIRED: 409,
  /** a scale's label whose check digit is wrong */
  SCALE_CHECK: 422,
  /** its price is the label's: neither quantity nor price can be changed */
  LABEL_FIXED: 409,
  /** it is printed, cancelled, or just being sent */
  PRINT_JOB_SETTLED: 409,
  /** the register prints nowhere */
  NO_PRINTER: 409,
  /** SMTP_URL is not set */
  MAIL_NOT_SET: 409,
  /** somebody else took the parked sale up, or gave it up */
  PARKED_GONE: 409,
  /** somebody ended it: another is made */
  PROMOTION_ENDED: 409,
  /** somebody else saved while the page was open */
  PROMOTION_CHANGED: 409,
  /** only a sale can be returned or voided */
  RETURN_OF_RETURN: 409,
  SALE_VOIDED: 409,
  NOTHING_LEFT: 409,
  REFUND_TENDER: 422,
  REFUND_MISMATCH: 422,
  VOID_AFTER_RETURN: 409,
  /** debts, points, cards and payments of real people are not touched in a store for training */
  TRAINING_STORE: 409,
  /** its shift is closed */
  VOID_TOO_LATE: 409,
  /** of one store or person */
  TOO_MANY_MESSAGES: 409,
});

/** Throws OTHER_CURRENCY: what is there is no amount of what is asked for. */
export function refuseOtherCurrency(balance: { currency: string }, here: { currency: string }): void {
  if (balance.currency !== here.currency)
    throw errors.OTHER_CURRENCY({ params: { currency: balance.currency, here: here.currency } });
}
