/** Develops pictures, one after the other, each in a thread of its own: the shop goes on selling, and the memory is given back. */
import type { Worker } from "node:worker_threads";
import { startThread } from "../../../kernel/thread.ts";
import { errors } from "../errors.ts";
import type { Answer, Order } from "./developing.ts";
import type { Sent } from "./sent.ts";

export interface Developer {
  /** Throws PICTURE_BROKEN for what cannot be decoded, PICTURES_BUSY when too many wait or it takes too long. */
  develop(sent: Sent): Promise<NonNullable<Answer>>;
  /** Whoever waits is told PICTURES_BUSY. */
  stop(): Promise<void>;
}

const RETRY_SECONDS = 15;

/** `most` wait beside the one in work; a picture may take so many milliseconds. */
export function createDeveloper({ most = 30, milliseconds = 60_000 } = {}): Developer {
  let line: Promise<unknown> = Promise.resolve();
  let inLine = 0;
  let stopped = false;
  let working: Worker | undefined;

  async function next(sent: Sent): Promise<NonNullable<Answer>> {
    if (stopped) throw busy();
    const worker = threadFor(sent);
    working = worker;
    const timer = setTimeout(() => void worker.terminate(), milliseconds);
    try {
      const { answer, ended } = await outcome(worker);
      if (ended) throw busy();
      if (answer === undefined) throw errors.PICTURE_BROKEN();
      return answer;
    } finally {
      clearTimeout(timer);
      working = undefined;
    }
  }

  return {
    async develop(sent) {
      if (stopped || inLine > most) throw busy();
      inLine += 1;
      const mine = line.then(() => next(sent));
      line = mine.catch(() => {});
      try {
        return await mine;
      } finally {
        inLine -= 1;
      }
    },
    async stop() {
      stopped = true;
      await working?.terminate();
      await line;
    },
  };
}

const busy = () => errors.PICTURES_BUSY({ retryAfter: RETRY_SECONDS });

function threadFor({ bytes, orientation }: Sent): Worker {
  const workerData: Order = { bytes: Uint8Array.from(bytes), orientation };
  return startThread("./developing", import.meta.url, {
    workerData,
    transferList: [workerData.bytes.buffer as ArrayBuffer],
  });
}

/** What the thread said before it was gone, and then it is gone: only then comes the next. `ended`: it was stopped. */
function outcome(worker: Worker): Promise<{ answer: Answer; ended: boolean }> {
  return new Promise((resolve, reject) => {
    let said: { answer: Answer } | undefined;
    worker.once("message", (answer: Answer) => {
      said = { answer };
    });
    worker.once("error", reject);
    worker.once("exit", () => resolve(said ? { ...said, ended: false } : { answer: undefined, ended: true }));
  });
}
