/** Which store a request is about, and so in which money its amounts are read. */
import type { Context } from "koa";
import { kernelErrors } from "../errors.ts";
import { readId } from "../input.ts";
import type { Shop } from "../settings/shop.ts";
import type { Store, Stores } from "../stores/store.ts";
import type { Request, Route } from "./route.ts";
import type { Session } from "./session.ts";

// biome-ignore lint/suspicious/noExplicitAny: a request of any route
type AnyRequest = Request<any, any, any, any, any>;

/** Those in which the person works; for a visitor all. */
export async function storesOf(stores: Stores, route: Route, session: Session | undefined): Promise<readonly Store[]> {
  if (route.probe) return [];
  return session ? stores.of(session.user) : stores.list();
}

/** The shop as the store has it that the request is about. Throws STORE_NOT_YOURS. */
export async function whereItIs(
  stores: Stores,
  route: Route,
  request: AnyRequest,
  query: Context["query"],
  sent: unknown,
): Promise<Shop> {
  if (!route.store) return request.shop;
  const [only, second] = await stores.list();
  if (only && !second) return stores.shopOf(only.id);
  const storeId = await route.store({ sent, ...request, query: idsOf(query) });
  const isTheirs = route.access === "public" || request.stores.some(({ id }: Store) => id === storeId);
  if (storeId !== undefined && !isTheirs) throw kernelErrors.STORE_NOT_YOURS();
  return stores.shopOf(storeId);
}

/** What a query names: its schema is asked later, as that has to know the money first. */
function idsOf(query: Context["query"]): Record<string, number> {
  const named = Object.entries(query).flatMap(([name, value]) => {
    const id = name.endsWith("_id") ? readId(value) : undefined;
    return id === undefined ? [] : [[name, id] as const];
  });
  return Object.fromEntries(named);
}

/** About such a store, by the route or by a list's filter, or asked by somebody who works in no other. */
export function isTraining({ shop, query, session, stores }: AnyRequest): boolean {
  const asked = stores.find(({ id }: Store) => id === query?.store_id);
  const learns = session !== undefined && stores.length > 0 && stores.every(({ training }: Store) => training);
  return shop.training || asked?.training === true || learns;
}
