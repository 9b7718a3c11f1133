/** What the log of searches says. */
import type { Clock } from "../../kernel/clock.ts";
import type { Database } from "../../kernel/db/database.ts";
import * as queries from "./queries/log.ts";

const DAY_MS = 86_400_000;
const DAYS = 30;
const SHOWN = 20;

export type Statistics = ReturnType<typeof createStatistics>;

export function createStatistics({ db, clock }: { db: Database; clock: Clock }) {
  return {
    history: (userId: number, limit: number) => queries.historyOf(db.primary, userId, limit),
    async lastDays() {
      const since = new Date(clock.now().getTime() - DAYS * DAY_MS);
      const [totals, without, found] = await Promise.all([
        queries.statistics(db.replica, since),
        queries.frequent(db.replica, since, { found: false, limit: SHOWN }),
        queries.frequent(db.replica, since, { found: true, limit: SHOWN }),
      ]);
      return { totals, without, found };
    },
    forget: (keepDays: number) =>
      queries.forgetSearches(db.primary, new Date(clock.now().getTime() - keepDays * DAY_MS)),
  };
}
