/** The steps of a start, each with a time limit, and the way back in reverse order. */
import { BootError } from "./errors.ts";

/** Runs a step; a step that neither ends nor fails within `seconds` is a BootError that names it. */
export async function withLimit<T>(name: string, seconds: number, work: () => Promise<T> | T): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      reject(
        new BootError(`${name} did not end within ${seconds} s`, {
          cure: "look at the lines before this one in the log",
        }),
      );
    }, seconds * 1000);
  });
  try {
    return await Promise.race([Promise.resolve().then(work), limit]);
  } finally {
    clearTimeout(timer);
  }
}

export interface Unwinder {
  /** What undoes a step that has succeeded. */
  push(name: string, undo: () => Promise<void> | void): void;
  /** Undoes everything in reverse order, once; a step that fails or hangs does not keep the others. */
  unwind(onError: (name: string, error: unknown) => void): Promise<void>;
}

export function createUnwinder(secondsEach = 15): Unwinder {
  const steps: { name: string; undo: () => Promise<void> | void }[] = [];
  let running: Promise<void> | undefined;
  const run = async (onError: (name: string, error: unknown) => void): Promise<void> => {
    for (let step = steps.pop(); step; step = steps.pop()) {
      const { name, undo } = step;
      await withLimit(`stopping ${name}`, secondsEach, undo).catch((error) => onError(name, error));
    }
  };
  return {
    push: (name, undo) => void steps.push({ name, undo }),
    unwind: (onError) => {
      running ??= run(onError);
      return running;
    },
  };
}
