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
  PICTURE_MISSING: 422,
  PICTURE_TOO_LARGE: 422,
  /** neither JPEG nor PNG nor WebP, by its bytes */
  PICTURE_UNKNOWN: 422,
  PICTURE_TOO_MANY_PIXELS: 422,
  IMPORT_NO_FILE: 422,
  IMPORT_EMPTY: 422,
  IMPORT_NOT_TEXT: 422,
  /** a workbook that is damaged or locked */
  IMPORT_SHEET_BROKEN: 422,
  /** a workbook that unpacks to more than a list can be */
  IMPORT_SHEET_TOO_LARGE: 422,
  IMPORT_NOT_UTF8: 422,
  IMPORT_NO_COLUMNS: 422,
  IMPORT_NO_SKU: 422,
  IMPORT_BROKEN_QUOTE: 422,
  IMPORT_NOT_READY: 409,
});
