/** Stores of the shop: where registers stand and stock lies. What a store does not say for itself is as the shop has it. */
import type { Tx } from "../db/database.ts";
import type { SignedInUser } from "../http/session.ts";
import type { Shop } from "../settings/shop.ts";

/** What a store may have of its own; null: as the shop. */
export interface OwnFacts {
  timeZone: string | null;
  dayCutoffHour: number | null;
  currency: string | null;
  taxId: string | null;
  address: string | null;
  phone: string | null;
  receiptHeader: string | null;
  receiptFooter: string | null;
}

export interface NewStore extends OwnFacts {
  name: string;
  active: boolean;
  /** people learn there: what is sold is in no book, report or range of numbers */
  training: boolean;
}

export interface Store extends NewStore {
  id: number;
}

export interface StoreActor {
  user: Pick<SignedInUser, "id" | "username">;
  address: string;
}

/** At most a few seconds behind another instance's change, at once after our own. */
export interface Stores {
  /** All, those out of use as well, by id. */
  list(): Promise<readonly Store[]>;
  /** Where a person works: everywhere, unless some stores are given to him; an administrator always everywhere. */
  of(user: Pick<SignedInUser, "id" | "role">): Promise<readonly Store[]>;
  /** What receipts, prices and the business day of a store go by; undefined, or no store: the shop as a whole. */
  shopOf(storeId: number | undefined): Promise<Shop>;
  /** The same for the rows of a list, by id. */
  shopsOf(rows: Iterable<{ storeId: number }>): Promise<(row: { storeId: number }) => Shop>;
  /** Throws NOT_FOUND. */
  find(id: number): Promise<Store>;
  create(tx: Tx, actor: StoreActor, store: NewStore): Promise<number>;
  /** What is left out stays. Throws NOT_FOUND, LAST_STORE, CURRENCY_IN_USE, TRAINING_FIXED. */
  update(tx: Tx, actor: StoreActor, id: number, wanted: Partial<NewStore>): Promise<void>;
  /** The ids of the stores given to a person; none: works in all. */
  givenTo(userId: number): Promise<number[]>;
  /** Throws a fault of `store_ids` for a store that is none. */
  give(tx: Tx, actor: StoreActor, userId: number, storeIds: readonly number[]): Promise<void>;
  /** Throws CURRENCY_IN_USE when a store that goes by the shop's currency has documents in it. */
  checkShopCurrency(tx: Tx): Promise<void>;
}

/** For the model of a page about that store, where its route does not say so: the layout draws the banner. */
export function trainingMark(store: Pick<Store, "training"> | undefined): { inTraining?: boolean } {
  return store?.training ? { inTraining: true } : {};
}

/** Those that do business: what happens in the others counts nowhere. */
export function doingBusiness<S extends Pick<Store, "training">>(stores: readonly S[]): S[] {
  return stores.filter(({ training }) => !training);
}

/** Of which a list tells that nobody asked for one of: without those for training, unless there is nothing else. */
export function storesTold<S extends Pick<Store, "training">>(stores: readonly S[]): readonly S[] {
  const business = doingBusiness(stores);
  return business.length > 0 ? business : stores;
}

/** Where somebody is who works in these and names none: the first in use that does business. Undefined: nowhere. */
export function usualStore(stores: readonly Store[]): Store | undefined {
  return doingBusiness(stores).find(({ active }) => active) ?? stores[0];
}

/** For a choice; undefined while there is nothing to choose. */
export function storeOptions(stores: readonly Pick<Store, "id" | "name">[]) {
  return stores.length < 2 ? undefined : stores.map(({ id, name }) => ({ value: String(id), label: name }));
}
