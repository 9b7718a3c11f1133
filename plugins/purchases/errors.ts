/** What can go wrong when buying. Sentences: locales, `errors`. */
import { defineErrors } from "../../kernel/errors.ts";

export const errors = defineErrors("purchases", {
  /** somebody else saved while the page was open */
  SUPPLIER_CHANGED: 409,
});
