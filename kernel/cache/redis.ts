/** The cache that several instances share. When Redis is away each goes on with its own memory, and comes back by itself. */
import type { Cluster, Redis } from "ioredis";
import type { Logger } from "pino";
import { BootError } from "../errors.ts";
import { createPatience, type Patience, Spent } from "./patience.ts";
import type { Store } from "./remember.ts";

/** Redis for whoever needs more of it than the cache gives. */
export interface SharedRedis {
  /**
   * What `fromRedis` answers while Redis is up; `fromMemory` when it is down, fails, or takes longer than a request may wait.
   * Then nobody asks again until a probe was answered.
   */
  ask<T>(fromRedis: (client: Redis | Cluster) => Promise<T>, fromMemory: () => Promise<T>): Promise<T>;
}

export interface RedisStore extends Store, SharedRedis {
  up(): boolean;
  /** What `work` waits for Redis is bounded as a whole (patience.ts). */
  bounded<T>(work: () => Promise<T>): Promise<T>;
  close(): void;
}

export interface RedisPlace {
  /** redis://... or rediss://... */
  url?: string | undefined;
  /** `host:port,host:port`: a Redis Cluster; wins over the URL */
  clusterNodes?: string | undefined;
}

const PREFIX = "pos:";
const PROBE_MS = 1000;
/** keys to be cleaned after an outage; what is beyond only lives until its time is over */
const MAX_STALE = 10_000;

// nobody waits for a connection; who waits for an answer, and how long, is patience.ts. The client forgets a command later,
// by a plain timer that would also fire when it was this process that was busy
const QUICK = {
  maxRetriesPerRequest: 1,
  enableOfflineQueue: false,
  connectTimeout: 500,
  commandTimeout: 1000,
  keyPrefix: PREFIX,
};
const slowly = (times: number): number => Math.min(times * 100, 2000);

/** Loads the client, which is large: a till without Redis never does. */
export async function connectRedis({ url, clusterNodes }: RedisPlace): Promise<Redis | Cluster> {
  const { Cluster, Redis } = await import("ioredis");
  if (clusterNodes !== undefined) {
    const { enableOfflineQueue, keyPrefix, ...redisOptions } = QUICK;
    return new Cluster(readNodes(clusterNodes), {
      enableOfflineQueue,
      keyPrefix,
      redisOptions,
      maxRedirections: 3,
      retryDelayOnFailover: 50,
      retryDelayOnClusterDown: 50,
      clusterRetryStrategy: slowly,
      clusterNodeRetryStrategy: slowly,
    });
  }
  return new Redis(url ?? "", { ...QUICK, retryStrategy: slowly });
}

function readNodes(text: string): { host: string; port: number }[] {
  return text.split(",").map((node) => {
    const match = /^\s*\[?([^\s\]]+?)\]?:(\d{1,5})\s*$/.exec(node);
    if (match?.[1] === undefined) {
      throw new BootError(`REDIS_CLUSTER_NODES: "${node.trim()}" is not host:port`, {
        cure: "write REDIS_CLUSTER_NODES=10.0.0.1:6379,10.0.0.2:6379",
      });
    }
    return { host: match[1], port: Number(match[2]) };
  });
}

export interface RedisStoreOptions {
  client: Redis | Cluster;
  /** makes the memory that stands in for one outage */
  spare: () => Store;
  log: Logger;
  /** hears whether Redis serves, at each change */
  tell?: (up: boolean) => void;
  patience?: Patience;
}

export function createRedisStore(options: RedisStoreOptions): RedisStore {
  const { client, spare, log, tell = () => {}, patience = createPatience() } = options;
  let up = false;
  let told = false;
  let recovering = false;
  let memory = spare();
  // written while Redis was away: it still has what was true before, a session that was ended for instance
  const stale = new Set<string>();

  function lose(error: unknown): void {
    if (up) memory = spare();
    up = false;
    tell(false);
    if (told) return;
    told = true;
    log.warn({ reason: reasonOf(error) }, "Redis does not answer: each instance goes on with its own memory");
  }

  async function recover(): Promise<void> {
    if (up || recovering || client.status !== "ready") return;
    recovering = true;
    try {
      // whoever answers the probe too slowly would not answer requests in time either
      await patience.wait(() => client.ping());
      for (const key of stale) {
        await patience.wait(() => client.del(key));
        stale.delete(key);
      }
      up = true;
      tell(true);
      log.info(told ? "Redis answers again" : "Redis answers");
      told = false;
    } catch (error) {
      lose(error);
    } finally {
      recovering = false;
    }
  }

  client.on("ready", () => void recover());
  client.on("error", lose);
  client.on("close", () => lose("the connection was closed"));
  // a server that hangs keeps its connection: only asking shows that it is back
  const probe = setInterval(() => void recover(), PROBE_MS);
  probe.unref();

  /** Goes out although nobody waits for it: what ended must not go on elsewhere. */
  function send(command: Promise<unknown>, key: string): void {
    command.catch((error: unknown) => {
      if (stale.size < MAX_STALE) stale.add(key);
      lose(error);
    });
  }

  /** `spent`: what to do when the request may not wait any more although Redis is up. */
  async function ask<T>(
    fromRedis: () => Promise<T>,
    fromMemory: () => Promise<T>,
    spent: () => Promise<T>,
    writes?: string,
  ): Promise<T> {
    if (up) {
      try {
        return await patience.wait(fromRedis);
      } catch (error) {
        if (error instanceof Spent) return spent();
        lose(error);
      }
    }
    if (writes !== undefined && stale.size < MAX_STALE) stale.add(writes);
    return fromMemory();
  }

  return {
    up: () => up,
    bounded: (work) => patience.share(work),
    ask: (fromRedis, fromMemory) => ask(() => fromRedis(client), fromMemory, fromMemory),
    get: (key) =>
      ask(
        async () => (await client.get(key)) ?? undefined,
        () => memory.get(key),
        // not what this process remembers of the last outage
        async () => undefined,
      ),
    set: (key, text, seconds) =>
      ask(
        async () => void (await client.set(key, text, "PX", Math.ceil(seconds * 1000))),
        () => memory.set(key, text, seconds),
        async () => send(client.set(key, text, "PX", Math.ceil(seconds * 1000)), key),
        key,
      ),
    add: (key, text, seconds) =>
      ask(
        async () => (await client.set(key, text, "PX", Math.ceil(seconds * 1000), "NX")) === "OK",
        () => memory.add(key, text, seconds),
        async () => false,
        key,
      ),
    delete: (key) =>
      ask(
        async () => void (await client.del(key)),
        () => memory.delete(key),
        async () => send(client.del(key), key),
        key,
      ),
    close: () => {
      told = true;
      clearInterval(probe);
      client.disconnect();
    },
  };
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.message || String("code" in error ? error.code : error.name);
}
