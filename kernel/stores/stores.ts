/** The stores, and who works in which. */
import type { Auditor } from "../audit.ts";
import type { Clock } from "../clock.ts";
import { afterCommit } from "../db/after-commit.ts";
import type { Database, Tx } from "../db/database.ts";
import { fieldFault, kernelErrors } from "../errors.ts";
import type { Settings } from "../settings/settings.ts";
import { readShop, type Shop } from "../settings/shop.ts";
import { createSnapshot } from "../snapshot.ts";
import * as queries from "./queries.ts";
import type { NewStore, Store, Stores } from "./store.ts";

/** whoever has this role works everywhere: a shop that locked itself out of a store could not let itself in again */
const EVERYWHERE = "admin";

export function createStores(parts: {
  db: Database;
  clock: Clock;
  settings: Settings;
  audit: Auditor;
  /** whether money was written down in that store */
  hasDocuments(tx: Tx, storeId: number): Promise<boolean>;
  /** whether anything happened in that store, be it goods on its shelves */
  isUsed(tx: Tx, storeId: number): Promise<boolean>;
}): Stores {
  const { db, clock, settings, audit, hasDocuments, isUsed } = parts;
  const snapshot = createSnapshot(async () => {
    const [stores, given] = await Promise.all([queries.allStores(db.primary), queries.givenStores(db.primary)]);
    return { stores, given: new Map(given.map(({ userId, storeIds }) => [userId, storeIds])) };
  }, clock);

  const list = async () => (await snapshot.get()).stores;

  async function known(id: number): Promise<Store | undefined> {
    const found = (await list()).find((one) => one.id === id);
    if (found) return found;
    // another instance may have just made it
    snapshot.forget();
    return (await list()).find((one) => one.id === id);
  }

  async function shopOf(storeId: number | undefined): Promise<Shop> {
    if (storeId === undefined) return readShop(settings);
    const [shop, store] = await Promise.all([readShop(settings), known(storeId)]);
    return store ? effective(shop, store, (await list()).length > 1) : shop;
  }

  async function checkCurrency(tx: Tx, storeId: number): Promise<void> {
    if (await hasDocuments(tx, storeId)) throw kernelErrors.CURRENCY_IN_USE();
  }

  return {
    list,

    async of({ id, role }) {
      const { stores, given } = await snapshot.get();
      const own = given.get(id);
      return role === EVERYWHERE || own === undefined ? stores : stores.filter((one) => own.includes(one.id));
    },

    shopOf,

    async shopsOf(rows) {
      const ids = new Set(Array.from(rows, ({ storeId }) => storeId));
      const shop = await readShop(settings);
      const shops = new Map<number, Shop>();
      for (const id of ids) shops.set(id, await shopOf(id));
      return ({ storeId }) => shops.get(storeId) ?? shop;
    },

    async find(id) {
      const found = await known(id);
      if (!found) throw kernelErrors.NOT_FOUND();
      return found;
    },

    async create(tx, actor, store) {
      const id = await queries.insertStore(tx, store);
      await audit(tx, { ...actor, action: "store.created", subject: `store:${id}`, after: trailOf(store) });
      afterCommit(tx, snapshot.forget);
      return id;
    },

    async update(tx, actor, id, wanted) {
      const all = await queries.lockStores(tx);
      const before = all.find((one) => one.id === id);
      if (!before) throw kernelErrors.NOT_FOUND();
      const store = { ...before, ...wanted };
      const doesBusiness = ({ active, training }: NewStore) => active && !training;
      if (!doesBusiness(store) && !all.some((one) => doesBusiness(one) && one.id !== id))
        throw kernelErrors.LAST_STORE();
      if (before.training !== store.training && (await isUsed(tx, id))) throw kernelErrors.TRAINING_FIXED();
      const { currency } = await readShop(settings);
      if ((before.currency ?? currency) !== (store.currency ?? currency)) await checkCurrency(tx, id);
      if (JSON.stringify(trailOf(before)) === JSON.stringify(trailOf(store))) return;
      await queries.updateStore(tx, store);
      const said = { before: trailOf(before), after: trailOf(store) };
      await audit(tx, { ...actor, action: "store.updated", subject: `store:${id}`, ...said });
      afterCommit(tx, snapshot.forget);
    },

    givenTo: async (userId) => [...((await snapshot.get()).given.get(userId) ?? [])],

    async give(tx, actor, userId, storeIds) {
      const wanted = [...new Set(storeIds)].sort((a, b) => a - b);
      const known = new Set((await list()).map(({ id }) => id));
      if (!wanted.every((id) => known.has(id)))
        throw fieldFault("store_ids", "STORE_UNKNOWN", "kernel.validation.store_unknown");
      const before = await queries.replaceGiven(tx, userId, wanted);
      if (before.join() === wanted.join()) return;
      const said = { before: { stores: before }, after: { stores: wanted } };
      await audit(tx, { ...actor, action: "user.stores_given", subject: `user:${userId}`, ...said });
      afterCommit(tx, snapshot.forget);
    },

    async checkShopCurrency(tx) {
      for (const store of await queries.lockStores(tx)) if (store.currency === null) await checkCurrency(tx, store.id);
    },
  };
}

/** Both are the same objects while nothing is read anew: each request asks some five times for the same. */
const made = new WeakMap<Shop, WeakMap<Store, Shop>>();

function effective(shop: Shop, store: Store, several: boolean): Shop {
  const known = made.get(shop) ?? new WeakMap<Store, Shop>();
  made.set(shop, known);
  const own = known.get(store) ?? Object.freeze(put(shop, store, several));
  known.set(store, own);
  return own;
}

function put(shop: Shop, store: Store, several: boolean): Shop {
  const own = [
    "timeZone",
    "dayCutoffHour",
    "currency",
    "taxId",
    "address",
    "phone",
    "receiptHeader",
    "receiptFooter",
  ] as const;
  const said = own.flatMap((key) => (store[key] === null ? [] : [[key, store[key]]]));
  return {
    ...shop,
    ...Object.fromEntries(said),
    storeId: store.id,
    storeName: several ? store.name : undefined,
    training: store.training,
  };
}

function trailOf(store: NewStore) {
  return {
    name: store.name,
    active: store.active,
    training: store.training,
    time_zone: store.timeZone,
    day_cutoff_hour: store.dayCutoffHour,
    currency: store.currency,
    tax_id: store.taxId,
    address: store.address,
    phone: store.phone,
    receipt_header: store.receiptHeader,
    receipt_footer: store.receiptFooter,
  };
}
