/** What is asked for must be readable before anything reads it: a path and a query of bounded length in UTF-8. */
import type { IncomingMessage } from "node:http";
import { type AppError, kernelErrors } from "../errors.ts";

/** Longer than any list with all its filters and a cursor; half of what Node takes for the head of a request. */
const LONGEST_URL = 8192;
/** Node forgets headers beyond a number without a word (server.maxHeadersCount, listener.ts). */
const MOST_HEADERS = 100;

/** The fault of a request line or of its headers. */
export function faultOfHead({ url = "", rawHeaders }: IncomingMessage): AppError | undefined {
  if (url.length > LONGEST_URL) return kernelErrors.URL_TOO_LONG({ params: { limit: LONGEST_URL / 1024 } });
  if (rawHeaders.length / 2 >= MOST_HEADERS) return kernelErrors.HEADERS_TOO_MANY();
  const text = decoded(url);
  if (text === undefined || text.includes("\0")) return kernelErrors.URL_MALFORMED();
  return undefined;
}

/** Undefined for a broken percent sequence and for bytes that are not UTF-8, overlong forms (%c0%af) among them. */
function decoded(url: string): string | undefined {
  try {
    return decodeURIComponent(url);
  } catch {
    return undefined;
  }
}

export const HEAD_LIMITS = { url: LONGEST_URL, headers: MOST_HEADERS };
