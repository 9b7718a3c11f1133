/** The fields of a form. A name that comes once has one value, a repeated one a list, which a schema of one value refuses. */
import { type AppError, kernelErrors } from "../errors.ts";

export type Fields = Record<string, string | string[]>;

/** A cart on a page has a few fields a line; more is no form of ours. */
export const MOST_FIELDS = 1000;

/** `a=1&a=2&b=3` as `{ a: ["1", "2"], b: "3" }`. @throws BODY_NOT_UTF8, BODY_TOO_MANY_PARTS */
export function parseForm(text: string): Fields {
  try {
    decodeURIComponent(text.replace(/\+/g, " "));
  } catch {
    throw kernelErrors.BODY_NOT_UTF8();
  }
  const entries = new URLSearchParams(text);
  if (entries.size > MOST_FIELDS) throw kernelErrors.BODY_TOO_MANY_PARTS();
  const fields: Fields = {};
  for (const [name, value] of entries) addField(fields, name, value);
  return fields;
}

export function addField(fields: Fields, name: string, value: string): void {
  const before = Object.hasOwn(fields, name) ? fields[name] : undefined;
  if (Array.isArray(before)) before.push(value);
  else {
    const next = before === undefined ? value : [before, value];
    // not by assignment: a field may be called __proto__
    Object.defineProperty(fields, name, { value: next, enumerable: true, configurable: true, writable: true });
  }
}

export function tooLarge(limit: number): AppError {
  return kernelErrors.BODY_TOO_LARGE({ params: { limit: Math.round(limit / 1024) } });
}
