/** The cache port over a plain store of texts. */
import type { Cache } from "./cache.ts";

/** Keeps texts for a time. Never throws: a store that is down has nothing. */
export interface Store {
  get(key: string): Promise<string | undefined>;
  set(key: string, text: string, seconds: number): Promise<void>;
  /** False, and nothing is kept, when the key has a value. */
  add(key: string, text: string, seconds: number): Promise<boolean>;
  delete(key: string): Promise<void>;
}

/** Values are kept as JSON: a Date comes back as text. `undefined` and lives of no length are not kept. */
export function createCacheOver(store: Store, coherent: () => boolean, tell: (hit: boolean) => void = () => {}): Cache {
  // who asks while a value is being loaded waits for it, so that an expired key is loaded once and not by everybody
  const loading = new Map<string, Promise<unknown>>();

  async function get<T>(key: string): Promise<T | undefined> {
    const text = await store.get(key);
    tell(text !== undefined);
    return text === undefined ? undefined : (JSON.parse(text) as T);
  }

  async function set(key: string, value: unknown, seconds: number): Promise<void> {
    if (value === undefined || seconds <= 0) await store.delete(key);
    else await store.set(key, JSON.stringify(value), seconds);
  }

  async function loadAndKeep<T>(key: string, seconds: number, load: () => Promise<T>, kept: () => boolean): Promise<T> {
    const found = await get<T>(key);
    if (found !== undefined) return found;
    const value = await load();
    if (value === undefined) return value;
    // set or deleted meanwhile: what was loaded may be older
    if (kept()) await set(key, value, seconds);
    // the first caller gets what all others will get
    return JSON.parse(JSON.stringify(value)) as T;
  }

  return {
    get,
    coherent,
    async add(key, value, seconds) {
      if (value === undefined || seconds <= 0) return false;
      return store.add(key, JSON.stringify(value), seconds);
    },
    async set(key, value, seconds) {
      loading.delete(key);
      await set(key, value, seconds);
    },
    async delete(key) {
      loading.delete(key);
      await store.delete(key);
    },
    async remember<T>(key: string, seconds: number, load: () => Promise<T>): Promise<T> {
      const underWay = loading.get(key);
      if (underWay !== undefined) return underWay as Promise<T>;
      const ours = () => loading.get(key) === mine;
      const mine: Promise<T> = loadAndKeep(key, seconds, load, ours).finally(() => {
        if (ours()) loading.delete(key);
      });
      loading.set(key, mine);
      return mine;
    },
  };
}
