/** Errors of the API as RFC 9457 problem+json: a stable `code`, `errors[]` by field, a sentence in the reader's language. */
import type { AppError } from "../errors.ts";
import type { Text } from "../i18n.ts";
import { errorSentence, faultSentence } from "./faults.ts";

export interface Problem {
  type: string;
  title: string;
  status: number;
  code: string;
  request_id: string;
  errors?: { field: string; code: string; message: string }[];
  [member: string]: unknown;
}

export function problemOf(error: AppError, text: Text, requestId: string): Problem {
  const { fields, data } = error.details;
  return {
    type: `/api/docs#${error.code}`,
    title: errorSentence(error, text),
    status: error.status,
    code: error.code,
    request_id: requestId,
    ...(fields
      ? { errors: fields.map((one) => ({ field: one.path, code: one.code, message: faultSentence(one, text) })) }
      : {}),
    ...data,
  };
}
