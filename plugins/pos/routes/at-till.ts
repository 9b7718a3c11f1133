/** Which register a browser stands at: chosen once, kept in a cookie. Whatever is in it, only a register in use counts. */
import type { Cookie } from "../../../kernel/http/reply.ts";
import type { Shop } from "../../../kernel/settings/shop.ts";
import { doingBusiness, type Store, storesTold } from "../../../kernel/stores/store.ts";
import type { Carts, Till } from "../carts.ts";

const COOKIE = "pos_register";
const YEAR_SECONDS = 31_536_000;

export interface AtTill {
  cookie(name: string): string | undefined;
  stores: readonly Store[];
  shop: Shop;
}

/** Where the person stands. Without a choice the first register in use serves. */
export function atTill(request: AtTill): Till {
  return { ...atNone(request), chosen: chosenAt(request) };
}

/** As programs stand, who choose no register but name one. */
export function atNone({ stores, shop }: Pick<AtTill, "stores" | "shop">): Till {
  return { chosen: undefined, storeIds: inUse(stores), storeId: shop.storeId };
}

/** The register chosen on this device when it is in use in that store: the one whose drawer is at hand. */
export async function atHand(
  request: AtTill,
  carts: Pick<Carts, "register">,
  storeId: number,
): Promise<number | undefined> {
  const chosen = chosenAt(request);
  if (chosen === undefined) return undefined;
  const here = await carts.register(atTill(request));
  return here.id === chosen && here.storeId === storeId ? chosen : undefined;
}

export function inUse(stores: readonly Store[]): number[] {
  return stores.filter((one) => one.active).map((one) => one.id);
}

/** Undefined while there is nothing to choose. */
export function storeOptions(stores: readonly Store[], all?: string) {
  if (stores.length < 2) return undefined;
  const none = all === undefined ? [] : [{ value: "", label: all }];
  return [...none, ...stores.map(({ id, name }) => ({ value: String(id), label: name }))];
}

/** The one asked for, which the route has let in, or those of which lists tell. */
export function storesAsked(stores: readonly Store[], asked: number | undefined): number[] {
  return (asked === undefined ? storesTold(stores) : stores.filter(({ id }) => id === asked)).map(({ id }) => id);
}

/** For figures: of a training store there are none, even when it is asked for. */
export function businessAsked(stores: readonly Store[], asked: number | undefined): number[] {
  return doingBusiness(stores)
    .map(({ id }) => id)
    .filter((id) => id === (asked ?? id));
}

export function chosenAt(request: Pick<AtTill, "cookie">): number | undefined {
  const kept = request.cookie(COOKIE) ?? "";
  return /^[1-9]\d{0,14}$/.test(kept) ? Number(kept) : undefined;
}

export function registerCookie(id: number): Cookie {
  return { name: COOKIE, value: String(id), maxAge: YEAR_SECONDS };
}
