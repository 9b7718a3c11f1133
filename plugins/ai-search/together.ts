/** What is bought together in this shop: counted anew each night, and for products that were sold or came back within a minute. */
import type { Clock } from "../../kernel/clock.ts";
import type { Database, Tx } from "../../kernel/db/database.ts";
import { restAfter } from "../../kernel/jobs/rest.ts";
import type { Inventory } from "../inventory/api.ts";
import * as queries from "./queries/together.ts";

const DAY_MS = 86_400_000;
const DAYS = 365;
/** partners kept of each product */
const KEPT = 20;
const BATCH = 200;
/** of a minute, after which the job comes again, without its rests: what is left of it is the till's, however much is sold */
const MOST_MS = 6000;
const COUNTED = new Set(["sale", "return", "void"]);

export type Together = ReturnType<typeof createTogether>;

export function createTogether(parts: { db: Database; clock: Clock; inventory: Pick<Inventory, "boughtTogether"> }) {
  const { db, clock, inventory } = parts;
  const since = () => new Date(clock.now().getTime() - DAYS * DAY_MS);

  return {
    /** For events: their products are to be counted again. */
    async moved(tx: Tx, moves: readonly { productIds: number[]; document?: string }[]): Promise<void> {
      const counted = moves.filter(({ document }) => document !== undefined && COUNTED.has(document));
      const all = counted.flatMap(({ productIds }) => productIds);
      // what came back leaves behind what it was sold with
      const back = counted.filter(({ document }) => document !== "sale").flatMap(({ productIds }) => productIds);
      if (all.length > 0) await queries.markMoved(tx, all, back);
    },

    /**
     * For a job each minute: the products whose sales have changed by enough to say something else, those first that changed most; what does
     * not fit into its time is the next one's. Answers how many.
     */
    async catchUp(signal?: AbortSignal): Promise<number> {
      let count = 0;
      let tookMs = 0;
      while (!signal?.aborted) {
        const started = { at: clock.now().getTime(), ms: performance.now() };
        const ids = await queries.movedEnough(db.primary, BATCH);
        if (ids.length === 0) break;
        const before = await queries.movesOf(db.primary, ids);
        const pairs = await inventory.boughtTogether(since(), KEPT, ids);
        await db.transaction((tx) => queries.replaceSome(tx, ids, pairs, before));
        count += ids.length;
        tookMs += clock.now().getTime() - started.at;
        if (ids.length < BATCH || tookMs >= MOST_MS) break;
        await restAfter(performance.now() - started.ms, signal);
      }
      return count;
    },

    /** For a job: reads a year of sales. Answers the number of pairs. */
    async refresh(): Promise<number> {
      const before = await queries.movesOf(db.primary);
      const pairs = await inventory.boughtTogether(since(), KEPT);
      await db.transaction((tx) => queries.replaceTogether(tx, pairs, before));
      return pairs.length;
    },
  };
}
