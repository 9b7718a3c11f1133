/** Work in the background rests after each of its parts: a till at full load goes on beside it. */
import { setTimeout as pause } from "node:timers/promises";

/** in times of what the part took: a quarter of one processor at most is asked for */
const REST = 3;

/** `tookMs`: by the wall's clock. The signal ends the rest at once. */
export async function restAfter(tookMs: number, signal?: AbortSignal): Promise<void> {
  await pause(tookMs * REST, undefined, { ref: false, ...(signal && { signal }) }).catch(() => {});
}
