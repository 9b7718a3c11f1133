/** What the log of searches says, and how long it says it. */
import type { Clock } from "../../kernel/clock.ts";
import type { Database } from "../../kernel/db/database.ts";
import { forgetSearches, forgetUser, historyOf, searchers } from "./queries/log.ts";
import { type Days, type Ranking, ranked, totalsOf } from "./queries/log-figures.ts";

export type { Days, Searching, Totals } from "./queries/log-figures.ts";

const DAY_MS = 86_400_000;

/** What people are called. */
type Names = (userIds: readonly number[]) => Promise<{ id: number; username: string; fullName: string }[]>;

export type Statistics = ReturnType<typeof createStatistics>;

export function createStatistics({ db, clock, names }: { db: Database; clock: Clock; names: Names }) {
  return {
    history: (userId: number, limit: number) => historyOf(db.primary, userId, limit),
    totals: (days: Days) => totalsOf(db.replica, days),
    /** At most `limit`, each query once. */
    ranked: (days: Days, ranking: Ranking, limit: number) => ranked(db.replica, days, ranking, limit),
    /** People whose searches are known, by name. */
    searchers: async () => names(await searchers(db.primary)),
    /** What a person searched for is nobody's from now on. */
    forgetUser: (userId: number) => forgetUser(db.primary, userId),
    forget: (keepDays: number) => forgetSearches(db.primary, new Date(clock.now().getTime() - keepDays * DAY_MS)),
  };
}
