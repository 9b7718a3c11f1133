/** Lists come from a real streaming replica while it has everything, and from the primary when it has not. */
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import process from "node:process";
import { after, before, describe, it } from "mocha";
import { often } from "../../kernel/db/often.ts";
import type { ApiClient } from "../harness/api-client.ts";
import { memoryLog } from "../harness/log.ts";
import { hasPostgres15, type Server15, server15, standby15 } from "../harness/postgres15.ts";
import { openShop, type Shop } from "../harness/shop.ts";
import { until } from "../harness/until.ts";

describe("a shop with a streaming replica", () => {
  let primary: Server15;
  let standby: Server15;
  let shop: Shop;
  let admin: ApiClient;
  const { log, lines } = memoryLog();
  const closing: (() => Promise<unknown>)[] = [];

  before(async function () {
    if (!hasPostgres15) {
      process.stderr.write("      no PostgreSQL 15 on this machine: no replica is tried\n");
      return this.skip();
    }
    // two servers, and a shop's tables
    this.timeout(180_000);
    primary = await server15({ max_connections: "60" });
    closing.push(() => primary.remove());
    await primary.start();
    await primary.ask("CREATE ROLE shop LOGIN", "postgres");
    await primary.ask("CREATE DATABASE shop OWNER shop", "postgres");
    standby = await standby15(primary);
    closing.push(() => standby.remove());
    await standby.start();
    const env = {
      DATABASE_URL: as("shop", primary),
      DATABASE_REPLICA_URL: as("shop", standby),
      DATABASE_REPLICA_WAIT_MS: "400",
    };
    shop = await openShop({ env, log });
    closing.push(() => shop.close());
    admin = await shop.api("admin");
    await until(() => state() === "level");
  });
  after(async () => {
    for (const close of closing.reverse()) await close();
  });

  const as = (user: string, server: Server15) => server.url("shop").replace("postgres@", `${user}@`);
  const state = () => shop.kernel.db.replicaReport()?.state;
  /** statements served until now, by whom */
  const served = async () => {
    const text = await shop.kernel.metrics.text();
    const count = (by: string) =>
      Number(new RegExp(`^pos_replica_reads_total\\{served_by="${by}"\\} (\\d+)`, "m").exec(text)?.[1]);
    return { replica: count("replica"), primary: count("primary") };
  };
  const during = async (work: () => Promise<unknown>) => {
    const before = await served();
    await work();
    const now = await served();
    return { replica: now.replica - before.replica, primary: now.primary - before.primary };
  };
  const newCustomer = async () => {
    const name = `Cliente ${randomUUID()}`;
    const made = await admin.post("/api/v1/customers", { name }, { key: randomUUID() });
    assert.equal(made.status, 201, made.text);
    return name;
  };
  const listed = async () => {
    const answer = await admin.get<{ data: { name: string }[] }>("/api/v1/customers?limit=200");
    assert.equal(answer.status, 200, answer.text);
    return answer.body.data.map(({ name }) => name);
  };
  const health = async () =>
    (await admin.get<{ checks: Record<string, { status: string }> }>("/health")).body.checks["replica"];

  it("the replica serves lists, and who has just written sees it: forty times, at once", async () => {
    const seen = await during(async () => {
      for (let turn = 0; turn < 10; turn++) {
        const written = await Promise.all([newCustomer(), newCustomer(), newCustomer(), newCustomer()]);
        const read = await listed();
        for (const name of written) assert.ok(read.includes(name));
      }
    });
    assert.ok(seen.replica >= 8, JSON.stringify(seen));
    assert.deepEqual(await health(), { status: "ok", critical: false });
  });

  it("its replay stands still: the writer's list is the primary's, after one bounded wait, and nobody else waits", async () => {
    await standby.ask("SELECT pg_wal_replay_pause()");
    try {
      const name = await newCustomer();
      const first = await during(async () => assert.ok((await listed()).includes(name)));
      assert.equal(first.replica, 0);
      assert.equal(state(), "behind");
      const took: number[] = [];
      for (let turn = 0; turn < 10; turn++) {
        const started = performance.now();
        assert.ok((await listed()).includes(name));
        took.push(performance.now() - started);
      }
      // were there a wait, the quickest of them would have had it too, on however slow a machine
      assert.ok(Math.min(...took) < 400, "nobody waits again");
      assert.equal((await health())?.status, "degraded");
      assert.match(await shop.kernel.metrics.text(), /^pos_replica_up 0$/m);
      const lag = /^pos_replica_lag_seconds (\S+)$/m;
      await until(async () => Number(lag.exec(await shop.kernel.metrics.text())?.[1]) > 1);
    } finally {
      await standby.ask("SELECT pg_wal_replay_resume()");
    }
    await until(() => state() === "level");
    assert.match(await shop.kernel.metrics.text(), /^pos_replica_lag_seconds 0$/m);
  });

  it("it stops in the middle of a statement: the primary answers that one, and those after it", async () => {
    const { replica } = shop.kernel.db;
    // only the replica dawdles over it
    const sleep = "CASE WHEN pg_is_in_recovery() THEN pg_sleep(20) END IS NULL";
    const under = replica.raw(`SELECT count(*)::int AS held, ${sleep} AS slept FROM pg_stat_activity`);
    const before = await served();
    const reading = under.then(({ rows }) => rows[0].held as number);
    await until(
      async () =>
        (
          await standby.ask(
            "SELECT FROM pg_stat_activity WHERE query LIKE '%pg_sleep(20)%' AND state = 'active' AND pid <> pg_backend_pid()",
          )
        ).length > 0,
    );
    await standby.stop("immediate");
    assert.ok((await reading) > 0);
    assert.equal((await served()).primary - before.primary, 1, "one read counts once, for who answered it");
    const name = await newCustomer();
    const seen = await during(async () => assert.ok((await listed()).includes(name)));
    assert.equal(seen.replica, 0);
    await until(() => state() === "away");
    assert.equal((await health())?.status, "degraded");
    assert.ok(lines.some(({ msg }) => msg === "lists and reports are read from the primary"));
    await standby.start();
    await until(() => state() === "level");
    const back = await during(listed);
    assert.ok(back.replica > 0 && back.primary === 0, JSON.stringify(back));
  });

  it("it hangs: a list waits no longer than it may, what was under way is answered, and it comes back by itself", async () => {
    const { replica } = shop.kernel.db;
    // one that is planned once goes its own way to the connection
    const seven = often("SELECT 7 AS seven, CASE WHEN pg_is_in_recovery() THEN pg_sleep(:seconds::int) END");
    const reading = seven(replica, { seconds: 20 }).then(({ rows }) => rows[0].seven);
    await until(
      async () =>
        (await standby.ask("SELECT FROM pg_stat_activity WHERE query LIKE 'SELECT 7%' AND state = 'active'")).length >
        0,
    );
    await standby.freeze();
    try {
      const name = await newCustomer();
      assert.ok((await listed()).includes(name));
      assert.equal(await reading, 7);
      await until(() => state() === "away");
      const seen = await during(async () => assert.ok((await listed()).includes(name)));
      assert.equal(seen.replica, 0);
    } finally {
      await standby.thaw();
    }
    await until(() => state() === "level");
  });

  it("what would write through it is refused and not done by the primary", async () => {
    await assert.rejects(
      shop.kernel.db.replica.raw("DELETE FROM customers"),
      ({ code }: { code: string }) => code === "25006",
    );
    assert.notEqual((await listed()).length, 0);
  });

  it("a server that is no replica, or one of another shop, is told and never read", async () => {
    for (const [url, reason] of [
      [primary.url("shop"), /does not recover/],
      [standby.url("postgres"), /another database/],
    ] as const) {
      const told = memoryLog();
      const { createDatabase } = await import("../../kernel/db/connect.ts");
      const db = createDatabase({ url: primary.url("shop"), replicaUrl: url, poolMax: 5, log: told.log });
      await until(() => told.lines.some(({ reason: said }) => reason.test(String(said))));
      const { rows } = await db.replica.raw("SELECT pg_is_in_recovery() AS standby, current_database() AS name");
      assert.deepEqual(rows[0], { standby: false, name: "shop" });
      await db.close();
    }
  });
});
