/**
 * How long anybody waits for Redis. A request has one allowance for all its commands together, so that many slow answers
 * cost it no more than one that never comes.
 */
import { AsyncLocalStorage } from "node:async_hooks";
import { whenLate } from "../late.ts";

/** One request, all commands together. */
export const REQUEST_MS = 100;
/** One command, also outside of requests. */
export const COMMAND_MS = 90;

interface Allowance {
  left: number;
  /** commands under way, and since when: those of one moment are waited for at once and count once */
  pending: number;
  since: number;
}

/** Nobody was asked: it says nothing about Redis, which may answer well while this process was busy. */
export class Spent extends Error {}

export interface Patience {
  /** What `work` waits for counts together. */
  share<T>(work: () => Promise<T>): Promise<T>;
  /** The answer; rejects when it takes longer than the caller may wait. Without anything left it does not even ask. */
  wait<T>(ask: () => Promise<T>): Promise<T>;
}

export interface PatienceOptions {
  /** milliseconds that never go back */
  now?(): number;
  /** how many times longer than usual */
  times?: number;
  /** calls `late` after so many milliseconds, unless it is called off by what it answers */
  after?(milliseconds: number, late: () => void): () => void;
}

export function createPatience(options: PatienceOptions = {}): Patience {
  const { now = () => performance.now(), after = whenLate, times = 1 } = options;
  const [commandMs, requestMs] = [COMMAND_MS * times, REQUEST_MS * times];
  const allowances = new AsyncLocalStorage<Allowance>();

  function mayWait(allowance: Allowance | undefined): number {
    if (!allowance) return commandMs;
    const spent = allowance.pending > 0 ? now() - allowance.since : 0;
    return Math.min(commandMs, allowance.left - spent);
  }

  function begin(allowance: Allowance): void {
    if (allowance.pending === 0) allowance.since = now();
    allowance.pending += 1;
  }

  function end(allowance: Allowance): void {
    allowance.pending -= 1;
    if (allowance.pending === 0) allowance.left -= now() - allowance.since;
  }

  return {
    share: (work) => allowances.run({ left: requestMs, pending: 0, since: 0 }, work),
    async wait(ask) {
      const allowance = allowances.getStore();
      const milliseconds = mayWait(allowance);
      if (milliseconds <= 0) throw new Spent("this request has waited long enough");
      if (allowance) begin(allowance);
      let callOff = () => {};
      const late = new Promise<never>((_, reject) => {
        callOff = after(milliseconds, () => reject(new Error(`no answer in ${Math.ceil(milliseconds)} ms`)));
      });
      try {
        return await Promise.race([ask(), late]);
      } finally {
        callOff();
        if (allowance) end(allowance);
      }
    },
  };
}
