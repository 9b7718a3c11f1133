/** Waits for something that announces itself in no other way; the test's own time limit ends a wait in vain. */
import { setTimeout as pause } from "node:timers/promises";

export async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await holds())) await pause(5);
}
