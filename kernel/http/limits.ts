/**
 * Rate limits by koa-ratelimit: each window is one limiter, all count at once. Counters live in Redis when there is one,
 * and in this process while there is none or it is down.
 */
import type { Context, Middleware, Next } from "koa";
import ratelimit from "koa-ratelimit";
import type { Logger } from "pino";
import type { RateWindow } from "../config.ts";
import { kernelErrors } from "../errors.ts";

// biome-ignore lint/suspicious/noExplicitAny: koa-ratelimit's own type of its Redis
type RedisClient = any;
type MemoryCounters = Map<string, { reset: number }>;

export interface Limits {
  /** Counts one request of `who` (an address or a user); throws RATE_LIMITED with the seconds to wait. */
  count(context: Context, kind: "anonymous" | "user", who: string): Promise<void>;
  /** Forgets windows that are over; koa-ratelimit's memory driver never does. */
  sweep(now: Date): void;
}

interface LimiterPair {
  redis: Middleware | undefined;
  memory: Middleware;
}

export function createLimits(options: {
  windows: Record<"anonymous" | "user", RateWindow[]>;
  redis: RedisClient | undefined;
  log: Logger;
}): Limits {
  const counters: MemoryCounters = new Map();
  const build = (kind: string, window: RateWindow): LimiterPair => {
    const shared = {
      duration: window.seconds * 1000,
      max: window.max,
      id: (context: Context) => `${kind}:${window.seconds}:${context.state["rateId"]}`,
      headers: { remaining: "RateLimit-Remaining", reset: "RateLimit-Reset", total: "RateLimit-Limit" },
      throw: false,
    };
    return {
      redis: options.redis && ratelimit({ ...shared, driver: "redis", db: options.redis }),
      memory: ratelimit({ ...shared, driver: "memory", db: counters as never }),
    };
  };
  const pairs = {
    anonymous: options.windows.anonymous.map((window) => build("a", window)),
    user: options.windows.user.map((window) => build("u", window)),
  };
  let lastSweep = 0;
  const sweep = (now: Date): void => {
    lastSweep = now.getTime();
    // koa-ratelimit keeps `reset` in seconds
    for (const [key, entry] of counters) if (entry.reset * 1000 < now.getTime()) counters.delete(key);
  };
  return {
    sweep,
    async count(context, kind, who) {
      context.state["rateId"] = who;
      if (counters.size > 10_000 && Date.now() - lastSweep > 1000) sweep(new Date());
      for (const pair of pairs[kind]) {
        const allowed = await passes(context, pair, options.log);
        if (!allowed) {
          const seconds = Math.max(1, Number(context.response.get("Retry-After")) || 1);
          throw kernelErrors.RATE_LIMITED({ params: { seconds }, retryAfter: seconds });
        }
      }
    },
  };
}

async function passes(context: Context, pair: LimiterPair, log: Logger): Promise<boolean> {
  if (pair.redis) {
    try {
      return await run(pair.redis, context);
    } catch (error) {
      log.warn({ err: error }, "rate limits count in memory: Redis did not answer");
    }
  }
  return run(pair.memory, context);
}

async function run(limiter: Middleware, context: Context): Promise<boolean> {
  let passed = false;
  const next: Next = async () => {
    passed = true;
  };
  await limiter(context as never, next);
  if (!passed) {
    context.status = 404;
    context.body = null;
  }
  return passed;
}
