/** Keyset pages: a cursor is the sort values of the last row shown, opaque to the caller. */
import { z } from "zod";
import { fieldFault } from "../errors.ts";

export type CursorValue = string | number;

interface Kinds {
  string: string;
  number: number;
}

const FAULT = "kernel.validation.cursor";

export function encodeCursor(values: readonly CursorValue[]): string {
  return Buffer.from(JSON.stringify(values)).toString("base64url");
}

/** undefined when it is not one of ours. */
export function decodeCursor(text: string): CursorValue[] | undefined {
  try {
    const values: unknown = JSON.parse(Buffer.from(text, "base64url").toString("utf8"));
    return Array.isArray(values) && values.length > 0 && values.every(isCursorValue) ? values : undefined;
  } catch {
    return undefined;
  }
}

/** NUL is no text for PostgreSQL. */
function isCursorValue(value: unknown): value is CursorValue {
  return typeof value === "string" ? !value.includes("\0") : Number.isSafeInteger(value);
}

/**
 * The values of a list's cursor in the list's own shape, undefined for the first page.
 * @throws a fault of the field `cursor` when it belongs to another list
 *
 *     const after = readCursor(request.query.cursor, ["string", "number"]); // [name, id] | undefined
 */
export function readCursor<const K extends readonly (keyof Kinds)[]>(
  text: string | undefined,
  kinds: K,
): { -readonly [I in keyof K]: Kinds[K[I]] } | undefined {
  if (text === undefined) return undefined;
  const values = decodeCursor(text);
  if (values?.length !== kinds.length || values.some((value, index) => typeof value !== kinds[index])) {
    throw fieldFault("cursor", "CURSOR", FAULT);
  }
  return values as { -readonly [I in keyof K]: Kinds[K[I]] };
}

/** The query of every list: spread it into a strict object. An empty cursor is the first page. */
export const listQuery = {
  cursor: z
    .string(FAULT)
    .max(1000, FAULT)
    .refine((text) => text === "" || decodeCursor(text) !== undefined, FAULT)
    .transform((text) => text || undefined)
    .optional(),
  limit: z.coerce
    .number("kernel.validation.number")
    .int("kernel.validation.integer")
    .min(1, "kernel.validation.limit")
    .max(200, "kernel.validation.limit")
    .default(50),
};

/** Read one row more than `limit`: it tells whether there is a next page. */
export function pageOf<T>(
  rows: readonly T[],
  limit: number,
  keyOf: (row: T) => CursorValue[],
): { rows: T[]; next: string | null } {
  const shown = rows.slice(0, limit);
  const last = shown.at(-1);
  return { rows: shown, next: rows.length > limit && last !== undefined ? encodeCursor(keyOf(last)) : null };
}
