/**
 * Rate limits by koa-ratelimit over counters of our own (windows.ts): it knows one window and asks Redis once for each, so
 * that three of them are three waits, count a request that another one refuses, and overwrite each other's headers.
 */
import { createHash } from "node:crypto";
import type { Context } from "koa";
import ratelimit from "koa-ratelimit";
import type { SharedRedis } from "../cache/redis.ts";
import type { Clock } from "../clock.ts";
import type { RateWindow } from "../config.ts";
import { kernelErrors } from "../errors.ts";
import type { Metrics } from "../metrics.ts";
import { countInRedis, createMemoryCount, type Verdict } from "./windows.ts";

/** anonymous: a visitor; user: a person who is signed in; login: tries to sign in to one account; codes: what a person types that is worth money; letters: what a person has sent by mail */
export type LimitKind = "anonymous" | "user" | "login" | "codes" | "letters";

export interface Limits {
  /** Counts one request of `who`; throws RATE_LIMITED with the seconds to wait. */
  count(context: Context, kind: LimitKind, who: string): Promise<void>;
}

export interface LimitsOptions {
  windows: Record<LimitKind, RateWindow[]>;
  shared: SharedRedis | undefined;
  clock: Clock;
  metrics: Metrics;
}

const TIGHTEST = "rateTightest";

export function createLimits({ windows, shared, clock, metrics }: LimitsOptions): Limits {
  const memory = createMemoryCount({ clock });
  const fallbacks = metrics.counter({
    name: "pos_rate_limit_fallback_total",
    help: "Requests that this instance counted alone because Redis was down",
  });

  async function judge(key: string, kind: LimitKind): Promise<Verdict> {
    if (!shared) return memory.count(key, windows[kind]);
    return shared.ask(
      (client) => countInRedis(client, key, windows[kind]),
      () => {
        fallbacks.inc();
        return memory.count(key, windows[kind]);
      },
    );
  }

  return {
    async count(context, kind, who) {
      const key = `${kind}:${hashOf(who)}`;
      let verdict: Verdict | undefined;
      const ask = async () => {
        verdict = await judge(key, kind);
        const { allowed, left, limit, seconds } = verdict;
        return [allowed ? left + 1 : 0, Math.ceil(clock.now().getTime() / 1000) + seconds, limit];
      };
      const limiter = ratelimit({
        driver: "redis",
        db: { ratelimiter: ask } as never,
        id: () => key,
        disableHeader: true,
      });
      let passed = false;
      await limiter(context as never, async () => {
        passed = true;
      });
      if (!verdict) throw new Error("the limiter did not ask");
      describe(context, verdict);
      if (passed) return;
      throw kernelErrors.RATE_LIMITED({ params: { seconds: verdict.seconds }, retryAfter: verdict.seconds });
    },
  };
}

/** The headers tell of the tightest window of all limits that a request met; Reset is in seconds from now. */
function describe(context: Context, verdict: Verdict): void {
  const before = context.state[TIGHTEST] as Verdict | undefined;
  if (before && verdict.allowed && before.left <= verdict.left) return;
  context.state[TIGHTEST] = verdict;
  context.set({
    "RateLimit-Limit": String(verdict.limit),
    "RateLimit-Remaining": String(verdict.left),
    "RateLimit-Reset": String(verdict.seconds),
  });
}

/** Counters name nobody: who reads Redis learns no address and no username. */
function hashOf(who: string): string {
  return createHash("sha256").update(who).digest("base64url").slice(0, 22);
}

/**
 * One account however its name is written: at least as coarse as the database's comparison of names, or each way of
 * writing it would have tries of its own.
 */
export function accountKey(username: string): string {
  // small letters first, then capitals: ẞ and ß, Σ, σ and ς become one; what that makes may have marks again
  return withoutMarks(withoutMarks(username).toLowerCase().toUpperCase());
}

function withoutMarks(text: string): string {
  return text.normalize("NFKD").replace(/\p{M}/gu, "").trim();
}
