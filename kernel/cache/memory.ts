/** The cache of one process: bounded, forgetting what was used longest ago. */
import { type Clock, systemClock } from "../clock.ts";
import type { Store } from "./remember.ts";

interface Entry {
  /** as JSON: whoever changes what was read does not change the cache, and Redis answers alike */
  text: string;
  keptAt: number;
  expiresAt: number;
}

export interface MemoryOptions {
  clock?: Clock;
  /** characters of keys and values together, each entry counted as 100 more; default 32 Mi, at most about 64 MB */
  capacity?: number;
}

const OVERHEAD = 100;

export function createMemoryStore({ clock = systemClock, capacity = 32 * 1024 * 1024 }: MemoryOptions = {}): Store {
  // a Map keeps the order of insertion: the first is the one unused for longest
  const entries = new Map<string, Entry>();
  let size = 0;

  /** A clock that was ahead and was put right keeps nothing for longer. */
  function lives({ keptAt, expiresAt }: Entry): boolean {
    const now = clock.now().getTime();
    return keptAt <= now && now < expiresAt;
  }

  function drop(key: string): void {
    const entry = entries.get(key);
    if (entry === undefined) return;
    size -= weigh(key, entry.text);
    entries.delete(key);
  }

  function keep(key: string, text: string, seconds: number): void {
    drop(key);
    if (weigh(key, text) > capacity) return;
    const keptAt = clock.now().getTime();
    entries.set(key, { text, keptAt, expiresAt: keptAt + seconds * 1000 });
    size += weigh(key, text);
    for (const oldest of entries.keys()) {
      if (size <= capacity) break;
      drop(oldest);
    }
  }

  return {
    async get(key) {
      const entry = entries.get(key);
      if (entry === undefined) return undefined;
      if (!lives(entry)) {
        drop(key);
        return undefined;
      }
      entries.delete(key);
      entries.set(key, entry);
      return entry.text;
    },

    set: async (key, text, seconds) => keep(key, text, seconds),

    async add(key, text, seconds) {
      const entry = entries.get(key);
      if (entry !== undefined && lives(entry)) return false;
      keep(key, text, seconds);
      return true;
    },

    async delete(key) {
      drop(key);
    },
  };
}

function weigh(key: string, text: string): number {
  return key.length + text.length + OVERHEAD;
}
