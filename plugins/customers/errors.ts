import { defineErrors } from "../../kernel/errors.ts";

export const errors = defineErrors("customers", {
  /** a list without type and number of documents */
  IMPORT_NO_DOCUMENT: 422,
  /** somebody else saved while the page was open */
  CUSTOMER_CHANGED: 409,
  /** it was merged into another, which goes on in its place */
  CUSTOMER_MERGED: 409,
  /** the person was forgotten */
  CUSTOMER_ERASED: 409,
  /** an account that is not even keeps its person */
  ERASE_OWES: 409,
  /** SMTP_URL is not set */
  MAIL_NOT_SET: 409,
  REMINDER_OWES_NOTHING: 409,
  REMINDER_NO_MAIL: 409,
  /** the customer did not agree to reminders, or wants no more of them */
  REMINDER_NO_CONSENT: 409,
  /** one went out, or is on its way, within the days that the owner says */
  REMINDER_RECENT: 409,
});
