/** Statements that are planned once a connection: the same answers as others, the same care, and a way back to the request. */
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { after, before, describe, it } from "mocha";
import { createDatabase, type OpenDatabase } from "../../kernel/db/connect.ts";
import { planned } from "../../kernel/db/planned.ts";
import { onBehalfOf } from "../../kernel/request-id.ts";
import { memoryLog } from "../harness/log.ts";
import { testDatabase } from "../harness/postgres.ts";
import { hasPostgres15, server15 } from "../harness/postgres15.ts";

const ADD = planned("SELECT :a::int + :b::int AS sum, :a::int AS a, ':' || coalesce(:c, '::') AS c", "add");
const READ = planned("SELECT id, kept FROM things WHERE id = :id", "read");
const WRITE = planned("INSERT INTO things (id, kept) VALUES (:id, :kept)", "write");
const NAMES = "SELECT name, statement FROM pg_prepared_statements ORDER BY name";

describe("planned statements", () => {
  const { log, lines } = memoryLog();
  let db: OpenDatabase;
  const undo: (() => Promise<unknown>)[] = [];
  before(async () => {
    const database = await testDatabase();
    undo.push(() => database.drop());
    db = createDatabase({ url: database.url, poolMax: 4, log });
    undo.push(() => db.close());
    await db.primary.raw("CREATE TABLE things (id bigint PRIMARY KEY, kept int)");
  });
  after(async () => {
    for (const step of undo.reverse()) await step();
  });

  it("are prepared once on a connection of the server's own, however often they run", async () => {
    await db.transaction(async (tx) => {
      for (const a of [1, 2, 3]) {
        const { rows } = await ADD(tx, { a, b: 10, c: null });
        assert.deepEqual(rows, [{ sum: a + 10, a, c: ":::" }]);
      }
      const { rows } = await tx.raw(NAMES);
      assert.equal(rows.length, 1);
      assert.match(rows[0].name, /^add_[0-9a-f]{12}$/);
      assert.equal(rows[0].statement, "SELECT $1::int + $2::int AS sum, $1::int AS a, ':' || coalesce($3, '::') AS c");
    });
  });

  it("run outside of transactions too, and tell which value is missing", async () => {
    assert.equal((await ADD(db.primary, { a: 1, b: 2, c: "x" })).rows[0].c, ":x");
    await assert.rejects(async () => ADD(db.primary, { a: 1, c: null }), /add needs a value of b/);
    assert.equal(db.pool().used, 0);
  });

  it("that fail spoil the transaction, although somebody swallows the error", async () => {
    const spoilt = db.transaction(async (tx) => {
      await WRITE(tx, { id: 1, kept: 1 });
      await WRITE(tx, { id: 1, kept: 2 }).catch(() => {});
    });
    await assert.rejects(spoilt, /swallowed/);
    assert.equal((await READ(db.primary, { id: 1 })).rows.length, 0);
  });

  it("that come after the end of their transaction are refused, whoever has the connection by then", async () => {
    let late: Promise<unknown> | undefined;
    await db.transaction(async (tx) => {
      late = new Promise((resolve) => setImmediate(resolve)).then(async () => {
        while (!tx.isCompleted()) await new Promise((resolve) => setImmediate(resolve));
        return WRITE(tx, { id: 2, kept: 1 });
      });
      late.catch(() => {});
    });
    await assert.rejects(async () => late, /write comes too late/);
  });

  it("whose table was changed under their plan are planned anew, in a transaction that is repeated", async () => {
    await WRITE(db.primary, { id: 3, kept: 7 });
    const read = () => db.transaction(async (tx) => (await READ(tx, { id: 3 })).rows[0]);
    assert.deepEqual(await read(), { id: 3, kept: 7 });
    await db.primary.raw("ALTER TABLE things ALTER COLUMN kept TYPE text");
    assert.deepEqual(await read(), { id: 3, kept: "7" });
    assert.ok(lines.some(({ code }) => code === "0A000"));
  });

  it("lead back to the request by the name of the connection, as long as its transaction lasts", async () => {
    const asked = planned(
      "SELECT query, application_name AS name FROM pg_stat_activity WHERE pid = pg_backend_pid()",
      "who",
    );
    const during = await onBehalfOf("request-4711-x", () =>
      db.transaction(async (tx) => (await asked(tx, {})).rows[0]),
    );
    assert.equal(during.name, "pos-odata request-4711-x");
    assert.doesNotMatch(during.query, /4711/);
    const then = await db.transaction(async (tx) => (await asked(tx, {})).rows[0]);
    assert.equal(then.name, "pos-odata");
  });

  it("stand so in the server's own log", async function () {
    if (!hasPostgres15) return this.skip();
    const server = await server15({ log_line_prefix: "%m [%p] %a " });
    undo.push(() => server.remove());
    await server.start();
    const other = createDatabase({ url: server.url(), poolMax: 1, log });
    undo.push(() => other.close());
    const wrong = planned("SELECT 1 / :zero::int", "wrong");
    const failing = onBehalfOf("edge-that-divides", () => other.transaction((tx) => wrong(tx, { zero: 0 })));
    await assert.rejects(failing, /division by zero/);
    const said = await readFile(join(server.home, "log"), "utf8");
    assert.match(said, /pos-odata edge-that-divides STATEMENT: +SELECT 1 \/ \$1::int/);
  });
}).timeout(60_000);
