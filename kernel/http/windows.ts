/**
 * Counters of rate limits: all windows of a limit are judged and counted in one step, in Redis or in this process. Who is
 * refused is counted in none of them: a program that keeps asking in vain does not use up the day. A window opens with its
 * first request and is over after its length, so that a counter is one number, however many addresses an attack comes from.
 */
import type { Cluster, Redis } from "ioredis";
import type { Clock } from "../clock.ts";
import type { RateWindow } from "../config.ts";

export interface Verdict {
  allowed: boolean;
  /** of the tightest window, or of the one that refuses for longest */
  limit: number;
  left: number;
  /** until that window is over */
  seconds: number;
}

export type Count = (key: string, windows: readonly RateWindow[]) => Promise<Verdict>;

// Redis runs a script alone, by its own clock: instances with different clocks, and many at once, count exactly
const SCRIPT = `
local verdict = nil
for i = 1, #KEYS do
  local max = tonumber(ARGV[2 * i - 1])
  if tonumber(redis.call('GET', KEYS[i]) or '0') >= max then
    local left = redis.call('PTTL', KEYS[i])
    if verdict == nil or left > verdict[4] then verdict = {0, max, 0, left} end
  end
end
if verdict then return verdict end
for i = 1, #KEYS do
  local max = tonumber(ARGV[2 * i - 1])
  local count = redis.call('INCR', KEYS[i])
  if count == 1 then redis.call('PEXPIRE', KEYS[i], ARGV[2 * i]) end
  if verdict == nil or max - count < verdict[3] then verdict = {1, max, max - count, redis.call('PTTL', KEYS[i])} end
end
return verdict`;

type Answer = [allowed: number, limit: number, left: number, milliseconds: number];
type Scripted = { countWindows(keys: number, ...args: (string | number)[]): Promise<Answer> };

export function countInRedis(client: Redis | Cluster, key: string, windows: readonly RateWindow[]): Promise<Verdict> {
  if (!("countWindows" in client)) client.defineCommand("countWindows", { lua: SCRIPT });
  // the braces keep the windows of one key on one node of a cluster
  const keys = windows.map(({ seconds }) => `rate:{${key}}:${seconds}`);
  const limits = windows.flatMap(({ max, seconds }) => [max, seconds * 1000]);
  return (client as unknown as Scripted).countWindows(keys.length, ...keys, ...limits).then(toVerdict);
}

function toVerdict([allowed, limit, left, milliseconds]: Answer): Verdict {
  return { allowed: allowed === 1, limit, left, seconds: Math.max(1, Math.ceil(milliseconds / 1000)) };
}

interface Counter {
  max: number;
  count: number;
  opened: number;
  over: number;
}

export interface MemoryCount {
  count: Count;
  /** windows that are kept */
  size(): number;
}

const SWEEP_MS = 60_000;

/** A clock that was ahead and was put right must not keep anybody out until it comes there again. */
const isOpen = ({ opened, over }: Counter, now: number) => opened <= now && now < over;

/**
 * Counts in this process, at most `capacity` windows: beyond it the one opened longest ago is forgotten, so that an attack
 * from very many addresses costs bounded memory (about 20 MB).
 */
export function createMemoryCount({ clock, capacity = 100_000 }: { clock: Clock; capacity?: number }): MemoryCount {
  // a Map keeps the order of insertion: the first is the one opened longest ago
  const counters = new Map<string, Counter>();
  let sweepAt = 0;

  function sweep(now: number): void {
    if (now < sweepAt && sweepAt - now <= SWEEP_MS) return;
    sweepAt = now + SWEEP_MS;
    for (const [key, known] of counters) if (!isOpen(known, now)) counters.delete(key);
  }

  function opened(key: string, { max, seconds }: RateWindow, now: number): Counter {
    const name = `${key}:${seconds}`;
    const known = counters.get(name);
    if (known && isOpen(known, now)) return known;
    counters.delete(name);
    const [oldest] = counters.keys();
    if (counters.size >= capacity && oldest !== undefined) counters.delete(oldest);
    const fresh = { max, count: 0, opened: now, over: now + seconds * 1000 };
    counters.set(name, fresh);
    return fresh;
  }

  return {
    size: () => counters.size,
    async count(key, windows) {
      const now = clock.now().getTime();
      sweep(now);
      const all = windows.map((window) => opened(key, window, now));
      const full = all.filter(({ max, count }) => count >= max);
      const verdict = ({ max, count, over }: Counter) =>
        toVerdict([full.length === 0 ? 1 : 0, max, Math.max(0, max - count), over - now]);
      if (full.length > 0) return verdict(full.reduce((one, other) => (other.over > one.over ? other : one)));
      for (const one of all) one.count += 1;
      return verdict(all.reduce((one, other) => (other.max - other.count < one.max - one.count ? other : one)));
    },
  };
}
