/** What a person or a program is told when signing in does not work out. */
import { defineErrors } from "../../kernel/errors.ts";

export const errors = defineErrors("auth", {
  /** one answer for a wrong name, a wrong password and a deactivated person */
  INVALID_CREDENTIALS: 401,
  REFRESH_INVALID: 401,
  /** one answer for a wrong PIN and for somebody who cannot approve it */
  PIN_WRONG: 403,
  /** somebody must be able to manage the people */
  LAST_ADMIN: 409,
  /** too many sign-ins wait for their turn */
  SIGN_IN_BUSY: 503,
});
