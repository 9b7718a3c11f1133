/**
 * The log of searches, and what was chosen of what they found: written in the background, a few seconds' worth at a time; what a crash
 * takes is no loss. Who types on a page searches at each pause: what is typed on soon is one search, the last.
 */
import { randomUUID } from "node:crypto";
import type { Logger } from "pino";
import type { Clock } from "../../kernel/clock.ts";
import type { Database } from "../../kernel/db/database.ts";
import type { Shop } from "../../kernel/settings/shop.ts";
import { fold } from "../../kernel/text.ts";
import { beginWriting, type Chosen, insertSearches, markChosen, type Searched } from "./queries/log.ts";

const FLUSH_MS = 1000;
/** so long somebody may stop typing and go on */
const TYPING_MS = 2000;
const MOST_WAITING = 2000;
const LONGEST = 200;
/** another instance may write the search later than the choice is made */
const TRIES = 10;
/** by then every instance has written down what it held */
const WRITTEN_MS = 10_000;
/** what must be forgotten is tried until it is: a database may be away for long */
const LONGEST_WAIT_MS = 300_000;

export type Journal = ReturnType<typeof createJournal>;

type Choosing = { userId: number; productId: number } & ({ token: string } | { query: string; place: "till" });
type Noted = Omit<Searched, "folded" | "now" | "token">;

export function createJournal(parts: {
  db: Database;
  clock: Clock;
  log: Logger;
  clockMs: () => number;
  /** false: nothing is to be written down */
  isKept: () => Promise<boolean>;
}) {
  const { db, clock, log, clockMs, isKept } = parts;
  let waiting: (Searched & { at: number })[] = [];
  let choices: (Chosen & { tries: number })[] = [];
  let later: { due: number; tries: number; work: () => Promise<void> }[] = [];
  let timer: NodeJS.Timeout | undefined;
  let working = Promise.resolve();

  async function insert(batch: readonly (Searched & { at: number })[]): Promise<void> {
    await db.transaction(async (tx) => {
      const now = (await beginWriting(tx)).getTime();
      const nowMs = clockMs();
      await insertSearches(
        tx,
        batch.map((one) => ({ ...one, madeAt: new Date(now - (nowMs - one.at)) })),
      );
    });
  }

  async function workOff(all: boolean): Promise<void> {
    const due = later.filter((one) => all || one.due <= clockMs());
    later = later.filter((one) => !due.includes(one));
    for (const one of due)
      await one.work().catch((err: unknown) => {
        log.warn({ err }, "searches that are to be forgotten are still in the log");
        const tries = one.tries + 1;
        later.push({ ...one, tries, due: clockMs() + Math.min(WRITTEN_MS * tries, LONGEST_WAIT_MS) });
      });
  }

  async function write(all: boolean): Promise<void> {
    const settled = clockMs() - TYPING_MS;
    const batch = waiting.filter(({ place, at }) => all || place !== "page" || at <= settled);
    waiting = waiting.filter((one) => !batch.includes(one));
    if (batch.length > 0 && (await isKept())) await insert(batch);
    const asked = choices;
    choices = [];
    for (const choice of asked) {
      const done = await markChosen(db.primary, choice);
      if (!done && choice.tries < TRIES) choices.push({ ...choice, tries: choice.tries + 1 });
    }
  }

  /** One after another: a choice is marked on a search that was written before. */
  function flush(all = true): Promise<void> {
    working = working.then(() => write(all)).catch((err: unknown) => log.warn({ err }, "searches are not in the log"));
    return working;
  }

  function tick(all = false): Promise<void> {
    void flush(all);
    working = working.then(() => workOff(all));
    return working;
  }

  return {
    flush,

    /** Answers the search's token, by which a choice names it. What people look for who learn says nothing of the shop. */
    note(searched: Noted, { training }: Pick<Shop, "training"> = { training: false }): string {
      if (training) return randomUUID();
      const query = searched.query.slice(0, LONGEST);
      const folded = fold(query);
      const at = clockMs();
      const typing = waiting.findLast(
        (one) =>
          searched.place === "page" &&
          one.place === "page" &&
          one.userId === searched.userId &&
          at - one.at < TYPING_MS &&
          (folded.startsWith(one.folded) || one.folded.startsWith(folded)),
      );
      if (typing) {
        Object.assign(typing, searched, { query, folded, at, now: clock.now() });
        return typing.token;
      }
      const token = randomUUID();
      if (waiting.length < MOST_WAITING) waiting.push({ ...searched, query, folded, token, at, now: clock.now() });
      return token;
    },

    /** Of a search by its token, or of the person's last one of these words. */
    chosen({ userId, productId, ...of }: Choosing): void {
      const search = "token" in of ? of : { place: of.place, folded: fold(of.query.slice(0, LONGEST)) };
      if (choices.length < MOST_WAITING) choices.push({ of: search, userId, productId, now: clock.now(), tries: 0 });
    },

    /** What waits and is to be forgotten is never written. */
    forget(
      isGone: (searched: { query: string; folded: string; results: number; userId: number | undefined }) => boolean,
    ): void {
      waiting = waiting.filter((one) => !isGone(one));
    },

    /** Does it once more when every instance has written down what it held, or when this one stops. */
    again(work: () => Promise<void>): void {
      later.push({ due: clockMs() + WRITTEN_MS, tries: 0, work });
    },

    /** What a second does: writes down what nobody goes on typing, does again what is due. */
    tick,
    start(): void {
      timer = setInterval(() => void tick(), FLUSH_MS).unref();
    },
    async stop(): Promise<void> {
      clearInterval(timer);
      await tick(true);
    },
  };
}
