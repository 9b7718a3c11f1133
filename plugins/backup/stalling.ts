/** A server that stands still keeps its connections open and says nothing, for ever: somebody has to look at the clock. */
// not the global ones: Deno's are numbers
import { clearTimeout, setTimeout } from "node:timers";
import { setTimeout as pause } from "node:timers/promises";

/** Nothing came from the database for as long as anybody was ready to wait. */
export class Stalled extends Error {
  constructor(seconds: number) {
    super(`nothing came from the database for ${seconds} s`);
    this.name = "Stalled";
  }
}

export interface Watch {
  /** gives up when the database stands still, or when who asked does not want it any more */
  signal: AbortSignal;
  /** what to throw; undefined: it does not stand still */
  stalled(): Stalled | undefined;
  /** something came */
  alive(): void;
  end(): void;
  /** rejects some time after it was found standing, for what cannot be ended */
  past: Promise<never>;
}

/** what is ended by force has this long to notice */
const GRACE_MS = 5000;

export function watch(seconds: number, parent: AbortSignal): Watch {
  const own = new AbortController();
  let found: Stalled | undefined;
  let giveUp: (error: Error) => void = () => {};
  const past = new Promise<never>((_, reject) => {
    giveUp = reject;
  });
  past.catch(() => {});
  let grace: NodeJS.Timeout | undefined;
  const timer = setTimeout(() => {
    const error = new Stalled(seconds);
    found = error;
    grace = setTimeout(() => giveUp(error), GRACE_MS);
    own.abort(error);
  }, seconds * 1000);
  return {
    signal: AbortSignal.any([parent, own.signal]),
    stalled: () => found,
    alive: () => {
      if (found === undefined) timer.refresh();
    },
    end: () => {
      clearTimeout(timer);
      clearTimeout(grace);
    },
    past,
  };
}

/** The same pieces; each one is a sign of life. */
export async function* heard(source: AsyncIterable<Uint8Array>, { alive }: Watch): AsyncGenerator<Uint8Array> {
  for await (const piece of source) {
    alive();
    yield piece;
    alive();
  }
}

export interface Patience {
  /** whether the server answers at all */
  pulse: () => Promise<unknown>;
  seconds: number;
  signal?: AbortSignal;
}

/** the server is asked this often, or four times in the seconds it has */
const PULSE_MS = 5000;

/**
 * Work in which one answer may take long: keys of a large table are made anew. It is given up when the server says nothing to
 * anybody any more. @throws Stalled
 */
export async function whileAnswering<T>(
  { pulse, seconds, signal = new AbortController().signal }: Patience,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const guard = watch(seconds, signal);
  const over = new AbortController();
  const feel = async () => {
    while (!over.signal.aborted) {
      await pulse().then(guard.alive, () => {});
      await pause(Math.min(seconds * 250, PULSE_MS), undefined, { signal: over.signal }).catch(() => {});
    }
  };
  void feel();
  try {
    return await Promise.race([work(guard.signal), guard.past]);
  } catch (error) {
    throw guard.stalled() ?? error;
  } finally {
    guard.end();
    over.abort();
  }
}

/** An answer that should be a matter of milliseconds. @throws Stalled */
export async function inTime<T>(asked: Promise<T>, ms: number): Promise<T> {
  const limit = new AbortController();
  const late = pause(ms, undefined, { signal: limit.signal }).then(() => {
    throw new Stalled(ms / 1000);
  });
  late.catch(() => {});
  asked.catch(() => {});
  try {
    return await Promise.race([asked, late]);
  } finally {
    limit.abort();
  }
}
