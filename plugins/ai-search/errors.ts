/** What can go wrong in searching. Sentences: locales, `errors`. */
import { defineErrors } from "../../kernel/errors.ts";

export const errors = defineErrors("ai-search", {
  /** nothing was fitted yet, or there is nothing to fit */
  NO_MODEL: 409,
  /** not sold any more, or a moment too new */
  NO_EMBEDDING: 409,
});
