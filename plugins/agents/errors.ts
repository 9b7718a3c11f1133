/** What can go wrong with findings. Sentences: locales, `errors`. */
import { defineErrors } from "../../kernel/errors.ts";

export const errors = defineErrors("agents", {
  /** it holds no longer, or something was done about it */
  FINDING_SETTLED: 409,
  /** it tells of what the person did: somebody else dismisses it */
  FINDING_ABOUT_YOU: 403,
  /** it tells of the whole shop: who works in some of its stores does not silence it for the others */
  FINDING_OF_SHOP: 403,
  /** nothing can be ordered by it: it is no advice to order, or buying is not there */
  NOTHING_TO_ORDER: 409,
  /** nobody buys of that one any more: the next run advises another, or none */
  SUPPLIER_GONE: 409,
});
