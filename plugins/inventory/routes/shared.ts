/** What pages and API share: who asks, what they may see, one page of a list. */

import { kernelErrors } from "../../../kernel/errors.ts";
import { pageOf, readCursor } from "../../../kernel/http/cursor.ts";
import type { Session } from "../../../kernel/http/session.ts";
import type { Shop } from "../../../kernel/settings/shop.ts";
import { type Store, storesTold, usualStore } from "../../../kernel/stores/store.ts";

export { storeOptions } from "../../../kernel/stores/store.ts";

import { countsBlind, SEE_COSTS } from "../api.ts";
import type { Catalogue } from "../catalogue.ts";
import type { Actor, Movement } from "../domain.ts";
import type { Eyes } from "../present/products.ts";
import type { MovementFilter } from "../queries/ledger.ts";
import type { Listed, ListPlace, ProductFilter } from "../queries/search.ts";
import type { OnHand, OnHandFilter } from "../queries/stock-lists.ts";
import type { Stock } from "../stock.ts";

export const READ = { permission: "inventory.read" } as const;
export const MANAGE = { permission: "inventory.manage" } as const;
export const ADJUST = { permission: "inventory.adjust" } as const;
export const IMPORT = { permission: "inventory.import" } as const;
export { SEE_COSTS as COST } from "../api.ts";

export function actorOf({ session, address }: { session: Session; address: string }): Actor {
  return { user: { id: session.user.id, username: session.user.username }, address };
}

export function eyesOf(request: { shop: Shop; can(permission: string): boolean }): Eyes {
  return { currency: request.shop.currency, cost: request.can(SEE_COSTS), blind: countsBlind(request.can) };
}

/** The store asked for, else the usual one of those in which the person works. Throws STORE_NOT_YOURS. */
export function storeAsked(stores: readonly Store[], asked: number | undefined): number | undefined {
  if (asked === undefined) return usualStore(stores)?.id;
  if (!stores.some(({ id }) => id === asked)) throw kernelErrors.STORE_NOT_YOURS();
  return asked;
}

/** As storeAsked, for a change: somewhere it must happen. */
export function storeToChange(stores: readonly Store[], asked: number | undefined): number {
  const id = storeAsked(stores, asked);
  if (id === undefined) throw kernelErrors.STORE_NOT_YOURS();
  return id;
}

export interface ListQuery {
  store_id?: number | undefined;
  cursor?: string | undefined;
  limit: number;
}

export interface ProductsQuery extends ListQuery {
  q?: string | undefined;
  category_id?: number | undefined;
  active?: "true" | "false" | "all" | undefined;
}

const ACTIVE = { true: true, false: false, all: undefined } as const;

/** Throws a fault of the field `cursor`. */
export async function productsPage(
  catalogue: Catalogue,
  query: ProductsQuery,
  stores: readonly Store[],
  active: "true" | "all",
) {
  const storeId = storeAsked(stores, query.store_id);
  const filter: ProductFilter = { categoryId: query.category_id, active: ACTIVE[query.active ?? active] };
  const [rank, length, sortKey, id] = readCursor(query.cursor, ["number", "number", "string", "number"]) ?? [];
  const isPlace = rank !== undefined && length !== undefined && sortKey !== undefined && id !== undefined;
  const after: ListPlace | undefined = isPlace ? { rank, length, sortKey, id } : undefined;
  const { rows, corrected } = await catalogue.list({
    q: query.q,
    filter,
    storeId,
    after,
    limit: query.limit + 1,
  });
  const keyOf = ({ place }: Listed) => [place.rank, place.length, place.sortKey, place.id];
  return { ...pageOf(rows, query.limit, keyOf), corrected };
}

export async function onHandPage(
  stock: Stock,
  which: OnHandFilter,
  stores: readonly Store[],
  { cursor, limit, store_id: asked }: ListQuery,
) {
  const storeId = storeAsked(stores, asked);
  const [sortKey, id] = readCursor(cursor, ["string", "number"]) ?? [];
  const after = sortKey === undefined || id === undefined ? undefined : { sortKey, id };
  return pageOf<OnHand>(await stock.onHand(storeId, which, after, limit + 1), limit, (row) => [row.sortKey, row.id]);
}

export interface LedgerQuery {
  product_id?: number | undefined;
  store_id?: number | undefined;
  reason?: string | undefined;
  from?: string | undefined;
  to?: string | undefined;
}

/** Days are those of the shop's time zone; who counts blind is not shown what moved of what is being counted. Throws STORE_NOT_YOURS. */
export function ledgerFilter(
  { stores, shop, can }: { stores: readonly Store[]; shop: Shop; can(permission: string): boolean },
  { product_id: productId, store_id: asked, reason, from, to }: LedgerQuery,
): MovementFilter {
  const storeIds = asked === undefined ? storesTold(stores).map(({ id }) => id) : [storeToChange(stores, asked)];
  return { productId, storeIds, reason, from, to, timeZone: shop.timeZone, notCounting: countsBlind(can) };
}

export async function movementsPage(
  stock: Stock,
  request: { stores: readonly Store[]; shop: Shop; can(permission: string): boolean },
  { cursor, limit, ...query }: ListQuery & LedgerQuery,
) {
  const [before] = readCursor(cursor, ["number"]) ?? [];
  const found = await stock.movements(ledgerFilter(request, query), before, limit + 1);
  return pageOf<Movement>(found, limit, (row) => [row.id]);
}

/** The next page of the same list. */
export function nextLink(path: string, query: object, next: string | null): string | undefined {
  return next === null ? undefined : linkTo(path, { ...query, cursor: next });
}

export function linkTo(path: string, query: object): string {
  const parts = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined && value !== "") parts.set(name, String(value));
  }
  return parts.size === 0 ? path : `${path}?${parts}`;
}
