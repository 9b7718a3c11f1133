/**
 * Counts sales, returns and voids into the sums, each once: by its event, and by a look at what no event told of (documents of before
 * the plugin, or of while it was away). Either way a document is claimed first, and who claims it adds it, in one transaction.
 */
import type { Logger } from "pino";
import type { Clock } from "../../kernel/clock.ts";
import type { Database, Tx } from "../../kernel/db/database.ts";
import { snapshot } from "../../kernel/db/snapshot.ts";
import { isDue } from "../../kernel/jobs/night.ts";
import { restAfter } from "../../kernel/jobs/rest.ts";
import type { Metrics } from "../../kernel/metrics.ts";
import type { Stores } from "../../kernel/stores/store.ts";
import type { Range } from "./domain.ts";
import { monthsOf } from "./period.ts";
import * as queries from "./queries/counting.ts";
import { COMPARISONS, saidOf, type WrongSum } from "./queries/invariants.ts";

/** documents of one step of catching up */
const BATCH = 1000;
/** steps after which the single marks of what is old go */
const STEPS_OF_MARKS = 20;
const MINUTE_MS = 60_000;
/** that are told of a month, and mended; the next look finds the others */
const MOST_WRONG = 1000;
/** single marks are kept so long; no transaction that posts a sale lasts until then */
const MARKS_MS = 2 * 24 * 60 * MINUTE_MS;

export interface CountingParts {
  db: Database;
  clock: Clock;
  log: Logger;
  stores: Pick<Stores, "shopsOf">;
  metrics: Pick<Metrics, "counter">;
}

export type Counting = ReturnType<typeof createCounting>;

export function createCounting({ db, clock, log, stores, metrics }: CountingParts) {
  const mended = metrics.counter({
    name: "pos_report_days_mended_total",
    help: "days, and months whose days were right, whose sums in the reports were wrong and were made anew",
  });

  async function count(tx: Tx, ids: readonly number[]): Promise<number> {
    const fresh = await queries.claim(tx, ids);
    if (fresh.length === 0) return 0;
    const shopOf = await stores.shopsOf(fresh);
    const zones = new Map(fresh.map((one) => [one.storeId, shopOf(one).timeZone]));
    await queries.add(
      tx,
      fresh.map(({ id }) => id),
      zones,
    );
    return fresh.length;
  }

  /** One step from `after` on; undefined: nothing is left, or another instance is at it. */
  async function step(after: number, until: Date): Promise<{ last: number; added: number } | undefined> {
    return db.transaction(async (tx) => {
      if (!(await queries.aloneAtIt(tx))) return undefined;
      const ids = await queries.uncountedAfter(tx, after, until, BATCH);
      const last = ids.at(-1);
      if (last === undefined) {
        await queries.caughtUp(tx, clock.now());
        return undefined;
      }
      return { last, added: await count(tx, ids) };
    });
  }

  // a month of a large shop takes its time
  const alone = (work: (tx: Tx) => Promise<void>) =>
    db.transaction(async (tx) => {
      await tx.raw("SET LOCAL statement_timeout = 0");
      await work(tx);
    });

  /** With its month, so that a report that reads both is right at every moment. */
  const recountDay = (day: string) =>
    alone(async (tx) => {
      await queries.recountDay(tx, day);
      await queries.recountMonth(tx, day);
    });

  /** Table by table, each of one moment of the books, as far as the signal lets it come. */
  const compared = async (range: Range, signal?: AbortSignal): Promise<WrongSum[]> => {
    const wrong: WrongSum[] = [];
    for (const compare of COMPARISONS) {
      const limit = MOST_WRONG - wrong.length;
      if (limit <= 0 || signal?.aborted) break;
      const started = performance.now();
      wrong.push(...(await snapshot(db, (tx) => compare(tx, { ...range, limit }), { gently: true })));
      await restAfter(performance.now() - started, signal);
    }
    return wrong;
  };

  const forgetMarks = () => db.transaction((tx) => queries.forgetMarks(tx, new Date(clock.now().getTime() - MARKS_MS)));

  return {
    /** For the events of documents; a second time does nothing. */
    documents: async (tx: Tx, ids: readonly number[]): Promise<void> => void (await count(tx, ids)),

    /** Counts what was left out, in steps, until nothing is left; `signal` ends it between two. Answers how many it counted. */
    async catchUp(signal?: AbortSignal): Promise<number> {
      const { countedTo, caughtUpAt } = await queries.progress(db.primary);
      // what was posted just now has its event
      const until = caughtUpAt === undefined ? clock.now() : new Date(clock.now().getTime() - MINUTE_MS);
      let added = 0;
      let steps = 0;
      let after = countedTo;
      while (!signal?.aborted) {
        const done = await step(after, until);
        if (done === undefined) break;
        after = done.last;
        added += done.added;
        steps += 1;
        if (steps % STEPS_OF_MARKS === 0) await forgetMarks();
      }
      if (added > 0) log.info({ documents: added }, "documents that no event told of are in the reports now");
      return added;
    },

    /** Of documents that are long counted one mark stays for all. */
    forgetMarks,

    /** Makes the sums of these days anew, both included, day by day: events wait for one day at most. Answers how many days there were. */
    async recount(from: string, to: string): Promise<number> {
      const days = await queries.daysOfSums(db.primary, from, to);
      for (const day of days) await recountDay(day);
      return days.length;
    },

    /**
     * Compares all sums with their documents, the newest month first, without holding anybody up; what differs is told as the broken invariant that
     * it is, and made anew. Answers how many days differed, and months whose days did not.
     */
    async compare(signal?: AbortSignal): Promise<number> {
      let differed = 0;
      for (const month of monthsOf(await queries.daysOfSums(db.primary, "-infinity", "infinity")).reverse()) {
        const wrong = await compared(month, signal);
        for (const one of wrong) log.error(`invariant broken: report_sums: ${saidOf(one)}; it is made anew`);
        if (wrong.length === 0) continue;
        const days = new Set(wrong.filter(({ of }) => of === "day").map(({ day }) => day));
        for (const day of days) await recountDay(day);
        if (days.size === 0) await alone((tx) => queries.recountMonth(tx, month.from));
        const mendedHere = Math.max(days.size, 1);
        differed += mendedHere;
        mended.inc(mendedHere);
      }
      if (signal?.aborted) return differed;
      await db.transaction((tx) => queries.noteCompared(tx, clock.now()));
      return differed;
    },

    /** Whether a night has gone by since all sums were compared. */
    async compareIsDue(): Promise<boolean> {
      const at = await queries.comparedAt(db.primary);
      return isDue(clock.now(), at === undefined ? [] : [at]);
    },

    /** While the past is being counted: how far it is. Undefined: everything is in. */
    async state(): Promise<{ done: number; of: number } | undefined> {
      const { caughtUpAt } = await queries.progress(db.primary);
      if (caughtUpAt !== undefined) return undefined;
      return queries.howFar(db.primary);
    },
  };
}
