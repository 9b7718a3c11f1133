/**
 * Events as rows, written by the transaction that caused them and delivered after its commit: each subscription has its own
 * loop, so that a slow one delays no other, and instances share the work. There is no order between deliveries.
 */
import { setTimeout as pause } from "node:timers/promises";
import type { Logger } from "pino";
import { type Clock, systemClock } from "../clock.ts";
import { afterCommit } from "../db/after-commit.ts";
import { beforeCommit } from "../db/before-commit.ts";
import type { Database, Tx } from "../db/database.ts";
import { createDeliveries, type Handler, type Happened } from "./deliveries.ts";
import type { Emit, Subscription } from "./event.ts";
import { createLoop } from "./loop.ts";

export interface OutboxOptions {
  db: Database;
  log: Logger;
  clock?: Clock;
  subscriptions: readonly ({ plugin: string } & Subscription)[];
  /** how often to look for retries and for the work of instances that died */
  pollMs?: number;
  /** a handler of many that was just told hears of what comes next all at once, after so long: a second hundred sales is some transactions */
  gatherMs?: number;
  /** how long `stop` waits for handlers at work */
  stopMs?: number;
}

export interface OutboxStats {
  /** deliveries of our subscriptions that are still to be made */
  pending: number;
  /** given up after the last attempt */
  dead: number;
  /** age of the oldest pending event; 0 when there is none */
  oldestSeconds: number;
}

export interface Outbox {
  /** Part of `tx`: no commit, no event. */
  emit: Emit;
  start(): void;
  /** Claims nothing more and waits some seconds for the handlers at work. */
  stop(): Promise<void>;
  /** Looks for due deliveries now. */
  wake(): void;
  stats(): Promise<OutboxStats>;
  /** For tests: resolves when nothing of ours is due, started or not. */
  drain(): Promise<void>;
  /** Removes what was delivered more than `days` ago; gives the number of events. What is dead stays for a person. */
  clean(days: number): Promise<number>;
}

export function createOutbox(options: OutboxOptions): Outbox {
  const { db, log, clock = systemClock, pollMs = 1000, gatherMs = 200, stopMs = 10_000 } = options;
  const handlers = options.subscriptions.map(
    ({ plugin, handler, ...rest }): Handler => ({ ...rest, name: `${plugin}/${handler}` }),
  );
  refuseTwins(handlers);
  const deliveries = createDeliveries({ db, log, clock });
  const names = handlers.map(({ name }) => name);
  const gatherers = new Map(
    handlers.flatMap((one) => (one.handleMany ? [[one.name, one.gatherMs ?? gatherMs] as const] : [])),
  );
  const unwritten = new WeakMap<Tx, Happened[]>();
  const lastRun = new Map<string, number>();
  const gathering = new Map<string, NodeJS.Timeout>();
  let started = false;
  let stopped = false;
  let timer: NodeJS.Timeout | undefined;
  let troubled = false;

  const loops = new Map(
    handlers.map((handler) => [
      handler.name,
      createLoop(async () => !stopped && (await untroubled(() => deliveries.deliver(handler), false))),
    ]),
  );

  /** The database may be away for a while: said once, tried again at the next poll. */
  async function untroubled<T>(work: () => Promise<T>, otherwise: T): Promise<T> {
    try {
      const result = await work();
      troubled = false;
      return result;
    } catch (error) {
      if (!troubled && !stopped) log.error({ err: error }, "events cannot be delivered for now");
      troubled = true;
      return otherwise;
    }
  }

  /** Together with what else happens in the transaction, where somebody sees to its end. */
  async function write(tx: Tx, happened: Happened[]): Promise<void> {
    const atEnd = async () => {
      unwritten.delete(tx);
      await deliveries.record(tx, happened, true);
    };
    if (beforeCommit(tx, atEnd)) unwritten.set(tx, happened);
    else await deliveries.record(tx, happened, false);
  }

  function nudge(due: Iterable<string>): void {
    if (!started || stopped) return;
    for (const name of due) if (!isGathering(name)) void loops.get(name)?.run();
  }

  function isGathering(name: string): boolean {
    const within = gatherers.get(name);
    if (within === undefined) return false;
    if (gathering.has(name)) return true;
    const left = (lastRun.get(name) ?? -within) + within - performance.now();
    if (left <= 0) {
      lastRun.set(name, performance.now());
      return false;
    }
    const timer = setTimeout(() => {
      gathering.delete(name);
      nudge([name]);
    }, left).unref();
    gathering.set(name, timer);
    return true;
  }

  async function poll(): Promise<void> {
    nudge(await untroubled(() => deliveries.due(names), []));
    if (!stopped) timer = setTimeout(() => void poll(), pollMs).unref();
  }

  return {
    emit: async (tx, { name: event }, payload) => {
      const subscribed = handlers.filter((handler) => handler.event === event).map(({ name }) => name);
      // as it is now, whatever becomes of it until the commit
      const happened = {
        event,
        payload: JSON.stringify(payload ?? null),
        occurredAt: clock.now(),
        handlers: subscribed,
      };
      const before = unwritten.get(tx);
      if (before) before.push(happened);
      else await write(tx, [happened]);
      afterCommit(tx, () => nudge(subscribed));
    },
    start: () => {
      if (started) return;
      started = true;
      if (handlers.length > 0) void poll();
    },
    stop: async () => {
      stopped = true;
      clearTimeout(timer);
      for (const gatherer of gathering.values()) clearTimeout(gatherer);
      const working = Promise.all([...loops.values()].map((loop) => loop.idle()));
      const late = await Promise.race([working.then(() => []), lateLoops()]);
      if (late.length > 0)
        log.warn({ handlers: late }, "event handlers are still at work: left behind, to be repeated");
    },
    wake: () => nudge(names),
    stats: () => deliveries.stats(names),
    drain: async () => {
      do await Promise.all([...loops.values()].map((loop) => loop.run()));
      while ((await deliveries.due(names)).length > 0 && !(await breath()));
    },
    clean: (days) => deliveries.clean(days, names),
  };

  async function lateLoops(): Promise<string[]> {
    await pause(stopMs, undefined, { ref: false });
    return [...loops].filter(([, loop]) => loop.running()).map(([name]) => name);
  }
}

/** Another instance may hold what is due: no reason to ask as fast as we can. */
async function breath(): Promise<false> {
  await pause(5);
  return false;
}

function refuseTwins(handlers: readonly Handler[]): void {
  const twin = handlers.find((one, index) => handlers.findIndex(({ name }) => name === one.name) !== index);
  if (twin) throw new Error(`two event handlers are called ${twin.name}`);
}
