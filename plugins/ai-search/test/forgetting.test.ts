/** What is forgotten is forgotten on every instance, also what one of them has yet to write down. */
import assert from "node:assert/strict";
import { after, before, describe, it } from "mocha";
import { pino } from "pino";
import { systemClock } from "../../../kernel/clock.ts";
import type { Tx } from "../../../kernel/db/database.ts";
import { type Identity, telltale } from "../../../kernel/forgetting.ts";
import { openShop, type Shop } from "../../../test/harness/shop.ts";
import { until } from "../../../test/harness/until.ts";
import { createJournal } from "../journal.ts";
import { searchRecords } from "../privacy.ts";
import { forgetUser } from "../queries/log.ts";
import { createStatistics } from "../statistics.ts";

const ANA = 7001;
const BEA = 7002;

describe("forgetting, with two instances", () => {
  let shop: Shop;
  before(async () => {
    shop = await openShop();
  });
  after(() => shop?.close());

  const open = () => {
    const time = { ms: 0 };
    const log = pino({ level: "silent" });
    const { db } = shop.kernel;
    const journal = createJournal({ db, clock: systemClock, log, clockMs: () => time.ms, isKept: async () => true });
    const note = (query: string, userId: number) =>
      journal.note({ query, place: "page", userId, results: 0, milliseconds: 1 });
    return { db, journal, time, note };
  };
  const known = async () =>
    (await shop.db.raw("SELECT query, user_id, token IS NULL AS nobodys FROM search_log ORDER BY id")).rows;
  const admin = { user: { id: 1, username: "admin" }, address: "127.0.0.1" };

  it("a search that another one holds is written down as nobody's; one after it, and another person's, is not", async () => {
    const [here, there] = [open(), open()];
    const { db } = here;
    const statistics = createStatistics({ db, clock: systemClock, audit: async () => {}, names: async () => [] });
    there.note("pan de yuca", ANA);
    there.note("vela", BEA);
    there.time.ms += 60_000;
    await statistics.forgetUser(admin, ANA);
    await there.journal.flush();
    // time of the database goes on by itself
    there.note("tijeras", ANA);
    await there.journal.flush();
    assert.deepEqual(await known(), [
      { query: "pan de yuca", user_id: null, nobodys: true },
      { query: "vela", user_id: BEA, nobodys: false },
      { query: "tijeras", user_id: ANA, nobodys: false },
    ]);
    await shop.db.raw("UPDATE search_forgotten SET at = now() - interval '2 hours'");
    await shop.kernel.jobs.runNow("ai-search", "forget-searches");
    assert.deepEqual((await shop.db.raw("SELECT user_id FROM search_forgotten")).rows, []);
  });

  it("who writes down waits for who is just having it forgotten", async () => {
    const there = open();
    there.note("arepas", ANA);
    there.time.ms += 60_000;
    let writing: Promise<void> | undefined;
    await shop.kernel.db.transaction(async (tx) => {
      await forgetUser(tx, ANA);
      writing = there.journal.flush();
      await until(async () => {
        const { rows } = await shop.db.raw(
          "SELECT count(*)::int AS n FROM pg_stat_activity WHERE datname = current_database() AND wait_event = 'advisory'",
        );
        return rows[0].n > 0;
      });
    });
    await writing;
    assert.deepEqual(
      (await known()).filter(({ query }: { query: string }) => query === "arepas"),
      [{ query: "arepas", user_id: null, nobodys: true }],
    );
  });

  it("a search for an erased customer that another one held is erased when that one has written it down", async () => {
    const [here, there] = [open(), open()];
    there.note("rosalba quinones", ANA);
    there.note("jabon rosa", BEA);
    const person: Identity = { names: ["Rosalba Quiñones"], mails: [], numbers: [], texts: [] };
    const told = telltale(person);
    const { forget } = searchRecords(here);
    await shop.kernel.db.transaction((tx) => forget(tx, [], told, person));
    const queries = async () => (await known()).map(({ query }: { query: string }) => query);
    for (const { time, journal } of [there, here]) {
      time.ms += 3000;
      await journal.tick();
    }
    assert.ok((await queries()).includes("rosalba quinones"), "it is early: others may still be typing");
    here.time.ms += 11_000;
    await here.journal.tick();
    assert.equal((await queries()).includes("rosalba quinones"), false);
    assert.ok((await queries()).includes("jabon rosa"));
    // who stops does not leave it undone
    there.note("rosalba quinones", ANA);
    await shop.kernel.db.transaction((tx) => forget(tx, [], told, person));
    await there.journal.flush();
    await here.journal.stop();
    assert.equal((await queries()).includes("rosalba quinones"), false);
  });

  describe("an erasure that takes long, fails at first, or is taken back", () => {
    const person: Identity = { names: ["Casimiro Bermúdez"], mails: [], numbers: [], texts: [] };
    const isKnown = async () => (await known()).some(({ query }: { query: string }) => query === "casimiro bermudez");
    const held = async () => {
      const there = open();
      there.note("casimiro bermudez", BEA);
      return there.journal;
    };

    it("is done again ten seconds after it was kept, however long it took; a try that failed waits as long", async () => {
      const here = open();
      const there = await held();
      let tries = 0;
      const db = {
        transaction: async <T>(work: (tx: Tx) => Promise<T>): Promise<T> => {
          tries += 1;
          if (tries === 1) throw new Error("the database is away");
          return here.db.transaction(work);
        },
      };
      const { forget } = searchRecords({ db, journal: here.journal });
      await here.db.transaction(async (tx) => {
        await forget(tx, [], telltale(person), person);
        here.time.ms += 60_000;
        await here.journal.tick();
        assert.equal(tries, 0, "it is not kept yet");
      });
      await there.flush();
      await here.journal.tick();
      assert.equal(tries, 0, "the others may hold some until ten seconds from now");
      here.time.ms += 11_000;
      await here.journal.tick();
      assert.deepEqual([tries, await isKnown()], [1, true]);
      here.time.ms += 1000;
      await here.journal.tick();
      assert.equal(tries, 1, "it is not away for a second alone");
      here.time.ms += 10_000;
      await here.journal.tick();
      assert.deepEqual([tries, await isKnown()], [2, false]);
    });

    it("erases nothing when it was taken back, not even what is not written down", async () => {
      const here = open();
      here.note("casimiro bermudez", BEA);
      const { forget } = searchRecords(here);
      const refused = here.db.transaction(async (tx) => {
        await forget(tx, [], telltale(person), person);
        throw new Error("a later step refused it");
      });
      await assert.rejects(refused, /a later step/);
      await here.journal.flush();
      here.time.ms += 60_000;
      await here.journal.tick();
      assert.equal(await isKnown(), true);
    });
  });
});
