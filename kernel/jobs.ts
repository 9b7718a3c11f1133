/** Work by the clock. */
import type { Logger } from "pino";

export interface Job {
  /** unique in the plugin */
  name: string;
  /** cron expression, UTC */
  cron: string;
  /** false: it finds out by itself what was missed. Others that run more seldom than hourly are made up for, see jobs/runner.ts */
  madeUp?: false;
  run(context: { log: Logger; signal: AbortSignal }): Promise<void>;
}
