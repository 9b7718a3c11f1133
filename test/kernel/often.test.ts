/** Statements that run often are planned once for each connection, and nobody notices but the processor. */
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import process from "node:process";
import { after, before, describe, it } from "mocha";
import { createDatabase, type OpenDatabase } from "../../kernel/db/connect.ts";
import { often } from "../../kernel/db/often.ts";
import { onBehalfOf } from "../../kernel/request-id.ts";
import { memoryLog } from "../harness/log.ts";
import { type TestDatabase, testDatabase } from "../harness/postgres.ts";
import { hasPostgres15, type Server15, server15 } from "../harness/postgres15.ts";

const ASK = "SELECT name, pieces FROM shelf WHERE id = :id";
const ask = often(ASK);
const MINE =
  "SELECT statement, generic_plans + custom_plans AS runs FROM pg_prepared_statements WHERE name LIKE 'pos_%'";

describe("statements that run often", () => {
  let database: TestDatabase;
  let db: OpenDatabase;
  before(async () => {
    database = await testDatabase();
    // one connection: what it knows is what the next statement finds
    db = createDatabase({ url: database.url, poolMax: 1, log: memoryLog().log });
    await db.primary.raw("CREATE TABLE shelf (id int PRIMARY KEY, name text NOT NULL, pieces int NOT NULL)");
    await db.primary.raw("INSERT INTO shelf VALUES (1, 'café', 10), (2, 'pan', 20)");
  });
  after(async () => {
    await db.close();
    await database.drop();
  });

  const shelf = async (id: number) => (await ask(db.primary, { id })).rows[0];

  it("are planned once, whoever asks, and answer each what was asked", async () => {
    const answers = [];
    for (const id of [1, 2, 1, 2]) answers.push((await onBehalfOf(`request-of-${id}`, () => shelf(id))).name);
    assert.deepEqual(answers, ["café", "pan", "café", "pan"]);
    const { rows } = await db.primary.raw(MINE);
    assert.deepEqual(rows, [{ statement: ASK.replace(":id", "$1"), runs: 4 }]);
  });

  it("run in transactions with others, on behalf of the same request many times", async () => {
    const sum = await onBehalfOf("request-with-many", () =>
      db.transaction(async (tx) => {
        let pieces = 0;
        for (const id of [1, 2, 1]) pieces += (await ask(tx, { id })).rows[0].pieces;
        return pieces;
      }),
    );
    assert.equal(sum, 40);
  });

  it("tell a fault as other statements do, and go on", async () => {
    await assert.rejects(ask(db.primary, { id: "café" }), { code: "22P02" });
    assert.equal((await shelf(2)).name, "pan");
  });

  it("put together once they bind the same value in several places, and tell which one is missing", async () => {
    const add = often("SELECT :a::int + :b::int AS sum, :a::int AS a, ':' || coalesce(:c, '::') AS c");
    for (const a of [1, 2, 3]) {
      const { rows } = await add(db.primary, { a, b: 10, c: null });
      assert.deepEqual(rows, [{ sum: a + 10, a, c: ":::" }]);
    }
    const { rows } = await db.primary.raw(
      "SELECT statement FROM pg_prepared_statements WHERE statement LIKE '%AS sum%'",
    );
    assert.deepEqual(rows, [
      { statement: "SELECT $1::int + $2::int AS sum, $1::int AS a, ':' || coalesce($3, '::') AS c" },
    ]);
    await assert.rejects(async () => add(db.primary, { a: 1, c: null }), /no value of b/);
    assert.equal(db.pool().used, 0);
  });

  it("outlive a migration that changes what they answer, alone and within a transaction", async () => {
    await db.primary.raw("ALTER TABLE shelf ALTER COLUMN pieces TYPE bigint");
    assert.deepEqual(await shelf(1), { name: "café", pieces: 10 });
    const other = createDatabase({ url: database.url, poolMax: 1, log: memoryLog().log });
    try {
      const read = async () => other.transaction(async (tx) => (await ask(tx, { id: 2 })).rows[0]);
      assert.deepEqual(await read(), { name: "pan", pieces: 20 });
      await db.primary.raw("ALTER TABLE shelf ALTER COLUMN pieces TYPE text");
      assert.deepEqual(await read(), { name: "pan", pieces: "20" });
    } finally {
      await other.close();
    }
  });

  it("that fail spoil their transaction, although somebody swallows the error", async () => {
    const write = often("INSERT INTO shelf (id, name, pieces) VALUES (:id, 'sal', '1')");
    const spoilt = db.transaction(async (tx) => {
      await write(tx, { id: 3 });
      await assert.rejects(write(tx, { id: 3 }), /^error: INSERT INTO shelf .* - duplicate key/);
    });
    await assert.rejects(spoilt, /swallowed/);
    assert.equal(await shelf(3), undefined);
  });

  it("that come after the end of their transaction are refused, whoever has the connection by then", async () => {
    const write = often("UPDATE shelf SET pieces = '0' WHERE id = :id");
    let late: Promise<unknown> | undefined;
    await db.transaction(async (tx) => {
      late = tx.executionPromise.then(() => write(tx, { id: 1 }));
      late.catch(() => {});
    });
    await assert.rejects(async () => late, /comes too late/);
    assert.notEqual((await shelf(1)).pieces, "0");
  });

  it("name their request in the server's log", async function () {
    if (!hasPostgres15) {
      process.stderr.write("      no PostgreSQL 15 on this machine: its own log is not read\n");
      return this.skip();
    }
    let server: Server15 | undefined;
    let own: OpenDatabase | undefined;
    try {
      server = await server15({ log_statement: "all" });
      await server.start();
      own = createDatabase({ url: server.url(), poolMax: 1, log: memoryLog().log });
      const { primary } = own;
      const alone = often("SELECT :one::int AS alone");
      const together = often("SELECT :one::int AS together");
      await onBehalfOf("edge-4711-alone", () => alone(primary, { one: 1 }));
      await onBehalfOf("edge-4711-together", () => primary.transaction((tx) => together(tx, { one: 1 })));
      const said = await readFile(join(server.home, "log"), "utf8");
      assert.match(said, /execute pos_\w+\/edge-4711-alone: SELECT \$1::int AS alone/);
      assert.match(
        said,
        /\/\* request edge-4711-together \*\/ BEGIN;[\s\S]*execute pos_\w+: SELECT \$1::int AS together/,
      );
    } finally {
      await own?.close();
      await server?.remove();
    }
  }).timeout(60_000);
}).timeout(60_000);
