/** Opens the cache: in Redis when it is configured, else in this process. */
import type { Logger } from "pino";
import { type Clock, systemClock } from "../clock.ts";
import type { Metrics } from "../metrics.ts";
import type { Cache } from "./cache.ts";
import { createMemoryStore } from "./memory.ts";
import { createPatience } from "./patience.ts";
import { connectRedis, createRedisStore, type SharedRedis } from "./redis.ts";
import { createCacheOver } from "./remember.ts";

export interface OpenCache extends Cache {
  /** where values are kept now */
  state(): "memory" | "redis" | "redis-down";
  /** Asks Redis something, so that `state` is of now although no request has needed it for a while. */
  probe(): Promise<void>;
  /** Redis itself, for counters that need more than a cache; keys get the prefix `pos:` */
  readonly shared: SharedRedis | undefined;
  /** Runs a request: it waits for Redis at most 100 ms, all its commands together. */
  bounded<T>(work: () => Promise<T>): Promise<T>;
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
  metrics?: Metrics;
  /** how many times longer than usual Redis is waited for */
  patience?: number;
}

/** Values live in memory until Redis answers. @throws BootError for nodes that are not host:port */
export async function createCache({
  redisUrl,
  clusterNodes,
  log,
  clock = systemClock,
  alone = false,
  metrics,
  patience = 1,
}: CacheOptions): Promise<OpenCache> {
  const spare = () => createMemoryStore({ clock });
  const asked = metrics?.counter<"result">({
    name: "pos_cache_requests_total",
    help: "values that were looked for in the cache, and whether they were there",
    labels: ["result"],
  });
  for (const result of ["hit", "miss"]) asked?.inc({ result }, 0);
  const tell = (hit: boolean) => asked?.inc({ result: hit ? "hit" : "miss" });
  if (redisUrl === undefined && clusterNodes === undefined) {
    return {
      ...createCacheOver(spare(), () => alone, tell),
      state: () => "memory",
      probe: async () => {},
      shared: undefined,
      bounded: (work) => work(),
      close: async () => {},
    };
  }
  const client = await connectRedis({ url: redisUrl, clusterNodes });
  const probe = async () => void (await store.get("probe"));
  const gauge = metrics?.gauge({
    name: "pos_redis_up",
    help: "1 while Redis answers, 0 while memory stands in for it",
    otherwise: 0,
    collect: async () => {
      await probe();
      gauge?.set(store.up() ? 1 : 0);
    },
  });
  gauge?.set(0);
  const store = createRedisStore({
    client,
    spare,
    log,
    patience: createPatience({ times: patience }),
    tell: (up) => gauge?.set(up ? 1 : 0),
  });
  return {
    ...createCacheOver(store, () => alone || store.up(), tell),
    probe,
    state: () => (store.up() ? "redis" : "redis-down"),
    shared: store,
    bounded: store.bounded,
    close: async () => store.close(),
  };
}
