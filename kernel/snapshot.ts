/** What is small and read by everybody: read whole, kept for some seconds, and read anew at once after a change of our own. */
import type { Clock } from "./clock.ts";

/** how long another instance's change may go unseen */
const FRESH_MS = 5000;

export interface Snapshot<T> {
  get(): Promise<T>;
  /** to be called when a change of our own has been committed */
  forget(): void;
}

export function createSnapshot<T>(load: () => Promise<T>, clock: Clock): Snapshot<T> {
  let current: { readAt: number; read: T } | undefined;
  let loading: Promise<T> | undefined;
  // a reading that began before our own change committed must not be kept
  let changes = 0;

  async function begin(born: number): Promise<T> {
    try {
      const readAt = clock.now().getTime();
      const read = await load();
      if (born === changes) current = { readAt, read };
      return read;
    } finally {
      if (born === changes) loading = undefined;
    }
  }

  return {
    async get() {
      // a clock that was ahead and was put right keeps nothing for longer
      if (current !== undefined && Math.abs(clock.now().getTime() - current.readAt) < FRESH_MS) return current.read;
      loading ??= begin(changes);
      return loading;
    },
    forget() {
      changes++;
      current = undefined;
      loading = undefined;
    },
  };
}
