/** Several instances count together; and when Redis is gone or hangs, each goes on alone and says so. */
import assert from "node:assert/strict";
import process from "node:process";
import { Redis } from "ioredis";
import { after, afterEach, before, beforeEach, describe, it } from "mocha";
import { createApiClient } from "../harness/api-client.ts";
import { type TestDatabase, testDatabase } from "../harness/postgres.ts";
import { type TestRedis, testRedis, whyNoRedis } from "../harness/redis.ts";
import { type RedisProxy, redisProxy } from "../harness/redis-proxy.ts";
import { openShop, type Shop } from "../harness/shop.ts";
import { until } from "../harness/until.ts";
import { door, statuses } from "./door.ts";
import { openSystem, type System } from "./system.ts";

const WARN = 40;
const times = <T>(count: number, what: (turn: number) => T): T[] =>
  Array.from({ length: count }, (_, turn) => what(turn));

describe("limits of several instances", () => {
  let redis: TestRedis;
  let database: TestDatabase;
  let opened: System[];
  let proxy: RedisProxy | undefined;

  before(function () {
    const reason = whyNoRedis();
    if (reason === undefined) return;
    process.stdout.write(`    skipped: ${reason}\n`);
    this.skip();
  });
  beforeEach(async () => {
    redis = await testRedis();
    database = await testDatabase();
    opened = [];
    proxy = undefined;
  });
  afterEach(async () => {
    for (const system of opened) await system.close();
    await proxy?.close();
    await redis?.close();
    await database?.drop();
  });

  const open = async (env: Record<string, string> = { REDIS_URL: redis.url }) => {
    const limits = { RATE_LIMIT_ANONYMOUS: "10/m,50/h,200/d", RATE_LIMIT_LOGIN: "5/m" };
    const system = await openSystem([door], { url: database.url, env: { ...limits, ...env } });
    opened.push(system);
    await until(() => system.kernel.cache.state() === "redis");
    return { ...system, api: createApiClient(() => system.kernel.url) };
  };
  const metric = async ({ kernel }: System, name: string) =>
    Number(new RegExp(`^${name} (\\S+)$`, "m").exec(await kernel.metrics.text())?.[1]);

  it("of forty requests at once to two instances exactly ten are let in; of forty tries exactly five", async () => {
    const both = [await open(), await open()];
    const api = (turn: number) => (both[turn % 2] ?? assert.fail()).api;
    const visits = await statuses(times(40, (turn) => api(turn).get("/api/v1/open")));
    assert.deepEqual(visits, { 200: 10, 429: 30 });
    const headers = { "x-visitor": "till" };
    const names = ["ana", "ANA"];
    await (await direct()).flushall();
    const tries = times(40, (turn) => api(turn).post("/api/v1/knock", { name: names[turn % 3] ?? "Ana" }, { headers }));
    assert.deepEqual(await statuses(tries), { 200: 5, 429: 35 });
    for (const system of both) assert.equal(await metric(system, "pos_rate_limit_fallback_total"), 0);
  });

  it("Redis keeps no name and no address", async () => {
    const { api } = await open();
    await api.post("/api/v1/knock", { name: "guadalupe" });
    const client = await direct();
    const keys = await client.keys("*");
    assert.equal(keys.length, 4, "three windows of the visitor, one of the account");
    for (const key of keys) {
      assert.match(key, /^pos:rate:/);
      assert.doesNotMatch(key, /guadalupe|127\.0\.0\.1/i);
      assert.ok((await client.pttl(key)) > 0, "and nothing for ever");
    }
  });

  it("Redis stops in the middle of the day: counting goes on in memory, one line and two metrics say so", async () => {
    const system = await open();
    assert.equal(await metric(system, "pos_redis_up"), 1);
    await redis.kill();
    assert.deepEqual(await statuses(times(40, () => system.api.get("/api/v1/open"))), { 200: 10, 429: 30 });
    assert.equal(await metric(system, "pos_redis_up"), 0);
    assert.equal(await metric(system, "pos_rate_limit_fallback_total"), 40);
    assert.equal(system.lines.filter(({ level, msg }) => level >= WARN && /Redis/.test(msg)).length, 1);
    await redis.start();
    await until(() => system.kernel.cache.state() === "redis");
    assert.equal(await metric(system, "pos_redis_up"), 1);
    assert.equal((await system.api.get("/api/v1/open")).status, 200, "the new Redis has counted nobody");
  });

  it("Redis hangs: one request finds out by one command, and no other asks it", async () => {
    proxy = await redisProxy(redis.url);
    const system = await open({ REDIS_URL: proxy.url });
    proxy.stall();
    const first = await system.api.post("/api/v1/knock", { name: "ana" });
    assert.equal(first.status, 200, "three limits and a cache asked once in all");
    const asked = () => proxy?.heard().filter((name) => name !== "ping") ?? [];
    assert.equal(asked().length, 1, asked().join());
    assert.deepEqual(await statuses(times(40, () => system.api.get("/api/v1/open"))), { 200: 9, 429: 31 });
    assert.equal(asked().length, 1, asked().join());
    assert.equal(system.lines.filter(({ level, msg }) => level >= WARN && /Redis/.test(msg)).length, 1);
    proxy.resume();
    await until(() => system.kernel.cache.state() === "redis");
  });

  it("on a cluster too: the windows of one visitor live on one node", async () => {
    const cluster = await testRedis(["--cluster-enabled", "yes", "--cluster-announce-ip", "127.0.0.1"]);
    try {
      const admin = new Redis(cluster.url);
      await admin.call("CLUSTER", "ADDSLOTSRANGE", "0", "16383");
      admin.disconnect();
      const system = await open({ REDIS_CLUSTER_NODES: cluster.node });
      assert.deepEqual(await statuses(times(40, () => system.api.get("/api/v1/open"))), { 200: 10, 429: 30 });
      assert.equal(await metric(system, "pos_rate_limit_fallback_total"), 0);
      cluster.freeze();
      assert.equal((await system.api.get("/api/v1/open")).status, 200, "memory has counted nobody");
      assert.equal(await metric(system, "pos_redis_up"), 0);
      cluster.thaw();
    } finally {
      await cluster.close();
    }
  });

  async function direct(): Promise<Redis> {
    const client = new Redis(redis.url);
    opened.push({ close: async () => client.disconnect() } as System);
    return client;
  }
});

describe("a shop whose Redis hangs", () => {
  let redis: TestRedis;
  let proxy: RedisProxy;
  let shop: Shop;
  before(async function () {
    if (whyNoRedis() !== undefined) return this.skip();
    redis = await testRedis();
    proxy = await redisProxy(redis.url);
    shop = await openShop({ env: { REDIS_URL: proxy.url } });
    await until(() => shop.kernel.cache.state() === "redis");
  });
  after(async () => {
    await shop?.close();
    await proxy?.close();
    await redis?.close();
  });

  it("sells", async () => {
    const admin = await shop.api("admin");
    const product = { sku: "TINTO", name: "Tinto", price: "2500" };
    const { id } = (await admin.post<{ id: number }>("/api/v1/products", product)).body;
    const arrival = { product_id: id, quantity: "10.000", reason: "Compra" };
    assert.equal((await admin.post("/api/v1/inventory/adjustments", arrival, { key: "arrival" })).status, 201);
    proxy.stall();
    const order = { items: [{ code: "TINTO", quantity: "1" }], payments: [{ method: "cash", amount: "2500" }] };
    assert.equal((await admin.post("/api/v1/sales", order, { key: "first" })).status, 201);
    assert.equal(proxy.heard().filter((name) => name !== "ping").length, 1);
    proxy.resume();
  });
});
