/** The log of searches: written in the background, a few seconds' worth at a time; what a crash takes is no loss. */
import type { Logger } from "pino";
import type { Clock } from "../../kernel/clock.ts";
import type { Database } from "../../kernel/db/database.ts";
import { fold } from "../../kernel/text.ts";
import { insertSearches, type Searched } from "./queries/log.ts";

const FLUSH_MS = 2000;
const MOST_WAITING = 2000;
const LONGEST = 200;

export type Journal = ReturnType<typeof createJournal>;

export function createJournal({ db, clock, log }: { db: Database; clock: Clock; log: Logger }) {
  let waiting: Searched[] = [];
  let timer: NodeJS.Timeout | undefined;

  async function flush(): Promise<void> {
    const batch = waiting;
    if (batch.length === 0) return;
    waiting = [];
    await insertSearches(db.primary, batch).catch((err: unknown) => log.warn({ err }, "searches are not in the log"));
  }

  return {
    flush,
    note(searched: Omit<Searched, "folded" | "now">): void {
      if (waiting.length >= MOST_WAITING) return;
      const query = searched.query.slice(0, LONGEST);
      waiting.push({ ...searched, query, folded: fold(query), now: clock.now() });
    },
    start(): void {
      timer = setInterval(() => void flush(), FLUSH_MS).unref();
    },
    async stop(): Promise<void> {
      clearInterval(timer);
      await flush();
    },
  };
}
