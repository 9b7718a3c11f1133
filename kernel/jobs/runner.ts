/**
 * Runs jobs by the clock. Every instance has every timer; an advisory lock and the row of the tick in job_runs make one of
 * them do the work. A tick missed because nothing was running is not made up for.
 */
import { setTimeout as pause } from "node:timers/promises";
import { Cron } from "croner";
import type { Logger } from "pino";
import { type Clock, systemClock } from "../clock.ts";
import type { Database } from "../db/database.ts";
import { BootError } from "../errors.ts";
import type { Job } from "../jobs.ts";
import { finish, interruptOthers, startTick } from "./runs.ts";

export type OwnedJob = { plugin: string } & Job;

export interface JobRunnerOptions {
  db: Database;
  log: Logger;
  jobs: readonly OwnedJob[];
  clock?: Clock;
  /** how long `stop` waits for jobs at work */
  stopMs?: number;
}

export interface JobRunner {
  start(): void;
  /** No new ticks; tells running jobs by their signal and waits some seconds for them. */
  stop(): Promise<void>;
  /** Runs a job now. Throws what the job throws, and when it is unknown or at work already, here or elsewhere. */
  runNow(plugin: string, name: string): Promise<void>;
  /** Runs a tick unless another instance does or did. Never throws: a fault of the job is logged and kept in its row. */
  runTick(plugin: string, name: string, tickAt: Date): Promise<"done" | "failed" | "elsewhere">;
}

type Outcome = { kind: "done" } | { kind: "failed"; error: unknown } | { kind: "elsewhere" };

/** @throws BootError: a cron expression that cannot be read, two jobs of one name */
export function createJobRunner(options: JobRunnerOptions): JobRunner {
  const { db, log, clock = systemClock, stopMs = 10_000 } = options;
  const jobs = new Map<string, { job: OwnedJob; cron: Cron }>();
  for (const job of options.jobs) {
    const id = idOf(job.plugin, job.name);
    if (jobs.has(id)) throw new BootError(`two jobs are called ${id}`, { cure: "give each its own name" });
    jobs.set(id, { job, cron: schedule(job, id) });
  }
  const leaving = new AbortController();
  const atWork = new Map<Promise<unknown>, string>();

  function schedule(job: OwnedJob, id: string): Cron {
    const options = { timezone: "UTC", paused: true, protect: true, unref: true };
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
      await finish(db, runId, String(error));
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

  return {
    start: () => {
      for (const { cron } of jobs.values()) cron.resume();
    },
    stop: async () => {
      for (const { cron } of jobs.values()) cron.stop();
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
