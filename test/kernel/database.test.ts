import assert from "node:assert/strict";
import { once } from "node:events";
import { type AddressInfo, createServer } from "node:net";
import { after, before, describe, it } from "mocha";
import pg from "pg";
import { createDatabase, isDatabaseDown, type OpenDatabase } from "../../kernel/db/connect.ts";
import { onBehalfOf } from "../../kernel/request-id.ts";
import { memoryLog } from "../harness/log.ts";
import { type TestDatabase, testDatabase } from "../harness/postgres.ts";
import { until } from "../harness/until.ts";

const POOL = 4;

describe("the way to the database", () => {
  let database: TestDatabase;
  let db: OpenDatabase;
  const { log, lines } = memoryLog();

  before(async () => {
    database = await testDatabase();
    db = createDatabase({ url: database.url, poolMax: POOL, log });
    await db.primary.raw("CREATE TABLE shelf (id int PRIMARY KEY, pieces int NOT NULL)");
    await db.primary.raw("INSERT INTO shelf VALUES (1, 10), (2, 10)");
  });
  after(async () => {
    await db.close();
    await database.drop();
  });

  it("reads bigints as numbers, dates as text and instants as Date, also in arrays", async () => {
    const { rows } = await db.primary.raw(`
      SELECT 9007199254740991::bigint AS big, count(*) AS counted, date '2026-02-28' AS day,
        timestamptz '2026-02-28T23:30:00-05' AS instant, ARRAY[1, NULL, 3]::bigint[] AS ids, ARRAY[date '2026-01-01'] AS days
      FROM shelf`);
    assert.deepEqual(rows[0], {
      big: 9007199254740991,
      counted: 2,
      day: "2026-02-28",
      instant: new Date("2026-03-01T04:30:00Z"),
      ids: [1, null, 3],
      days: ["2026-01-01"],
    });
  });

  it("what was answered is on disk: no connection of ours trades that for speed", async () => {
    const shown = async (name: string) => (await db.primary.raw(`SELECT current_setting('${name}') AS is`)).rows[0].is;
    const within = await db.transaction(
      async (tx) => (await tx.raw("SELECT current_setting('synchronous_commit') AS is")).rows[0].is,
    );
    assert.deepEqual([await shown("synchronous_commit"), within, await shown("fsync")], ["on", "on", "on"]);
  });

  it("refuses a bigint that a number cannot hold, instead of rounding money", async () => {
    await assert.rejects(db.primary.raw("SELECT 9007199254740993::bigint"), /9007199254740993/);
  });

  it("leaves the types of other users of pg in this process alone", async () => {
    const client = new pg.Client(database.url);
    await client.connect();
    const { rows } = await client.query("SELECT 1::bigint AS one");
    await client.end();
    assert.equal(rows[0].one, "1");
  });

  it("repeats a transaction that was the victim of a deadlock", async () => {
    let arrived = 0;
    let open = () => {};
    const both = new Promise<void>((resolve) => {
      open = resolve;
    });
    const take = (first: number, second: number) =>
      db.transaction(async (tx) => {
        await tx.raw("UPDATE shelf SET pieces = pieces - 1 WHERE id = ?", [first]);
        arrived++;
        if (arrived === 2) open();
        await both;
        await tx.raw("UPDATE shelf SET pieces = pieces - 1 WHERE id = ?", [second]);
      });
    await Promise.all([take(1, 2), take(2, 1)]);
    assert.equal(arrived, 3, "one of the two came twice");
    assert.deepEqual(await db.primary("shelf").orderBy("id").pluck("pieces"), [8, 8]);
  });

  it("does not call a transaction kept when one of its statements failed unnoticed", async () => {
    const careless = db.transaction(async (tx) => {
      await tx.raw("UPDATE shelf SET pieces = 0");
      await tx.raw("SELECT 1 / 0").catch(() => {});
    });
    await assert.rejects(careless, /swallowed/);
    const careful = db.transaction(async (tx) => {
      await tx.transaction((inner) => inner.raw("SELECT 1 / 0")).catch(() => {});
      return "kept";
    });
    assert.equal(await careful, "kept", "a savepoint keeps the rest whole");
    assert.deepEqual(await db.primary("shelf").distinct().pluck("pieces"), [8]);
  });

  it("survives a connection that is killed at work and another that is killed at rest", async () => {
    const killed = db.transaction((tx) => tx.raw("SELECT pg_terminate_backend(pg_backend_pid())"));
    await assert.rejects(killed, isDatabaseDown);
    await db.ping();
    const killer = new pg.Client(database.url);
    await killer.connect();
    await killer.query(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity
      WHERE datname = current_database() AND pid <> pg_backend_pid()`);
    await killer.end();
    // each that rested costs one question at most
    for (let connection = 0; connection < POOL; connection++) await db.primary.raw("SELECT 1").catch(isDatabaseDown);
    await db.ping();
  });

  it("tells what the work said, not that the connection broke while it was rolled back", async () => {
    const broken = db.transaction(async (tx) => {
      await tx.raw("SELECT pg_terminate_backend(pg_backend_pid())").catch(() => {});
      throw new Error("the cart was paid");
    });
    await assert.rejects(broken, /the cart was paid/);
  });

  it("whoever asks and gets no turn in time is told so and does nothing later; a job waits for as long as it takes", async () => {
    const crowded = createDatabase({ url: database.url, poolMax: POOL, patience: 0.01, log: memoryLog().log });
    let open = () => {};
    const released = new Promise<void>((resolve) => {
      open = resolve;
    });
    try {
      const done: string[] = [];
      // one connection stays for who reads beside
      const held = Array.from({ length: POOL - 1 }, () => crowded.transaction(() => released));
      const job = crowded.transaction(async () => void done.push("job"));
      const asked = onBehalfOf("sale-4711", () => crowded.transaction(async () => void done.push("sale")));
      await assert.rejects(asked, isDatabaseDown);
      await until(() => crowded.pool().used === POOL - 1);
      assert.equal(crowded.pool().waiting, 1);
      open();
      await Promise.all([...held, job]);
      await onBehalfOf("sale-4712", () => crowded.transaction(async () => void done.push("next sale")));
      assert.deepEqual([done, crowded.pool().waiting], [["job", "next sale"], 0]);
    } finally {
      open();
      await crowded.close();
    }
  });

  it("says that the database is down when no server answers there", async () => {
    const away = createDatabase({ url: "postgres://nobody@127.0.0.1:1/none", poolMax: 2, log });
    await assert.rejects(away.ping(), isDatabaseDown);
    await away.close();
  });

  it("knows a server that stands still, which takes connections and says nothing", async () => {
    const silent = createServer(() => {}).listen(0, "127.0.0.1");
    await once(silent, "listening");
    const { port } = silent.address() as AddressInfo;
    const still = createDatabase({ url: `postgres://pos@127.0.0.1:${port}/pos`, poolMax: 1, log });
    try {
      await assert.rejects(still.ping(), isDatabaseDown);
    } finally {
      silent.close();
      await still.close();
    }
  });

  it("does not take a faulty query or an expected outcome for a database that is down", async () => {
    await assert.rejects(db.primary.raw("SELECT nothing"), (error) => !isDatabaseDown(error));
    assert.equal(isDatabaseDown(new Error("the cart was paid")), false);
  });

  it("does without a time limit behind a pooler that refuses the parameter", async () => {
    const pooler = await refusingPooler("statement_timeout");
    const throughIt = createDatabase({ url: pooler.url, poolMax: 1, log });
    await assert.rejects(throughIt.ping(), /welcome without it/);
    await throughIt.close();
    pooler.close();
    assert.ok(lines.some(({ msg }) => msg.includes("ALTER ROLE")));
  });
});

/** Answers a start-up message like PgBouncer: FATAL 08P01 for an unknown parameter. */
async function refusingPooler(parameter: string): Promise<{ url: string; close(): void }> {
  const server = createServer((socket) => {
    socket.once("data", (hello) => {
      const refused = hello.includes(parameter);
      const fields = refused
        ? ["SFATAL", "C08P01", `Munsupported startup parameter: ${parameter}`]
        : ["SFATAL", "C28000", "Mwelcome without it"];
      const body = Buffer.from(`${fields.join("\0")}\0\0`);
      const head = Buffer.alloc(5);
      head.write("E");
      head.writeInt32BE(body.length + 4, 1);
      socket.end(Buffer.concat([head, body]));
    });
    socket.on("error", () => {});
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("no port");
  return { url: `postgres://shop@127.0.0.1:${address.port}/shop`, close: () => server.close() };
}
