/** What the pages and the API of lists share. */
import { kernelErrors } from "../errors.ts";
import type { Session } from "../http/session.ts";
import { type Store, usualStore } from "../stores/store.ts";
import type { Importer } from "./imports.ts";
import type { AnyList } from "./list.ts";
import type { ListImport } from "./state.ts";

export function importerOf(request: { session: Session; address: string; can(permission: string): boolean }): Importer {
  const { id, username } = request.session.user;
  return { user: { id, username }, address: request.address, can: (permission) => request.can(permission) };
}

/** The store asked for, else the usual one of the person's. Throws STORE_NOT_YOURS. */
export function storeOf({ ofStore }: AnyList, stores: readonly Store[], asked: number | undefined): number | null {
  if (!ofStore) return null;
  const one = asked === undefined ? usualStore(stores) : find(stores, asked);
  if (!one) throw kernelErrors.STORE_NOT_YOURS();
  return one.id;
}

/** The same import. Throws NOT_FOUND, and STORE_NOT_YOURS for one about the shelves of a store in which the person does not work. */
export function readable(one: ListImport | undefined, stores: readonly Store[]): ListImport {
  if (!one) throw kernelErrors.NOT_FOUND();
  if (one.storeId !== null && !find(stores, one.storeId)) throw kernelErrors.STORE_NOT_YOURS();
  return one;
}

const find = (stores: readonly Store[], asked: number) => stores.find(({ id }) => id === asked);
