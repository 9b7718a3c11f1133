/** Short reads of many share a connection: each gets its own answer, or its own fault, and nobody waits for a lock of another's. */
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import process from "node:process";
import fc from "fast-check";
import { after, before, type Context, describe, it } from "mocha";
import { createDatabase, type OpenDatabase } from "../../kernel/db/connect.ts";
import { isDatabaseDown } from "../../kernel/db/down.ts";
import { often, oftenRead } from "../../kernel/db/often.ts";
import { STUCK_MS } from "../../kernel/db/pipeline.ts";
import { onBehalfOf } from "../../kernel/request-id.ts";
import { memoryLog } from "../harness/log.ts";
import { type TestDatabase, testDatabase } from "../harness/postgres.ts";
import { hasPostgres15, type Server15, server15 } from "../harness/postgres15.ts";
import { until } from "../harness/until.ts";

/** connections of the pool */
const ALL = 12;
/** a function of the server that does nothing to a process */
const LEAVE_IT = "abs";

const who = oftenRead("SELECT pg_backend_pid() AS pid, :n::int AS n");
const divide = oftenRead("SELECT 100 / :n::int AS part");
const shelf = oftenRead("SELECT pieces FROM shelf WHERE id = :id");

/** A server with settings of its own, and a pool to it; skips the test where there is none. */
async function onServer15(
  this: Context,
  settings: Record<string, string>,
  body: (own: OpenDatabase, server: Server15) => Promise<void>,
): Promise<void> {
  if (!hasPostgres15) {
    process.stderr.write("      no PostgreSQL 15 on this machine: not tried\n");
    return this.skip();
  }
  let server: Server15 | undefined;
  let own: OpenDatabase | undefined;
  try {
    server = await server15(settings);
    await server.start();
    own = createDatabase({ url: server.url(), poolMax: 12, log: memoryLog().log });
    await body(own, server);
  } finally {
    await own?.close();
    await server?.remove();
  }
}

describe("reads that share a connection", () => {
  let database: TestDatabase;
  let db: OpenDatabase;
  before(async () => {
    database = await testDatabase();
    db = createDatabase({ url: database.url, poolMax: ALL, log: memoryLog().log });
    await db.primary.raw("CREATE TABLE shelf (id int PRIMARY KEY, pieces int NOT NULL)");
    await db.primary.raw("INSERT INTO shelf SELECT n, n * 10 FROM generate_series(1, 50) n");
  });
  after(async () => {
    await db.close();
    await database.drop();
  });

  const ask = async (n: number): Promise<{ pid: number; n: number }> => (await who(db.primary, { n })).rows[0];
  const many = (count: number) => Promise.all(Array.from({ length: count }, (_, n) => ask(n)));
  const pids = (answers: { pid: number }[]) => new Set(answers.map(({ pid }) => pid));

  it("asked at once they take few connections, and give them back", async () => {
    const answers = await many(30);
    assert.deepEqual(
      answers.map(({ n }) => n),
      Array.from({ length: 30 }, (_, n) => n),
    );
    // sixteen each, or the second line got what the first gave back
    assert.ok(pids(answers).size <= 2);
    await until(() => db.pool().used === 0);
  });

  it("answer and fail each for itself, in whatever order they are asked", async () => {
    const question = fc.record({ n: fc.integer({ min: 0, max: 3 }), later: fc.boolean() });
    await fc.assert(
      fc.asyncProperty(fc.array(question, { maxLength: 60 }), async (questions) => {
        const asked = questions.map(async ({ n, later }) => {
          if (later) await ask(0);
          return (await divide(db.primary, { n })).rows[0].part;
        });
        for (const [at, answer] of (await Promise.allSettled(asked)).entries()) {
          const n = questions[at]?.n ?? assert.fail("a question");
          if (answer.status === "fulfilled") assert.equal(answer.value, Math.trunc(100 / n));
          else assert.deepEqual([n, answer.reason.code], [0, "22012"]);
        }
      }),
    );
    await until(() => db.pool().used === 0);
  });

  it("a value that cannot be written is one's own fault", async () => {
    const circular: Record<string, unknown> = {};
    circular["self"] = circular;
    const odd = oftenRead("SELECT :odd::jsonb AS odd");
    const [wrong, ...right] = await Promise.allSettled([odd(db.primary, { odd: circular }), ask(1), ask(2)]);
    assert.equal(wrong.status, "rejected");
    assert.ok(right.every(({ status }) => status === "fulfilled"));
    await until(() => db.pool().used === 0);
    assert.equal((await ask(3)).n, 3);
    await until(() => db.pool().used === 0);
  });

  it("one that waits for a lock holds up only who asked at its side", async () => {
    const watch = createDatabase({ url: database.url, poolMax: 2, log: memoryLog().log });
    try {
      const held = await watch.transaction(async (tx) => {
        await tx.raw("LOCK TABLE shelf IN ACCESS EXCLUSIVE MODE");
        const order: string[] = [];
        const waits = shelf(db.primary, { id: 1 }).then(() => order.push("what is locked"));
        const beside = ask(1).then(() => order.push("who asked at its side"));
        const began = performance.now();
        await until(() => performance.now() - began > STUCK_MS);
        assert.equal((await many(20)).length, 20);
        order.push("who came later");
        return { all: Promise.all([waits, beside]), order };
      });
      await held.all;
      assert.deepEqual(held.order, ["who came later", "what is locked", "who asked at its side"]);
    } finally {
      await watch.close();
    }
    await until(() => db.pool().used === 0);
  });

  /** What waits for a lock is ended by `how`, as soon as it does; then at least so many wait side by side, and then the lock goes. */
  async function whileLocked<T>(how: string, ask: () => Promise<T>, sideBySide = 0): Promise<T> {
    const hold = createDatabase({ url: database.url, poolMax: 3, log: memoryLog().log });
    try {
      const held = await hold.transaction(async (tx) => {
        await tx.raw("LOCK TABLE shelf IN ACCESS EXCLUSIVE MODE");
        const asked = ask();
        const waits =
          "SELECT pid FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()";
        await until(async () => {
          const { rows } = await hold.primary.raw(waits);
          for (const { pid } of rows) await hold.primary.raw(`SELECT ${how}(?::int)`, [pid]);
          return rows.length > 0;
        });
        await until(async () => (await hold.primary.raw(waits)).rows.length >= sideBySide);
        return { asked };
      });
      return await held.asked;
    } finally {
      await hold.close();
      await until(() => db.pool().used === 0);
    }
  }
  const pieces = (id: number) => shelf(db.primary, { id });
  const three = () => Promise.allSettled([pieces(1), pieces(2), pieces(3)]);

  it("more than fit go through the pool as before", async () => {
    const ids = Array.from({ length: 100 }, (_, at) => (at % 50) + 1);
    const answers = await whileLocked(LEAVE_IT, () => Promise.all(ids.map(pieces)), ALL);
    assert.deepEqual(
      answers.map(({ rows }) => rows[0].pieces),
      ids.map((id) => id * 10),
    );
  });

  it("that are cut off: one is told that the database is away, those behind it ask once more on their own", async () => {
    const answers = await whileLocked("pg_terminate_backend", three, 2);
    const [first, ...others] = answers;
    assert.ok(first.status === "rejected" && isDatabaseDown(first.reason));
    assert.deepEqual(
      others.map((one) => one.status === "fulfilled" && one.value.rows[0]?.pieces),
      [20, 30],
    );
    assert.equal((await many(5)).length, 5);
  });

  it("whoever asks in the moment in which a connection breaks is not sent after it", async () => {
    const after: Promise<{ n: number }>[] = [];
    const again = () => void after.push(ask(1), ask(2));
    await whileLocked("pg_terminate_backend", () => shelf(db.primary, { id: 1 }).then(again, again));
    assert.deepEqual(
      (await Promise.all(after)).map(({ n }) => n),
      [1, 2],
    );
  });

  it("one that waited as long as a statement may is told so; those behind it do not wait as long again", async () => {
    const [first, ...others] = await whileLocked("pg_cancel_backend", three, 2);
    assert.ok(first.status === "rejected" && first.reason.code === "57014");
    assert.ok(others.every(({ status }) => status === "fulfilled"));
  });

  it("whoever waits for a connection gets that of a line, however many go on asking", async () => {
    const small = createDatabase({ url: database.url, poolMax: 4, log: memoryLog().log });
    try {
      await small.primary.raw("SELECT 1");
      let goOn = true;
      // two at a time, so that the line is never without a question
      const asking = [1, 2].map(async (n) => {
        while (goOn) await who(small.primary, { n });
      });
      const { primary } = small;
      const held = await Promise.all([1, 2, 3].map(() => primary.transaction()));
      const { rows } = await primary.raw("SELECT 1 AS one");
      assert.deepEqual(rows, [{ one: 1 }]);
      goOn = false;
      for (const tx of held) await tx.rollback();
      await Promise.all(asking);
    } finally {
      await small.close();
    }
  });

  it("where the server takes no more connections, each is told so for itself; after the end too", async function () {
    // of its own: what limits one database does not bind a superuser, and a full server would refuse the other tests
    await onServer15.call(
      this,
      { max_connections: "4", max_wal_senders: "0", superuser_reserved_connections: "0" },
      async (full) => {
        const held = await Promise.all([1, 2, 3, 4].map(() => full.primary.transaction()));
        for (const one of await Promise.allSettled([1, 2, 3].map((n) => who(full.primary, { n })))) {
          assert.ok(one.status === "rejected" && isDatabaseDown(one.reason), JSON.stringify(one));
          assert.doesNotMatch(String(one.reason), /SELECT/, "nothing was sent");
        }
        for (const tx of held) await tx.rollback();
        assert.equal((await who(full.primary, { n: 4 })).rows[0].n, 4);
        await full.close();
        await assert.rejects(who(full.primary, { n: 1 }), isDatabaseDown);
      },
    );
  });

  it("outlive a migration that changes what they answer", async () => {
    await Promise.all([1, 2, 3].map((id) => shelf(db.primary, { id })));
    await db.primary.raw("ALTER TABLE shelf ALTER COLUMN pieces TYPE text");
    const answers = await Promise.all([1, 2, 3].map((id) => shelf(db.primary, { id })));
    assert.deepEqual(
      answers.map(({ rows }) => rows[0].pieces),
      ["10", "20", "30"],
    );
  });

  it("stay within their transaction", async () => {
    await db.transaction(async (tx) => {
      const { rows } = await tx.raw("SELECT pg_backend_pid() AS pid");
      const answers = [await who(tx, { n: 1 }), await who(tx, { n: 2 })];
      assert.ok(answers.every((one) => one.rows[0].pid === rows[0].pid));
    });
  });

  it("are no writes, and nothing that waits for who writes", () => {
    for (const sql of [
      "UPDATE shelf SET pieces = 0",
      "SELECT FROM shelf FOR UPDATE",
      "SELECT id FROM shelf\n FOR KEY SHARE",
    ])
      assert.throws(() => oftenRead(sql), TypeError, sql);
    assert.ok(often("UPDATE shelf SET pieces = 0"));
  });

  it("name each its own request in the server's log", async function () {
    await onServer15.call(this, { log_statement: "all" }, async ({ primary }, server) => {
      await primary.raw("SELECT 1");
      await Promise.all([
        onBehalfOf("edge-4711-one", () => who(primary, { n: 1 })),
        onBehalfOf("edge-4711-two", () => who(primary, { n: 2 })),
        who(primary, { n: 3 }),
      ]);
      const said = (await readFile(join(server.home, "log"), "utf8")).match(/execute pos_\S+ SELECT pg_backend_pid/g);
      assert.deepEqual(
        said?.map((line) => /\/(\S+):/.exec(line)?.[1]),
        ["edge-4711-one", "edge-4711-two", undefined],
      );
    });
  });
}).timeout(60_000);
