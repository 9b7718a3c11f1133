/** What pages and API of reports share. */

import { fieldFault } from "../../../kernel/errors.ts";
import { decodeCursor, encodeCursor } from "../../../kernel/http/cursor.ts";
import type { Asking } from "../../../kernel/http/route.ts";
import type { Filters } from "../schema.ts";

export const READ = { permission: "reports.read" } as const;

/** The store asked for, whose calendar and currency the report goes by. */
export const place = async ({ query }: Asking): Promise<number | undefined> => query?.store_id;

/** Lines of a report have no key that outlives a change of its sums: a page is a place in the order. */
export function offsetOf(cursor: string | undefined): number {
  if (cursor === undefined) return 0;
  const [offset] = decodeCursor(cursor) ?? [];
  if (typeof offset !== "number" || offset < 0 || offset > 10_000_000)
    throw fieldFault("cursor", "CURSOR", "kernel.validation.cursor");
  return offset;
}

export function nextOf(offset: number, shown: number, count: number): string | null {
  return offset + shown < count && shown > 0 ? encodeCursor([offset + shown]) : null;
}

/** The filters that are set, without the page that is shown. */
export function fieldsOf({ from, to, store_id, compare }: Filters): Record<string, string> {
  const set = Object.entries({ from, to, store_id, compare }).filter(([, value]) => value !== undefined);
  return Object.fromEntries(set.map(([key, value]) => [key, String(value)]));
}

/** The filters as the end of an address. */
export function searchOf(filters: Filters, more: Record<string, string | number | undefined> = {}): string {
  const search = new URLSearchParams();
  for (const [key, value] of Object.entries({ ...fieldsOf(filters), ...more }))
    if (value !== undefined && value !== "") search.set(key, String(value));
  const text = search.toString();
  return text === "" ? "" : `?${text}`;
}
