/** Invariants of several questions: each asked of a moment of its own, at most so many named, and one that fails hides nothing. */
import assert from "node:assert/strict";
import { after, before, describe, it } from "mocha";
import { createDatabase, type OpenDatabase } from "../../kernel/db/connect.ts";
import { allOf, type Check } from "../../kernel/invariant.ts";
import { violationsOf } from "../../kernel/invariants/index.ts";
import { memoryLog } from "../harness/log.ts";
import { type TestDatabase, testDatabase } from "../harness/postgres.ts";

describe("an invariant of several questions", () => {
  let database: TestDatabase;
  let db: OpenDatabase;
  const { log } = memoryLog();
  before(async () => {
    database = await testDatabase();
    db = createDatabase({ url: database.url, poolMax: 2, log });
    await db.primary.raw("CREATE TABLE found (line text)");
  });
  after(async () => {
    await db?.close();
    await database?.drop();
  });

  const scope = { since: undefined, limit: 5 };
  const three: Check = async (_, { limit }) => ["a", "b", "c"].slice(0, limit);
  const lines: Check = async (tx) =>
    (await tx.raw("SELECT line FROM found")).rows.map((row: { line: string }) => row.line);
  const gone: Check = async (tx) => (await tx.raw("SELECT line FROM nowhere")).rows;
  const of = (...parts: Check[]) => ({ name: "told", check: allOf(parts), parts });

  it("names no more than it was asked for, however it is asked", async () => {
    const four = of(three, three, three);
    assert.deepEqual(await violationsOf(db, four, scope, log), ["a", "b", "c", "a", "b"]);
    assert.deepEqual(await four.check(db.primary, scope), ["a", "b", "c", "a", "b"]);
  });

  it("sees in each what was written before it, beside a till with one processor and a rest after each", async () => {
    const rests: number[] = [];
    const workers: string[] = [];
    const write: Check = async (tx) => {
      workers.push((await tx.raw("SELECT current_setting('max_parallel_workers_per_gather') AS most")).rows[0].most);
      await db.primary.raw("INSERT INTO found VALUES ('written meanwhile')");
      return lines(tx, scope);
    };
    const rest = async (tookMs: number) => void rests.push(tookMs);
    assert.deepEqual(await violationsOf(db, of(lines, write, lines), scope, log, rest), ["written meanwhile"]);
    assert.deepEqual([rests.length, workers], [3, ["0"]]);
    await violationsOf(db, of(write), scope, log);
    assert.notEqual(workers[1], "0");
  });

  it("one that cannot be asked is told beside what the others found, and is followed by a rest", async () => {
    let rests = 0;
    const found = await violationsOf(db, of(gone, three), scope, log, async () => void rests++);
    assert.match(found[0] ?? "", /^cannot be checked: .*nowhere/);
    assert.deepEqual(found.slice(1), ["a", "b", "c"]);
    assert.equal(rests, 2);
  });
});
