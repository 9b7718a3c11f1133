import { defineErrors } from "../../kernel/errors.ts";

export const errors = defineErrors("customers", {
  /** a list without type and number of documents */
  IMPORT_NO_DOCUMENT: 422,
  /** somebody else saved while the page was open */
  CUSTOMER_CHANGED: 409,
});
