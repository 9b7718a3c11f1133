/**
 * Runs jobs by the clock. Every instance has every timer; an advisory lock and the row of the tick in job_runs make one of
 * them do the work. The last tick of a job that runs more seldom than hourly is made up for when nothing was running, the database was away
 * or a power cut ended it: soon after the start, and each hour. One that failed waits for its next tick.
 */
import { setTimeout as pause } from "node:timers/promises";
import { Cron } from "croner";
import type { Logger } from "pino";
import { type Clock, systemClock } from "../clock.ts";
import type { Database } from "../db/database.ts";
import { BootError } from "../errors.ts";
import type { Job } from "../jobs.ts";
import { finish, INTERRUPTED, interruptOthers, isMissed, startTick } from "./runs.ts";

const HOUR_MS = 3_600_000;
const EACH_HOUR = "35 * * * *";

export type OwnedJob = { plugin: string } & Job;

export interface JobRunnerOptions {
  db: Database;
  log: Logger;
  jobs: readonly OwnedJob[];
  clock?: Clock;
  /** how long `stop` waits for jobs at work */
  stopMs?: number;
  /** from the start until what was missed is made up for: the shop opens first */
  settleMs?: number;
}

export interface JobRunner {
  start(): void;
  /** No new ticks; tells running jobs by their signal and waits some seconds for them. */
  stop(): Promise<void>;
  /** Runs a job now. Throws what the job throws, and when it is unknown or at work already, here or elsewhere. */
  runNow(plugin: string, name: string): Promise<void>;
  /** Runs a tick unless another instance does or did. Never throws: a fault of the job is logged and kept in its row. */
  runTick(plugin: string, name: string, tickAt: Date): Promise<"done" | "failed" | "elsewhere">;
  /** Runs what was missed, one job after the other. Never throws. */
  makeUp(): Promise<void>;
}

type Outcome = { kind: "done" } | { kind: "failed"; error: unknown } | { kind: "elsewhere" };

/** @throws BootError: a cron expression that cannot be read, two jobs of one name */
export function createJobRunner(options: JobRunnerOptions): JobRunner {
  const { db, log, clock = systemClock, stopMs = 10_000, settleMs = 60_000 } = options;
  const jobs = new Map<string, { job: OwnedJob; cron: Cron }>();
  for (const job of options.jobs) {
    const id = idOf(job.plugin, job.name);
    if (jobs.has(id)) throw new BootError(`two jobs are called ${id}`, { cure: "give each its own name" });
    jobs.set(id, { job, cron: schedule(job, id) });
  }
  const hourly = new Cron(EACH_HOUR, { utcOffset: 0, paused: true, protect: true, unref: true }, () => makeUp());
  const leaving = new AbortController();
  const atWork = new Map<Promise<unknown>, string>();

  function schedule(job: OwnedJob, id: string): Cron {
    // UTC: a time zone by its name would be made anew for each job
    const options = { utcOffset: 0, paused: true, protect: true, unref: true };
    try {
      return new Cron(job.cron, options, async (cron: Cron) => {
        const [tickAt] = cron.previousRuns(1, new Date(clock.now().getTime() + 1));
        if (tickAt !== undefined) await runTick(job.plugin, job.name, tickAt);
      });
    } catch (cause) {
      throw new BootError(`job ${id}: "${job.cron}" is not a cron expression: ${String(cause)}`, {
        cure: 'write five fields, in UTC: minute, hour, day, month, weekday, e.g. "0 2 * * *"',
        cause,
      });
    }
  }

  function run(id: string, tickAt: Date): Promise<Outcome> {
    const work = underLock(id, tickAt);
    atWork.set(work, id);
    const done = () => void atWork.delete(work);
    work.then(done, done);
    return work;
  }

  /** The lock lasts as long as its transaction, which stays idle: it keeps no rows and no snapshot from being cleaned. */
  async function underLock(id: string, tickAt: Date): Promise<Outcome> {
    let outcome: Outcome = { kind: "elsewhere" };
    const guarded = db.primary.transaction(async (guard) => {
      const { rows } = await guard.raw(
        `SELECT set_config('idle_in_transaction_session_timeout', '0', true),
           pg_try_advisory_xact_lock(hashtextextended(?, 0)) AS mine`,
        [`job ${id}`],
      );
      if (rows[0].mine) outcome = await work(id, tickAt);
    });
    await guarded.catch((error) => {
      if (outcome.kind === "elsewhere") throw error;
      log.warn({ err: error, job: id }, "the lock of a job was lost while it ran");
    });
    return outcome;
  }

  async function work(id: string, tickAt: Date): Promise<Outcome> {
    const { job } = jobs.get(id) as { job: OwnedJob };
    await interruptOthers(db, job);
    const runId = await startTick(db, job, tickAt);
    if (runId === undefined) return { kind: "elsewhere" };
    const jobLog = log.child({ job: id });
    try {
      await job.run({ log: jobLog, signal: leaving.signal });
    } catch (error) {
      jobLog.error({ err: error }, "a job failed");
      await finish(db, runId, leaving.signal.aborted ? INTERRUPTED : String(error));
      return { kind: "failed", error };
    }
    await finish(db, runId);
    return { kind: "done" };
  }

  async function runTick(plugin: string, name: string, tickAt: Date): Promise<"done" | "failed" | "elsewhere"> {
    const id = idOf(plugin, name);
    if (leaving.signal.aborted) return "elsewhere";
    try {
      return (await run(id, tickAt)).kind;
    } catch (error) {
      log.error({ err: error, job: id }, "a job could not be run");
      return "failed";
    }
  }

  async function makeUp(): Promise<void> {
    for (const { job, cron } of jobs.values()) {
      if (leaving.signal.aborted) return;
      const id = idOf(job.plugin, job.name);
      if (job.madeUp === false || [...atWork.values()].includes(id)) continue;
      const [last, before] = cron.previousRuns(2, new Date(clock.now().getTime() + 1));
      if (last === undefined || (before !== undefined && last.getTime() - before.getTime() <= HOUR_MS)) continue;
      const missed = await isMissed(db, job, last, clock.now()).catch((error) => {
        log.warn({ err: error, job: id }, "nobody knows whether a job was missed");
        return false;
      });
      if (missed) await runTick(job.plugin, job.name, last);
    }
  }

  return {
    makeUp,
    start: () => {
      for (const { cron } of jobs.values()) cron.resume();
      hourly.resume();
      pause(settleMs, undefined, { ref: false, signal: leaving.signal }).then(makeUp, () => {});
    },
    stop: async () => {
      for (const { cron } of jobs.values()) cron.stop();
      hourly.stop();
      leaving.abort();
      const rest = pause(stopMs, "late" as const, { ref: false });
      if ((await Promise.race([Promise.allSettled(atWork.keys()), rest])) !== "late") return;
      log.warn({ jobs: [...atWork.values()] }, "jobs are still at work and are left behind");
    },
    runNow: async (plugin, name) => {
      const id = idOf(plugin, name);
      if (!jobs.has(id)) throw new Error(`there is no job ${id}`);
      const outcome = await run(id, clock.now());
      if (outcome.kind === "failed") throw outcome.error;
      if (outcome.kind === "elsewhere") throw new Error(`job ${id} is at work already`);
    },
    runTick,
  };
}

function idOf(plugin: string, name: string): string {
  return `${plugin}/${name}`;
}
