/** What can go wrong in the stockroom. Sentences: locales, `errors`. */
import { defineErrors } from "../../kernel/errors.ts";

export const errors = defineErrors("inventory", {
  PRODUCT_UNKNOWN: 404,
  CODE_UNKNOWN: 404,
  STOCK_INSUFFICIENT: 409,
  PRODUCT_CHANGED: 409,
  /** a kit, a service or a parent has no shelf of its own */
  NOT_STOCKED: 409,
  /** what stands on a shelf first goes to zero */
  KIND_HAS_STOCK: 409,
  /** nor while it is on its way, counted, ordered, or part of a kit */
  KIND_IN_TRANSFER: 409,
  KIND_COUNTED: 409,
  KIND_ORDERED: 409,
  KIND_IN_KIT: 409,
  /** kits and parents are made of others, and change by those */
  KIND_FIXED: 409,
  STOCK_TOO_LARGE: 409,
  /** a kit would hold itself */
  KIT_CIRCULAR: 409,
  KIT_TOO_DEEP: 409,
  PARENT_NOT_SOLD: 409,
  NOT_PARENT: 409,
  /** a price list is given to stores of its own currency alone */
  PRICE_LIST_CURRENCY: 409,
  /** the product asks for a lot and none was said */
  LOT_REQUIRED: 409,
  /** it was sent, received or cancelled already */
  TRANSFER_STATE: 409,
  TRANSFER_EMPTY: 409,
  TRANSFER_SHORT: 409,
  COUNT_POSTED: 409,
  COUNT_CANCELLED: 409,
  /** a product stands in one open count of a store at most */
  COUNT_OVERLAPS: 409,
  COUNT_NOTHING: 409,
  /** something moved between two entries of a line: it is to be counted again as a whole */
  COUNT_AGAIN: 409,
  /** sold since it was counted: it is to be counted again */
  COUNT_BELOW_ZERO: 409,
  PICTURE_MISSING: 422,
  PICTURE_TOO_LARGE: 422,
  /** neither JPEG nor PNG nor WebP, by its bytes */
  PICTURE_UNKNOWN: 422,
  PICTURE_TOO_MANY_PIXELS: 422,
  /** cut off, damaged, or not what it says */
  PICTURE_BROKEN: 422,
  /** too many at once, or one that takes too long: later */
  PICTURES_BUSY: 429,
  IMPORT_NO_SKU: 422,
  /** a list of prices or of stock without that column */
  IMPORT_NO_FIGURE: 422,
});
