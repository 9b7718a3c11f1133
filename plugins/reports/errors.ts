/** What can go wrong with reports. Sentences: locales, `errors`. */
import { defineErrors } from "../../kernel/errors.ts";

export const errors = defineErrors("reports", {
  /** no such report, or none that this shop has the plugin of */
  REPORT_UNKNOWN: 404,
  /** no mail server is set */
  MAIL_NOT_SET: 409,
  TOO_MANY_SCHEDULES: 409,
  TOO_MANY_FILES: 409,
  FILE_NOT_READY: 409,
  /** so many files are read at this moment, and none ended in time */
  FILES_BUSY: 503,
});
