/** What can go wrong when buying. Sentences: locales, `errors`. */
import { defineErrors } from "../../kernel/errors.ts";

export const errors = defineErrors("purchases", {
  /** a list of suppliers without their NIT */
  IMPORT_NO_NIT: 422,
  /** somebody else saved while the page was open */
  SUPPLIER_CHANGED: 409,
  ORDER_CHANGED: 409,
  /** only a draft is changed and sent */
  ORDER_NOT_DRAFT: 409,
  /** only what was sent and is not complete is received or cancelled */
  ORDER_NOT_OPEN: 409,
  /** nothing is suggested of that supplier */
  NOTHING_TO_ORDER: 409,
  /** somebody ordered some of it while the page was open */
  SUGGESTION_CHANGED: 409,
  /** nothing is bought for a store in which people learn */
  TRAINING_STORE: 409,
  /** more is sent back than is there */
  STOCK_INSUFFICIENT: 409,
});
