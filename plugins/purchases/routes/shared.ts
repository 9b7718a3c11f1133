/** What pages and API share: who may what, who asks, where. */
import { kernelErrors } from "../../../kernel/errors.ts";
import type { Session } from "../../../kernel/http/session.ts";
import { doingBusiness, storeOptions as optionsOf, type Store, usualStore } from "../../../kernel/stores/store.ts";
import type { Actor } from "../domain.ts";

/** It shows what goods cost. */
export const READ = { permission: "purchases.read" } as const;
export const ORDER = { permission: "purchases.order" } as const;
export const RECEIVE = { permission: "purchases.receive" } as const;
export const SUPPLIERS = { permission: "suppliers.manage" } as const;

export function actorOf({ session, address }: { session: Session; address: string }): Actor {
  return { user: { id: session.user.id, username: session.user.username }, address };
}

/** The store asked for, else the usual one of those in which the person works. Throws STORE_NOT_YOURS. */
export function storeAsked(stores: readonly Store[], asked: number | undefined): number {
  const found = asked === undefined ? usualStore(stores) : stores.find(({ id }) => id === asked);
  if (!found) throw kernelErrors.STORE_NOT_YOURS();
  return found.id;
}

/** Those in which the person works, or the one of them that is asked for. Throws STORE_NOT_YOURS. */
export function storesAsked(stores: readonly Store[], asked: number | undefined): number[] {
  return asked === undefined ? stores.map(({ id }) => id) : [storeAsked(stores, asked)];
}

/** Throws STORE_NOT_YOURS for a document of a store in which the person does not work. */
export function mine<T extends { storeId: number }>(stores: readonly Store[], document: T): T {
  storeAsked(stores, document.storeId);
  return document;
}

/** Those for which something may be bought; undefined while there is nothing to choose. */
export const storeOptions = (stores: readonly Store[]) => optionsOf(doingBusiness(stores));

export function linkTo(path: string, query: object): string {
  const parts = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined && value !== "" && value !== null) parts.set(name, String(value));
  }
  return parts.size === 0 ? path : `${path}?${parts}`;
}
