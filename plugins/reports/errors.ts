/** What can go wrong with reports. Sentences: locales, `errors`. */
import { defineErrors } from "../../kernel/errors.ts";

export const errors = defineErrors("reports", {
  /** no such report, or none that this shop has the plugin of */
  REPORT_UNKNOWN: 404,
});
