/** Fits: one at a time in the whole system, in a thread, with the progress in a row that everybody can read. */
import { performance } from "node:perf_hooks";
import type { Logger } from "pino";
import type { Database } from "../../../kernel/db/database.ts";
import type { Inventory } from "../../inventory/api.ts";
import * as queries from "../queries/models.ts";
import { PARAMETERS } from "./collection.ts";
import type { Described } from "./document.ts";
import { saveFit } from "./store.ts";
import type { fitInThread } from "./thread.ts";

const BATCH = 500;
/** the thread's share of the work; the rest is writing it down */
const FITTING = 0.8;
const TELL_MS = 1000;
/** who says nothing for so long was killed */
const SILENT_SECONDS = 30;

export type Outcome = "ready" | "empty" | "failed";
export type Fits = ReturnType<typeof createFits>;

export function createFits(parts: {
  db: Database;
  log: Logger;
  inventory: Pick<Inventory, "textsAfter">;
  thread: typeof fitInThread;
  /** products, for the progress */
  expected(): number;
}) {
  const { db, log, inventory, thread, expected } = parts;
  const leaving = new AbortController();
  let current: { id: number; abort: AbortController; done: Promise<Outcome> } | undefined;

  async function* catalogue(): AsyncGenerator<Described[]> {
    let after = 0;
    for (;;) {
      const batch = await inventory.textsAfter(after, BATCH);
      yield batch
        .filter(({ active }) => active)
        .map(({ id, name, category, description }) => ({ id, name, category, description }));
      after = batch.at(-1)?.id ?? after;
      if (batch.length < BATCH) return;
    }
  }

  async function run(id: number, abort: AbortController): Promise<Outcome> {
    const started = performance.now();
    let progress = 0;
    let products = 0;
    const timer = setInterval(() => {
      queries.tellProgress(db.primary, id, progress).then(
        (mine) => {
          if (!mine) abort.abort(new Error("the fit was given up: nothing was heard of it"));
        },
        (error: unknown) => log.warn({ err: error, model: id }, "the progress of a fit was not written"),
      );
    }, TELL_MS);
    const counted = async function* () {
      for await (const batch of catalogue()) {
        products += batch.length;
        yield batch;
      }
    };
    try {
      const fit = await thread({
        batches: counted(),
        expected: expected(),
        parameters: PARAMETERS,
        onProgress: (share) => {
          progress = FITTING * share;
        },
        signal: abort.signal,
      });
      if ("empty" in fit) {
        await queries.endModel(db.primary, id, "empty", fit.empty, products);
        return "empty";
      }
      const milliseconds = () => Math.round(performance.now() - started);
      const kept = await saveFit(db, id, fit, milliseconds, (share) => {
        abort.signal.throwIfAborted();
        progress = FITTING + (1 - FITTING) * share;
      });
      if (!kept) throw new Error("the fit was given up: nothing was heard of it");
      await queries.forgetModels(db.primary, id);
      log.info({ model: id, products, ms: milliseconds() }, "a search model was fitted");
      return "ready";
    } catch (error) {
      const stopped = leaving.signal.aborted || abort.signal.aborted;
      if (stopped) log.info({ model: id }, "a fit of the search model was stopped");
      else log.error({ err: error, model: id }, "a search model was not fitted; the one before goes on");
      await queries
        .endModel(db.primary, id, "failed", stopped ? "stopped" : "failed", products)
        .catch((err: unknown) => log.warn({ err, model: id }, "the end of a fit was not written"));
      return "failed";
    } finally {
      clearInterval(timer);
    }
  }

  return {
    running: (): boolean => current !== undefined,

    /** Begins one, unless one is under way here or elsewhere: then that one's id, and `done` only when it is here. */
    async begin(): Promise<{ id: number; done?: Promise<Outcome> }> {
      for (;;) {
        if (current) return { id: current.id, done: current.done };
        leaving.signal.throwIfAborted();
        const id = await db.transaction((tx) => queries.beginModel(tx, PARAMETERS, SILENT_SECONDS));
        if (id !== undefined) {
          const abort = new AbortController();
          if (leaving.signal.aborted) abort.abort();
          const done = run(id, abort).finally(() => {
            current = undefined;
          });
          current = { id, abort, done };
          return { id, done };
        }
        const other = await queries.fittingModel(db.primary);
        if (other !== undefined) return { id: other };
      }
    },

    abort(): void {
      current?.abort.abort(new Error("stopped"));
    },

    /** Stops what runs, at once. */
    async stop(): Promise<void> {
      leaving.abort(new Error("stopped"));
      current?.abort.abort(new Error("stopped"));
      await current?.done;
    },
  };
}
