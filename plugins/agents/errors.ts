/** What can go wrong with findings. Sentences: locales, `errors`. */
import { defineErrors } from "../../kernel/errors.ts";

export const errors = defineErrors("agents", {
  /** it holds no longer, or something was done about it */
  FINDING_SETTLED: 409,
  /** it tells of what the person did: somebody else dismisses it */
  FINDING_ABOUT_YOU: 403,
  /** nothing can be ordered by it: it is no advice to order, or buying is not there */
  NOTHING_TO_ORDER: 409,
});
