/** What the log of searches says, and how long it says it. */
import type { AuditEntry, Auditor } from "../../kernel/audit.ts";
import type { Clock } from "../../kernel/clock.ts";
import type { Database } from "../../kernel/db/database.ts";
import { clearForgotten, forgetSearches, forgetUser, historyOf, searchers } from "./queries/log.ts";
import { type Days, type Ranking, ranked, totalsOf } from "./queries/log-figures.ts";

export type { Days, Searching, Totals } from "./queries/log-figures.ts";

const DAY_MS = 86_400_000;

/** What people are called. */
type Names = (userIds: readonly number[]) => Promise<{ id: number; username: string; fullName: string }[]>;

export type Statistics = ReturnType<typeof createStatistics>;

/** Who does it, and from where. */
type Actor = Pick<AuditEntry, "user" | "address">;

export function createStatistics(parts: { db: Database; clock: Clock; audit: Auditor; names: Names }) {
  const { db, clock, audit, names } = parts;
  return {
    history: (userId: number, limit: number) => historyOf(db.primary, userId, limit),
    totals: (days: Days) => totalsOf(db.replica, days),
    /** At most `limit`, each query once. */
    ranked: (days: Days, ranking: Ranking, limit: number) => ranked(db.replica, days, ranking, limit),
    /** People whose searches are known, by name. */
    searchers: async () => names(await searchers(db.primary)),
    /** What a person searched for is nobody's from now on. */
    forgetUser: (actor: Actor, userId: number): Promise<void> =>
      db.transaction(async (tx) => {
        const searches = await forgetUser(tx, userId);
        await audit(tx, { ...actor, action: "search.forgotten", subject: `user:${userId}`, after: { searches } });
      }),
    /** Takes away what only counts while somebody holds searches that are not written down. */
    tidy: () => clearForgotten(db.primary),
    forget: (keepDays: number) => forgetSearches(db.primary, new Date(clock.now().getTime() - keepDays * DAY_MS)),
  };
}
