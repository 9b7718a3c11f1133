/** Fits a catalogue in a thread of its own. */
import type { Worker } from "node:worker_threads";
import { startThread } from "../../../kernel/thread.ts";
import type { Fit, FitParameters, NoFit } from "./collection.ts";
import type { Described } from "./document.ts";
import type { Ask, Tell } from "./worker.ts";

/** reading the catalogue is so much of the work */
const READING = 0.2;

export interface FitOrder {
  /** the catalogue in batches, and how many products there are, as far as is known */
  batches: AsyncIterable<Described[]>;
  expected: number;
  parameters: FitParameters;
  onProgress(share: number): void;
  /** stops the thread at once */
  signal: AbortSignal;
  /** told when there is one: for a test that kills it */
  onWorker?: (worker: Worker) => void;
}

/** Throws what goes wrong in the thread, when it dies, and the reason of an abort. */
export async function fitInThread(order: FitOrder): Promise<Fit | NoFit> {
  const { batches, expected, parameters, onProgress, signal } = order;
  signal.throwIfAborted();
  const worker = startThread("./worker", import.meta.url, {});
  order.onWorker?.(worker);
  let waiting: { until: Tell["kind"]; resolve(told: Tell): void; reject(fault: unknown): void } | undefined;
  let fault: { error: unknown } | undefined;
  const end = (error: unknown) => {
    fault ??= { error };
    waiting?.reject(fault.error);
  };
  const abort = () => end(signal.reason);
  signal.addEventListener("abort", abort);
  worker.on("error", end);
  worker.on("exit", (code) => end(new Error(`the thread of the model ended with ${code}`)));
  worker.on("message", (told: Tell) => {
    if (told.kind === "progress") onProgress(READING + (1 - READING) * told.share);
    if (told.kind === waiting?.until) waiting.resolve(told);
  });
  const tell = (ask: Ask, until: Tell["kind"]): Promise<Tell> =>
    new Promise((resolve, reject) => {
      if (fault) return reject(fault.error);
      waiting = { until, resolve, reject };
      worker.postMessage(ask);
    });
  try {
    let read = 0;
    for await (const texts of batches) {
      await tell({ kind: "texts", texts }, "taken");
      read += texts.length;
      onProgress(READING * Math.min(1, read / Math.max(1, expected)));
    }
    const told = await tell({ kind: "fit", parameters }, "fit");
    if (told.kind !== "fit") throw new Error("the thread of the model told something else");
    return told.fit;
  } finally {
    signal.removeEventListener("abort", abort);
    await worker.terminate();
  }
}
