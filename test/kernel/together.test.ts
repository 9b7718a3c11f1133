/** What a transaction sends without waiting for an answer of its own: BEGIN with its first statement, what is written last with COMMIT. */
import assert from "node:assert/strict";
import fc from "fast-check";
import type { Knex } from "knex";
import { after, before, beforeEach, describe, it } from "mocha";
import { afterCommit, afterRollback } from "../../kernel/db/after-commit.ts";
import { Batch } from "../../kernel/db/batch.ts";
import { beforeCommit } from "../../kernel/db/before-commit.ts";
import { createDatabase, isDatabaseDown, type OpenDatabase } from "../../kernel/db/connect.ts";
import type { Tx } from "../../kernel/db/database.ts";
import { codeOf } from "../../kernel/db/down.ts";
import { often, oftenRead } from "../../kernel/db/often.ts";
import { onBehalfOf } from "../../kernel/request-id.ts";
import { memoryLog } from "../harness/log.ts";
import { type TestDatabase, testDatabase } from "../harness/postgres.ts";
import { until } from "../harness/until.ts";

const put = often("INSERT INTO shelf (id, pieces) VALUES (:id, :pieces)");
const look = often("SELECT id, pieces, 7::bigint AS big FROM shelf WHERE id = :id");

describe("what leaves together in a transaction", () => {
  let database: TestDatabase;
  let db: OpenDatabase;
  before(async () => {
    database = await testDatabase();
    db = createDatabase({ url: database.url, poolMax: 4, log: memoryLog().log });
    await db.primary.raw("CREATE TABLE shelf (id int PRIMARY KEY, pieces int NOT NULL CHECK (pieces >= 0))");
    await db.primary.raw("CREATE TABLE label (shelf_id int REFERENCES shelf DEFERRABLE INITIALLY DEFERRED)");
  });
  after(async () => {
    await db.close();
    await database.drop();
  });
  beforeEach(() => db.primary.raw("TRUNCATE shelf, label"));

  const leave = (tx: Tx, id: number, pieces = 1) => assert.ok(beforeCommit(tx, () => put.atCommit(tx, { id, pieces })));
  const ids = async (): Promise<number[]> => db.primary("shelf").orderBy("id").pluck("id");

  /** How often `work`'s transaction waited for the server. */
  async function waits(work: (tx: Tx) => Promise<unknown>): Promise<number> {
    let count = 0;
    const answered = () => void count++;
    const { client } = db.primary;
    const lent = await client.acquireConnection();
    lent.connection.on("readyForQuery", answered);
    client.releaseConnection(lent);
    await db.transaction(async (tx) => {
      assert.equal(await tx.client.acquireConnection(), lent, "the connection that was given back last");
      await work(tx);
    });
    lent.connection.removeListener("readyForQuery", answered);
    return count;
  }

  it("a sale of two writes and a last one waits three times, and once less for each that comes with another", async () => {
    const first = await waits(async (tx) => {
      await put(tx, { id: 1, pieces: 1 });
      assert.deepEqual((await look(tx, { id: 1 })).rows, [{ id: 1, pieces: 1, big: 7 }]);
      leave(tx, 2);
      leave(tx, 3);
    });
    assert.equal(first, 3);
    assert.equal(await waits(async (tx) => leave(tx, 4)), 1);
    assert.equal(await waits(async (tx) => tx.raw("SELECT ?::int", [1])), 2);
    assert.equal(await waits(async (tx) => tx.raw("SELECT 1")), 3);
    assert.equal(await waits(async () => {}), 0);
    assert.deepEqual(await ids(), [1, 2, 3, 4]);
  });

  it("several that are asked at once are all of the transaction that the first has begun", async () => {
    const rows = await onBehalfOf("request-asks-at-once", () =>
      db.transaction(async (tx) => {
        const all = await Promise.all([1, 2, 3].map((id) => look(tx, { id })));
        await put(tx, { id: 9, pieces: 1 });
        return all.map(({ rows }) => rows);
      }),
    );
    assert.deepEqual([rows, await ids()], [[[], [], []], [9]]);
  });

  it("what is asked at once leaves in one write, in its order, and each is told its own answer", async () => {
    const seen: unknown[] = [];
    const count = await waits(async (tx) => {
      await put(tx, { id: 1, pieces: 1 });
      const [, one, two, built] = await Promise.all([
        put(tx, { id: 2, pieces: 5 }),
        look(tx, { id: 1 }),
        look(tx, { id: 2 }),
        tx("shelf").where({ pieces: 5 }).select("id"),
      ]);
      seen.push(one.rows, two.rows, built);
    });
    // with BEGIN, the four, COMMIT
    assert.equal(count, 3);
    assert.deepEqual(seen, [[{ id: 1, pieces: 1, big: 7 }], [{ id: 2, pieces: 5, big: 7 }], [{ id: 2 }]]);
    assert.equal(await waits((tx) => Promise.all([look(tx, { id: 1 }), look(tx, { id: 2 })])), 2);
  });

  it("of what is asked at once a fault is told to it and all behind it, none is kept, and the connection is as good as before", async () => {
    const told: string[] = [];
    const refused = db.transaction(async (tx) => {
      const asked = [put(tx, { id: 1, pieces: 1 }), put(tx, { id: 2, pieces: -1 }), put(tx, { id: 3, pieces: 1 })];
      for (const one of await Promise.allSettled(asked))
        told.push(one.status === "fulfilled" ? "done" : codeOf(one.reason));
      await Promise.all(asked);
    });
    await assert.rejects(refused, (error) => codeOf(error) === "23514");
    assert.deepEqual([told, await ids()], [["done", "23514", "23514"], []]);
    await db.transaction((tx) => Promise.all([4, 5].map((id) => put(tx, { id, pieces: 1 }))));
    assert.deepEqual(await ids(), [4, 5]);
  });

  it("reads in line do not leave so, even on a connection that died in a transaction and says that it is in it", async () => {
    const read = oftenRead("SELECT id FROM shelf WHERE id = :id");
    const { client } = db.primary;
    const lent = await client.acquireConnection();
    await lent.query("BEGIN");
    client.releaseConnection(lent);
    const answers = await Promise.all([1, 2, 3].map((id) => read(db.primary, { id })));
    assert.deepEqual(
      answers.map(({ rows }) => rows),
      [[], [], []],
    );
    assert.equal(await client.acquireConnection(), lent);
    assert.equal(lent.getTransactionStatus(), "T", "they were asked on it");
    await lent.query("ROLLBACK");
    client.releaseConnection(lent);
  });

  it("what is written last is as much part of the transaction as all else", async () => {
    const heard: string[] = [];
    const refused = db.transaction(async (tx) => {
      afterCommit(tx, () => heard.push("commit"));
      afterRollback(tx, () => heard.push("rollback"));
      await put(tx, { id: 1, pieces: 1 });
      leave(tx, 2);
      leave(tx, 3, -1);
      leave(tx, 4);
    });
    await assert.rejects(refused, (error) => codeOf(error) === "23514");
    await until(() => heard.length > 0);
    assert.deepEqual([heard, await ids()], [["rollback"], []]);
    assert.ok((await db.primary.raw("SELECT 1")).rows, "its connection is as good as before");
    await db.transaction(async (tx) => leave(tx, 4));
    assert.deepEqual(await ids(), [4]);
  });

  it("what the server says at the commit itself undoes it too", async () => {
    const refused = db.transaction(async (tx) => {
      await tx.raw("INSERT INTO label VALUES (?)", [99]);
      leave(tx, 1);
    });
    await assert.rejects(refused, (error) => codeOf(error) === "23503");
    assert.deepEqual(await ids(), []);
  });

  it("is not sent by whoever changes their mind, nor kept for who comes next", async () => {
    const mistake = new Error("wrong shelf");
    const changed = db.transaction(async (tx) => {
      await look(tx, { id: 1 });
      leave(tx, 1);
      assert.ok(beforeCommit(tx, () => Promise.reject(mistake)));
    });
    await assert.rejects(changed, mistake);
    for (let turn = 0; turn < 4; turn++) await db.transaction((tx) => look(tx, { id: 1 }));
    assert.deepEqual(await ids(), []);
  });

  it("a first statement that fails, or finds the server gone, is told so, and nothing is left open", async () => {
    for (const bad of [
      (tx: Tx) => put(tx, { id: 1, pieces: -1 }),
      (tx: Tx) => tx.raw("SELECT 1 / ?::int", [0]),
      (tx: Tx) => tx.raw("SELECT no_such_column"),
    ])
      await assert.rejects(db.transaction(bad), (error) => /^(23514|22012|42703)$/.test(codeOf(error)));
    const gone = db.transaction(async (tx) => {
      const { processID } = await tx.client.acquireConnection();
      await db.primary.raw("SELECT pg_terminate_backend(?)", [processID]);
      await put(tx, { id: 1, pieces: 1 });
    });
    await assert.rejects(gone, isDatabaseDown);
    const cut = db.transaction(async (tx) => {
      const { rows } = await tx.raw("SELECT pg_backend_pid() AS pid");
      leave(tx, 1);
      await db.primary.raw("SELECT pg_terminate_backend(?)", [rows[0].pid]);
    });
    await assert.rejects(cut, isDatabaseDown);
    await until(() => db.pool().used === 0);
    assert.deepEqual(await ids(), []);
  });

  it("nothing that stands behind a statement that failed is done, even where no transaction was begun", async () => {
    const connection = await db.primary.client.acquireConnection();
    const told: string[] = [];
    try {
      await new Promise<void>((done) => {
        const part = (text: string, values: unknown[]) => ({
          text,
          values,
          answered: (error: unknown) => void (told.push(error ? codeOf(error) : "done") === 3 && done()),
        });
        const insert = "INSERT INTO shelf VALUES ($1, 1)";
        connection.query(
          new Batch(connection, [part(insert, [1]), part("SELECT 1 / $1::int", [0]), part(insert, [2])]),
        );
      });
    } finally {
      db.primary.client.releaseConnection(connection);
    }
    assert.deepEqual(told, ["done", "22012", "22012"]);
    // one Sync is one transaction, where none was begun
    assert.deepEqual(await ids(), []);
  });

  it("a plan that a migration made stale is made anew, also of what is written last", async () => {
    const change = often("UPDATE shelf SET pieces = pieces + 1 WHERE id = :id RETURNING *");
    await put(db.primary, { id: 1, pieces: 1 });
    const turn = () =>
      db.transaction(async (tx) => {
        await look(tx, { id: 1 });
        assert.ok(beforeCommit(tx, () => change.atCommit(tx, { id: 1 })));
      });
    await turn();
    await db.primary.raw("ALTER TABLE shelf ADD COLUMN note text");
    await turn();
    await turn();
    await db.primary.raw("ALTER TABLE shelf DROP COLUMN note");
    assert.equal((await look(db.primary, { id: 1 })).rows[0].pieces, 4);
  });

  /** ways in which a row is put on the shelf */
  const ways: Record<string, (tx: Tx, id: number) => Promise<unknown>> = {
    often: (tx, id) => put(tx, { id, pieces: 1 }),
    bound: (tx, id) => tx.raw("INSERT INTO shelf VALUES (?, 1)", [id]),
    plain: (tx, id) => tx.raw(`INSERT INTO shelf VALUES (${String(id)}, 1)`),
    built: (tx, id) => tx("shelf").insert({ id, pieces: 1 }),
    odd: (tx, id) => tx.raw("INSERT INTO shelf SELECT ?, (?::jsonb ->> 'pieces')::int", [id, { pieces: 1 }]),
    kept: (tx, id) => tx.transaction((inner) => put(inner, { id, pieces: 1 })),
    last: async (tx, id) => leave(tx, id),
    beside: (tx, id) => Promise.all([look(tx, { id }), put(tx, { id, pieces: 1 }), tx.raw("SELECT ?::int", [id])]),
    behind: (tx, id) => Promise.all([put(tx, { id, pieces: 1 }), tx.raw("SELECT 1"), look(tx, { id })]),
  };
  /** and in which none is, within what goes on */
  const taken: Record<string, (tx: Tx, id: number) => Promise<unknown>> = {
    undone: (tx, id) =>
      tx
        .transaction(async (inner) => {
          await put(inner, { id, pieces: 1 });
          throw new Error("not this one");
        })
        .catch(() => {}),
    looked: (tx, id) => look(tx, { id }),
    none: () => Promise.resolve(),
  };
  const ends = ["commit", "throw", "refused", "refused last"] as const;

  it("whatever is done in whatever way and order, all of it is kept or none", async () => {
    const step = fc.constantFrom(...Object.keys(ways), ...Object.keys(taken));
    const sale = fc.record({ steps: fc.array(step, { maxLength: 6 }), end: fc.constantFrom(...ends) });
    let id = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(sale, { minLength: 1, maxLength: 4 }), async (sales) => {
        await db.primary.raw("TRUNCATE shelf, label");
        const expected: number[] = [];
        // beside each other, on connections that others used before
        await Promise.all(
          sales.map(async ({ steps, end }) => {
            const own: number[] = [];
            const work = async (tx: Knex.Transaction) => {
              own.length = 0;
              for (const name of steps) {
                const at = ++id;
                await (ways[name] ?? taken[name])?.(tx, at);
                if (name in ways) own.push(at);
              }
              if (end === "throw") throw new Error("changed my mind");
              if (end === "refused") await put(tx, { id: ++id, pieces: -1 });
              if (end === "refused last") leave(tx, ++id, -1);
            };
            const done = await db.transaction(work).then(
              () => true,
              () => false,
            );
            assert.equal(done, end === "commit");
            if (done) expected.push(...own);
          }),
        );
        assert.deepEqual(
          await ids(),
          expected.sort((a, b) => a - b),
        );
        assert.equal(db.pool().used, 0);
      }),
      { numRuns: 150 },
    );
  });
}).timeout(60_000);
