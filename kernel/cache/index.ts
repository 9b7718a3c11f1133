/** Opens the cache: in Redis when it is configured, else in this process. */
import type { Cluster, Redis } from "ioredis";
import type { Logger } from "pino";
import { type Clock, systemClock } from "../clock.ts";
import type { Cache } from "./cache.ts";
import { createMemoryStore } from "./memory.ts";
import { connectRedis, createRedisStore } from "./redis.ts";
import { createCacheOver } from "./remember.ts";

export interface OpenCache extends Cache {
  /** where values are kept now */
  state(): "memory" | "redis" | "redis-down";
  /** the client itself, for counters that need more than a cache; keys get the prefix `pos:` */
  readonly redis: Redis | Cluster | undefined;
  close(): Promise<void>;
}

export interface CacheOptions {
  redisUrl?: string | undefined;
  /** `host:port,host:port`; wins over the URL */
  clusterNodes?: string | undefined;
  log: Logger;
  clock?: Clock;
  /** no other instance works on the same database */
  alone?: boolean;
}

/** Opens at once; values live in memory until Redis answers. @throws BootError for nodes that are not host:port */
export function createCache({
  redisUrl,
  clusterNodes,
  log,
  clock = systemClock,
  alone = false,
}: CacheOptions): OpenCache {
  const spare = () => createMemoryStore({ clock });
  if (redisUrl === undefined && clusterNodes === undefined) {
    return { ...createCacheOver(spare(), () => alone), state: () => "memory", redis: undefined, close: async () => {} };
  }
  const store = createRedisStore({ client: connectRedis({ url: redisUrl, clusterNodes }), spare, log });
  return {
    ...createCacheOver(store, () => alone || store.up()),
    state: () => (store.up() ? "redis" : "redis-down"),
    redis: store.client,
    close: async () => store.close(),
  };
}
