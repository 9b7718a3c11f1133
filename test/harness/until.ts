/** Waits for something that announces itself in no other way. */
import { setTimeout as pause } from "node:timers/promises";

/** longer than any test's own time limit: a wait in vain that nobody hears of any more must not keep the process alive */
const PATIENCE_MS = 300_000;

export async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  const started = performance.now();
  while (!(await holds())) {
    if (performance.now() - started > PATIENCE_MS) throw new Error("it did not come");
    await pause(5);
  }
}

/** Does `work` again and again until what is waited for has come, or will not come any more. */
export async function meanwhile<T>(waited: Promise<T>, work: () => Promise<unknown>): Promise<T> {
  let isOver = false;
  const end = () => {
    isOver = true;
  };
  waited.then(end, end);
  while (!isOver) await work();
  return waited;
}
