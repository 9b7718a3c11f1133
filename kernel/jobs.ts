/** Work by the clock. */
import type { Logger } from "pino";

export interface Job {
  /** unique in the plugin */
  name: string;
  /** cron expression, UTC */
  cron: string;
  run(context: { log: Logger; signal: AbortSignal }): Promise<void>;
}
