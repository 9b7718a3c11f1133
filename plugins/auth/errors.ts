/** What a person or a program is told when signing in does not work out. */
import { defineErrors } from "../../kernel/errors.ts";

export const errors = defineErrors("auth", {
  /** one answer for a wrong name, a wrong password and a deactivated person */
  INVALID_CREDENTIALS: 401,
  /** the password was right, and the person has chosen to be asked for a code too */
  SECOND_FACTOR_NEEDED: 401,
  SECOND_FACTOR_WRONG: 401,
  SECOND_FACTOR_ON: 409,
  SECOND_FACTOR_NOT_BEGUN: 409,
  /** too many wrong tries; one answer for names that somebody has and names that nobody has */
  SIGN_IN_LOCKED: 429,
  /** the password was given by somebody else and is good for choosing an own one only */
  PASSWORD_CHANGE_NEEDED: 403,
  /** what takes the own password and code is done on the page of the own account */
  OWN_ACCOUNT: 409,
  REFRESH_INVALID: 401,
  /** one answer for a wrong PIN and for somebody who cannot approve it */
  PIN_WRONG: 403,
  PIN_LOCKED: 429,
  /** somebody must be able to manage the people */
  LAST_ADMIN: 409,
  /** too many sign-ins wait for their turn */
  SIGN_IN_BUSY: 503,
});
