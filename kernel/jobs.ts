/** Work by the clock. */
import type { Logger } from "pino";

export interface Job {
  /** unique in the plugin */
  name: string;
  /** cron expression, UTC */
  cron: string;
  /** false: it finds out by itself what was missed. Others that run more seldom than hourly are made up for, see jobs/runner.ts */
  madeUp?: false;
  /** What was cut off is run once more, and a lock that was lost lets a second run begin: it must bear both. */
  run(context: { log: Logger; signal: AbortSignal }): Promise<void>;
}
