import assert from "node:assert/strict";
import process from "node:process";
import { afterEach, describe, it } from "mocha";
import { byTcp } from "../harness/by-tcp.ts";
import { handClock } from "../harness/clock.ts";
import { kernelDatabase } from "../harness/kernel-database.ts";
import { testRedis, whyNoRedis } from "../harness/redis.ts";
import { redisProxy } from "../harness/redis-proxy.ts";
import { openShop, type Shop, type ShopOptions } from "../harness/shop.ts";
import { until } from "../harness/until.ts";

interface Health {
  status: string;
  version: string;
  checks: Record<string, { status: string; detail?: string }>;
}

const PROBES = ["/health", "/health/ready", "/api/v1/health"];
/** milliseconds: what a probe may take. How long a probe took here tells of the machine; how long a part may take, the probe says */
const LIMIT = 1000;
/** milliseconds after which a probe that hangs has failed, on however slow a machine */
const PATIENCE = 30_000;
/** figures that are as old as what was read last, were they told without it */
const KEPT_IN_THE_DATABASE = [
  "pos_outbox_pending",
  "pos_job_last_success_timestamp_seconds",
  "pos_ledger_unsealed_rows",
  "pos_backup_failed",
  "pos_print_jobs",
  "pos_print_oldest_seconds",
  "pos_lots_expiring",
  "pos_low_stock_products",
  "pos_day_sales",
  "pos_open_shifts",
];

describe("the state of the system", () => {
  const undo: (() => Promise<unknown>)[] = [];
  afterEach(async () => {
    for (const step of undo.splice(0).reverse()) await step();
  });

  const ask = async (shop: Shop, path: string) => {
    const answer = await fetch(shop.url + path, {
      headers: { connection: "close" },
      signal: AbortSignal.timeout(PATIENCE),
    });
    return { status: answer.status, body: (await answer.json()) as Health };
  };
  const metrics = async (shop: Shop) => {
    const signal = AbortSignal.timeout(PATIENCE);
    return (await fetch(`${shop.url}/metrics`, { headers: { connection: "close" }, signal })).text();
  };
  /** milliseconds that a probe gave a part to answer */
  const waited = (detail = "") => Number(/^no answer within (\d+) ms$/.exec(detail)?.[1] ?? Number.NaN);
  const opened = async (env: Record<string, string> = {}, more: Partial<ShopOptions> = {}) => {
    const shop = await openShop({ env, ...more });
    undo.push(() => shop.close());
    return shop;
  };

  it("tells each part, the version and the migrations; one that is missing is named", async () => {
    const shop = await opened();
    const { status, body } = await ask(shop, "/health");
    assert.equal(status, 200);
    assert.match(body.version, /^\d+\.\d+\.\d+$/);
    for (const part of ["database", "migrations", "events", "ledgers", "invariants", "plugin pos", "plugin metrics"])
      assert.equal(body.checks[part]?.status, "ok", part);
    const { rows } = await shop.db.raw("SELECT count(*)::int AS n, max(id) AS last FROM knex_migrations");
    assert.ok(body.checks["migrations"]?.detail?.startsWith(`${rows[0].n} applied, the last one `));
    const { names } = (body.checks["migrations"] ?? {}) as { names?: string[] };
    assert.deepEqual(names, await shop.db("knex_migrations").orderBy("id").pluck("name"));
    await shop.db.raw("DELETE FROM knex_migrations WHERE id = ?", [rows[0].last]);
    const after = (await ask(shop, "/health")).body.checks["migrations"];
    assert.equal(after?.status, "degraded");
    assert.match(after?.detail ?? "", /not applied: \w+/);
  });

  it("how each part is in detail is told to this machine, to the token, and to who may read it; to everybody else that it is well", async () => {
    const token = "a-token-for-Prometheus";
    const shop = await opened({ METRICS_TOKEN: token });
    const admin = await shop.api("admin");
    const manager = await shop.api("manager");
    const stranger = await shop.api();
    // a proxy of this machine, known or not
    const headers = { "x-forwarded-for": "203.0.113.9" };
    const outside = (path: string, more: Record<string, string> = {}, who = stranger) =>
      who.get<Health>(path, { headers: { ...headers, ...more } });
    const knows = ({ checks }: Health) => "plugin pos" in checks && (checks["migrations"]?.detail ?? "") !== "";
    for (const path of PROBES) {
      // a proxy of this machine may say nothing of itself: where there is a token, this machine needs it too
      assert.ok(!knows((await ask(shop, path)).body), path);
      assert.ok(knows((await outside(path, { authorization: `Bearer ${token}` })).body), path);
      assert.ok(knows((await outside(path, {}, admin)).body), path);
      for (const answer of [
        await outside(path),
        await outside(path, { authorization: "Bearer not-the-token-at-all" }),
        await outside(path, {}, manager),
      ]) {
        assert.equal(answer.status, 200);
        const { checks, version } = answer.body;
        assert.deepEqual(Object.keys(checks), ["database", "migrations", "events", "ledgers", "invariants", "plugins"]);
        for (const state of Object.values(checks)) assert.deepEqual(state, { status: "ok" });
        // its contract has the version in it
        assert.equal(version !== undefined, path === "/api/v1/health", path);
      }
    }
    const without = await opened();
    assert.ok(knows((await ask(without, "/health")).body), "no token: this machine with nobody in between");
    const elsewhere = await (await without.api()).get<Health>("/health", { headers });
    assert.ok(!knows(elsewhere.body));
    await shop.db.raw("ALTER TABLE backups RENAME TO backups_away");
    const { checks } = (await outside("/health")).body;
    assert.deepEqual([checks["plugins"], checks["database"]], [{ status: "down" }, { status: "ok" }]);
    await shop.db.raw("ALTER TABLE backups_away RENAME TO backups");
    assert.equal((await outside("/health", {}, admin)).body.checks["plugin backup"]?.status, "ok");
  });

  it("a database that takes what is said and never answers: every probe answers within a second, and the metrics too", async () => {
    const origin = await kernelDatabase();
    undo.push(() => origin.close());
    const proxy = await redisProxy(origin.url);
    undo.push(() => proxy.close());
    const through = byTcp(origin.url, new URL(proxy.url).port);
    const clock = handClock();
    const shop = await opened({ DATABASE_URL: through.href }, { clock, patience: 1 });
    // before the shop is closed: a test that failed must not hang
    undo.push(async () => proxy.resume());
    assert.equal((await ask(shop, "/health/ready")).status, 200);
    // on a slow machine a figure may be left out of one reading
    await until(async () => {
      const told = await metrics(shop);
      return KEPT_IN_THE_DATABASE.every((name) => new RegExp(`^${name}`, "m").test(told));
    });
    proxy.stall();
    const patience: number[] = [];
    // what is remembered of the shop is old by now
    clock.advance(3_600_000);
    for (const path of [...PROBES, ...PROBES]) {
      const { status, body } = await ask(shop, path);
      assert.equal(status, 503, path);
      assert.equal(body.checks["database"]?.status, "down");
      patience.push(waited(body.checks["database"]?.detail));
    }
    // some may be told later what became of a connection, none waits longer
    assert.ok(patience.some((ms) => ms < LIMIT) && !patience.some((ms) => ms >= LIMIT), patience.join());
    assert.equal((await ask(shop, "/health/live")).status, 200);
    const text = await metrics(shop);
    assert.match(text, /^pos_database_up 0$/m);
    // nobody knows
    for (const name of KEPT_IN_THE_DATABASE) {
      assert.doesNotMatch(text, new RegExp(`^${name}`, "m"));
    }
    proxy.resume();
    await until(async () => (await ask(shop, "/health/ready")).status === 200);
    await until(async () => /^pos_database_up 1$/m.test(await metrics(shop)));
  }).timeout(60_000);

  it("a Redis that hangs: degraded within a second, and ready", async function () {
    const reason = whyNoRedis();
    if (reason !== undefined) {
      process.stdout.write(`    skipped: ${reason}\n`);
      return this.skip();
    }
    const redis = await testRedis();
    undo.push(() => redis.close());
    const shop = await opened({ REDIS_URL: redis.url }, { patience: 1 });
    undo.push(async () => redis.thaw());
    await until(async () => (await ask(shop, "/health")).body.checks["redis"]?.status === "ok");
    redis.freeze();
    for (const path of PROBES) assert.equal((await ask(shop, path)).status, 200, path);
    assert.match(await metrics(shop), /^pos_redis_up 0$/m);
    await until(async () => (await ask(shop, "/health")).body.checks["redis"]?.status === "degraded");
    redis.thaw();
    await until(async () => /^pos_redis_up 1$/m.test(await metrics(shop)));
  }).timeout(60_000);

  it("is not ready any more before the port closes: who comes meanwhile is still served", async () => {
    const shop = await opened({ DRAIN_SECONDS: "8" });
    assert.equal((await ask(shop, "/health/ready")).status, 200);
    const stopping = shop.kernel.stop();
    const ready = await ask(shop, "/health/ready");
    assert.equal(ready.status, 503);
    assert.equal((await ask(shop, "/health/live")).status, 200);
    assert.equal((await fetch(`${shop.url}/login`, { headers: { connection: "close" } })).status, 200);
    await stopping;
    await assert.rejects(fetch(`${shop.url}/health/live`));
  });
});
