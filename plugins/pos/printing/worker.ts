/**
 * Sends what waits to the printers, each in its own order and at its own pace: a printer that hangs delays no other, and no sale.
 * Instances share the work; one at a time sends to a printer.
 */
import type { Logger } from "pino";
import type { Clock } from "../../../kernel/clock.ts";
import type { Database } from "../../../kernel/db/database.ts";
import { createLoop, type Loop } from "../../../kernel/events/loop.ts";
import { claimJob, duePrinters, type Outcome, settleJob } from "../queries/print-jobs.ts";
import { findPrinter } from "../queries/printers.ts";
import type { Printer, PrintJob } from "./domain.ts";
import { type Sent, send } from "./send.ts";

const CONNECT_MS = 3000;
const LINGER_MS = 150;
const POLL_MS = 1000;
/** beyond all the time a try may take, so that nobody else begins while we are at it */
const LEASE_SLACK_MS = 15_000;
/** about a quarter of an hour; then a person decides */
const MAX_TRIES = 20;

export interface Worker {
  start(): void;
  /** Breaks off what is being sent; it is sent again, marked, after the next start. */
  stop(): Promise<void>;
  /** Looks for work now. */
  wake(): void;
}

export interface WorkerParts {
  db: Database;
  clock: Clock;
  log: Logger;
  /** milliseconds that a printer has to take a job */
  sendMs: number;
  /** What a job looks like on that printer. */
  draw(job: PrintJob, printer: Printer): Promise<Uint8Array>;
}

export function createWorker({ db, clock, log, sendMs, draw }: WorkerParts): Worker {
  const loops = new Map<number, Loop>();
  const stopping = new AbortController();
  const leaseMs = CONNECT_MS + sendMs + LINGER_MS + LEASE_SLACK_MS;
  let timer: NodeJS.Timeout | undefined;
  let started = false;
  let looking: Promise<void> = Promise.resolve();

  async function step(printerId: number): Promise<boolean> {
    if (stopping.signal.aborted) return false;
    try {
      const now = clock.now();
      const until = new Date(now.getTime() + leaseMs);
      const job = await db.transaction((tx) => claimJob(tx, printerId, now, until));
      const printer = job && (await findPrinter(db.primary, printerId));
      if (!job || !printer) return false;
      const sent = await deliver(job, printer);
      await db.transaction((tx) => settleJob(tx, job, outcomeOf(job, sent, clock.now())));
      if (sent.reached !== "whole")
        log.warn({ job: job.id, printer: printerId, tries: job.tries, why: sent.error }, "not printed");
      return sent.reached === "whole" || job.tries >= MAX_TRIES;
    } catch (error) {
      if (!stopping.signal.aborted) log.error({ err: error, printer: printerId }, "printing has to wait");
      return false;
    }
  }

  async function deliver(job: PrintJob, printer: Printer): Promise<Sent> {
    let bytes: Uint8Array;
    try {
      bytes = await draw(job, printer);
    } catch (error) {
      return { reached: "none", error: error instanceof Error ? error.message : String(error) };
    }
    return send(printer, bytes, { connectMs: CONNECT_MS, sendMs, lingerMs: LINGER_MS }, stopping.signal);
  }

  async function look(): Promise<void> {
    if (stopping.signal.aborted) return;
    try {
      for (const id of await duePrinters(db.primary, clock.now())) {
        if (!loops.has(id))
          loops.set(
            id,
            createLoop(() => step(id)),
          );
        void loops.get(id)?.run();
      }
    } catch (error) {
      if (!stopping.signal.aborted) log.error({ err: error }, "the print queue cannot be read for now");
    }
  }

  function wake(): void {
    if (!started || stopping.signal.aborted) return;
    looking = looking.then(look);
  }

  return {
    wake,
    start() {
      started = true;
      timer = setInterval(wake, POLL_MS).unref();
      wake();
    },
    async stop() {
      stopping.abort();
      clearInterval(timer);
      await looking;
      await Promise.all([...loops.values()].map((loop) => loop.idle()));
    },
  };
}

function outcomeOf(job: PrintJob, sent: Sent, now: Date): Outcome {
  if (sent.reached === "whole")
    return { state: "done", repeated: job.repeated, nextTryAt: now, error: undefined, doneAt: now };
  const seconds = Math.min(2 ** Math.min(job.tries, 6), 60);
  return {
    state: job.tries >= MAX_TRIES ? "failed" : "queued",
    repeated: job.repeated || sent.reached === "part",
    nextTryAt: new Date(now.getTime() + seconds * 1000),
    error: sent.error.slice(0, 200),
    doneAt: undefined,
  };
}
