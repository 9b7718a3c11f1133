/** What can go wrong, and how it is said: faults at start (BootError) and expected outcomes of a request (AppError). */

/** Stops the start. Always names the cure, so that the operator need not read code. */
export class BootError extends Error {
  readonly cure: string | undefined;
  constructor(message: string, options: { cure?: string; cause?: unknown } = {}) {
    super(options.cure === undefined ? message : `${message}\n  cure: ${options.cure}`, { cause: options.cause });
    this.name = "BootError";
    this.cure = options.cure;
  }
}

/** One faulty field of a form or a JSON body. `path` is the field's name as sent, `code` is stable, `text` a locale key. */
export interface FieldFault {
  path: string;
  code: string;
  text: string;
  params?: Record<string, string | number>;
}

export interface AppErrorDetails {
  /** values for the placeholders of the sentence */
  params?: Record<string, string | number>;
  fields?: FieldFault[];
  /** further members of the problem+json answer, for programs */
  data?: Record<string, unknown>;
  /** seconds after which a new try makes sense (429, 503) */
  retryAfter?: number;
}

/** An expected outcome that is not success. Its sentence is the locale key `text`, its HTTP status belongs to its code. */
export class AppError extends Error {
  readonly code: string;
  readonly status: number;
  readonly text: string;
  readonly details: AppErrorDetails;
  constructor(code: string, status: number, text: string, details: AppErrorDetails = {}) {
    super(code);
    this.name = "AppError";
    this.code = code;
    this.status = status;
    this.text = text;
    this.details = details;
    Object.defineProperty(this, MARK, { value: true });
  }

  static override [Symbol.hasInstance](value: unknown): value is AppError {
    return typeof value === "object" && value !== null && MARK in value;
  }
}

/** An error is ours by its mark, not by its class: a plugin's package, or a loader, may bring a second copy of this file. */
const MARK = Symbol.for("pos-odata.AppError");

export type ErrorFactory = (details?: AppErrorDetails) => AppError;

/**
 * One table of coded errors per owner. The sentence of `CODE` is the locale key `<owner>.errors.CODE`;
 * the loader refuses a plugin whose table has a code without a sentence in every language.
 *
 *     export const errors = defineErrors("pos", { CART_PAID: 409 });
 *     throw errors.CART_PAID();
 */
export function defineErrors<const T extends Record<string, number>>(
  owner: string,
  statuses: T,
): { readonly [C in keyof T]: ErrorFactory } {
  const factories = Object.entries(statuses).map(([code, status]) => [
    code,
    (details?: AppErrorDetails) => new AppError(code, status, `${owner}.errors.${code}`, details),
  ]);
  return Object.fromEntries(factories);
}

export const kernelErrors = defineErrors("kernel", {
  VALIDATION: 422,
  NOT_FOUND: 404,
  METHOD_NOT_ALLOWED: 405,
  UNAUTHENTICATED: 401,
  FORBIDDEN: 403,
  /** somebody who may do it can approve it on the spot; `permission` says what */
  APPROVAL_NEEDED: 403,
  /** what somebody was about to approve is not what it was when it was shown; `permission` says what */
  APPROVAL_CHANGED: 409,
  FORM_EXPIRED: 403,
  URL_TOO_LONG: 414,
  URL_MALFORMED: 400,
  HEADERS_TOO_MANY: 431,
  BODY_TOO_LARGE: 413,
  BODY_TOO_MANY_PARTS: 413,
  BODY_MALFORMED: 400,
  BODY_NOT_UTF8: 400,
  JSON_TOO_DEEP: 400,
  MEDIA_TYPE: 415,
  IDEMPOTENCY_KEY_MISSING: 400,
  IDEMPOTENCY_MISMATCH: 409,
  RATE_LIMITED: 429,
  STORE_NOT_YOURS: 403,
  LAST_STORE: 409,
  CURRENCY_IN_USE: 409,
  /** something happened in the store: it stays one for training, or none */
  TRAINING_FIXED: 409,
  IMPORT_NO_FILE: 422,
  IMPORT_EMPTY: 422,
  /** neither a list in text nor a workbook */
  IMPORT_NOT_TEXT: 422,
  /** a workbook that is damaged or locked */
  IMPORT_SHEET_BROKEN: 422,
  /** a workbook that unpacks to more than a list can be */
  IMPORT_SHEET_TOO_LARGE: 422,
  IMPORT_NOT_UTF8: 422,
  IMPORT_NO_COLUMNS: 422,
  IMPORT_BROKEN_QUOTE: 422,
  IMPORT_NOT_READY: 409,
  PLUGIN_DOWN: 503,
  DATABASE_DOWN: 503,
  /** it answers, and did not get to this */
  DATABASE_BUSY: 503,
  INTERNAL: 500,
});

/** A fault of one field, raised by business rules after the schema has passed. */
export function fieldFault(path: string, code: string, text: string, params?: FieldFault["params"]): AppError {
  return kernelErrors.VALIDATION({
    fields: [params === undefined ? { path, code, text } : { path, code, text, params }],
  });
}

/** For a handler that finds out on the way: `if (!request.can(p)) throw approvalNeeded(p)` with p in the route's `approvals`. */
export function approvalNeeded(permission: string): AppError {
  return kernelErrors.APPROVAL_NEEDED({ data: { permission } });
}
