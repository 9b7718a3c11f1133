/** What the pages and the API of counts share. */
import { kernelErrors } from "../../../kernel/errors.ts";
import { pageOf, readCursor } from "../../../kernel/http/cursor.ts";
import type { Store } from "../../../kernel/stores/store.ts";
import type { Count, CountLine, Shown } from "../counts/count.ts";
import type { Counts } from "../counts/counts.ts";
import { type ListQuery, storeToChange } from "./shared.ts";

export const ENTER = { permission: "counts.enter" } as const;
export const MANAGE_COUNTS = { permission: "counts.manage" } as const;

/** Throws NOT_FOUND and STORE_NOT_YOURS. */
export async function countAsked(
  counts: Counts,
  { params, stores }: { params: { id: number }; stores: readonly Store[] },
): Promise<Count> {
  const count = await counts.find(params.id);
  if (!stores.some(({ id }) => id === count.storeId)) throw kernelErrors.STORE_NOT_YOURS();
  return count;
}

export async function countsPage(
  counts: Counts,
  stores: readonly Store[],
  { cursor, limit, store_id: asked }: ListQuery,
) {
  const storeIds = asked === undefined ? stores.map(({ id }) => id) : [storeToChange(stores, asked)];
  const [before] = readCursor(cursor, ["number"]) ?? [];
  return pageOf(await counts.list(storeIds, before, limit + 1), limit, (row) => [row.id]);
}

export async function linesPage(counts: Counts, id: number, shown: Shown, { cursor, limit }: ListQuery) {
  const [sortKey, last] = readCursor(cursor, ["string", "number"]) ?? [];
  const after = sortKey === undefined || last === undefined ? undefined : { sortKey, id: last };
  const rows = await counts.lines(id, shown, after, limit + 1);
  return pageOf<CountLine>(rows, limit, (row) => [row.sortKey, row.productId]);
}
