/** What people looked for often, on several days, and found; in memory, made anew at times. */
import type { Logger } from "pino";
import type { Clock } from "../../kernel/clock.ts";
import type { Database } from "../../kernel/db/database.ts";
import { askedSince } from "./queries/asked.ts";

const DAY_MS = 86_400_000;
const DAYS = 90;
const HALF_LIFE_DAYS = 30;
/** fewer searches, or all on one day, may be one person's */
const LEAST_TIMES = 5;
const LEAST_DAYS = 2;
const KEPT = 1000;

export type Asked = ReturnType<typeof createAsked>;

export function createAsked({ db, clock, log }: { db: Database; clock: Clock; log: Logger }) {
  let queries: { folded: string; text: string; weight: number }[] = [];
  return {
    /** The most frequent first; `folded` as kernel/text.ts folds. */
    beginning: (folded: string) => queries.filter((one) => one.folded.startsWith(folded) && one.folded !== folded),
    async refresh(): Promise<void> {
      try {
        const now = clock.now();
        const since = new Date(now.getTime() - DAYS * DAY_MS);
        const least = { times: LEAST_TIMES, days: LEAST_DAYS };
        queries = await askedSince(db.replica, { since, now, halfLifeDays: HALF_LIFE_DAYS, least, limit: KEPT });
      } catch (error) {
        log.warn({ err: error }, "what people look for was not read");
      }
    },
  };
}
