import assert from "node:assert/strict";
import process from "node:process";
import { Redis } from "ioredis";
import { afterEach, before, beforeEach, describe, it } from "mocha";
import { createCache, type OpenCache } from "../../kernel/cache/index.ts";
import { BootError } from "../../kernel/errors.ts";
import { memoryLog } from "../harness/log.ts";
import { type TestRedis, testRedis, whyNoRedis } from "../harness/redis.ts";
import { until } from "../harness/until.ts";

const WARN = 40;

describe("the cache of several instances", () => {
  let redis: TestRedis;
  let journal: ReturnType<typeof memoryLog>;
  let opened: OpenCache[];

  before(function () {
    const reason = whyNoRedis();
    if (reason === undefined) return;
    process.stdout.write(`    skipped: ${reason}\n`);
    this.skip();
  });
  beforeEach(async () => {
    redis = await testRedis();
    journal = memoryLog();
    opened = [];
  });
  afterEach(async () => {
    await Promise.all(opened.map((cache) => cache.close()));
    await redis.close();
  });

  const open = async (
    options: { redisUrl?: string; clusterNodes?: string } = { redisUrl: redis.url },
  ): Promise<OpenCache> => {
    const cache = await createCache({ ...options, log: journal.log, patience: 10 });
    opened.push(cache);
    return cache;
  };
  const ready = async (opening: OpenCache | Promise<OpenCache>): Promise<OpenCache> => {
    const cache = await opening;
    await until(() => cache.state() === "redis");
    return cache;
  };
  const warnings = () => journal.lines.filter(({ level }) => level >= WARN).length;

  it("what one instance keeps, another finds, and for no longer than it should", async () => {
    const [here, there] = [await ready(open()), await ready(open())];
    await here.set("report", { total: 12500 }, 60);
    assert.deepEqual(await there.get("report"), { total: 12500 });
    await there.delete("report");
    assert.equal(await here.get("report"), undefined);
    await here.set("gone", 1, 0.001);
    await until(async () => (await there.get("gone")) === undefined);
  });

  it("keys carry the program's name, so that Redis may be shared", async () => {
    const cache = await ready(open());
    await cache.set("report", 1, 60);
    const other = new Redis(redis.url);
    assert.deepEqual(await other.keys("*"), ["pos:report"]);
    other.disconnect();
  });

  it("Redis is killed in the middle of the day: sales go on, one line in the log, and it comes back by itself", async () => {
    const cache = await ready(open());
    await redis.kill();
    for (let sale = 1; sale <= 50; sale++) {
      await cache.set("last sale", sale, 60);
      assert.equal(await cache.get("last sale"), sale);
    }
    assert.equal(cache.state(), "redis-down");
    assert.equal(warnings(), 1);
    await redis.start();
    await ready(cache);
    assert.equal(await cache.remember("after", 60, async () => "the storm"), "the storm");
    assert.equal(warnings(), 1);
  });

  it("Redis that freezes holds up one request for a moment, not every one, and is used again when it thaws", async () => {
    const cache = await ready(open());
    await cache.set("x", 1, 60);
    redis.freeze();
    assert.equal(await cache.get("x"), undefined, "what only Redis knows is loaded again");
    assert.equal(cache.state(), "redis-down");
    redis.thaw();
    await ready(cache);
    assert.equal(await cache.get("x"), 1);
  });

  it("a session ended while Redis was away is not back when Redis is", async () => {
    const [here, there] = [await ready(open()), await ready(open())];
    await here.set("session:1", "Ana", 3600);
    redis.freeze();
    await here.delete("session:1");
    redis.thaw();
    await ready(here);
    assert.equal(await here.get("session:1"), undefined);
    await ready(there);
    assert.equal(await there.get("session:1"), undefined);
  });

  it("what stood in for one outage does not turn up in the next", async () => {
    const cache = await ready(open());
    redis.freeze();
    await cache.set("price", "old", 3600);
    redis.thaw();
    await ready(cache);
    await cache.set("price", "new", 3600);
    redis.freeze();
    assert.equal(await cache.get("price"), undefined);
    redis.thaw();
  });

  it("starts without Redis, and finds it later", async () => {
    await redis.kill();
    const cache = await open();
    await cache.set("x", 1, 60);
    assert.equal(await cache.get("x"), 1);
    assert.equal(cache.state(), "redis-down");
    await redis.start();
    await ready(cache);
  });

  it("works on a Redis Cluster", async () => {
    const cluster = await testRedis(["--cluster-enabled", "yes", "--cluster-announce-ip", "127.0.0.1"]);
    try {
      const admin = new Redis(cluster.url);
      await admin.call("CLUSTER", "ADDSLOTSRANGE", "0", "16383");
      admin.disconnect();
      const cache = await ready(open({ clusterNodes: cluster.node }));
      for (const key of ["a", "b", "c"]) await cache.set(key, key, 60);
      assert.deepEqual(await Promise.all(["a", "b", "c"].map((key) => cache.get(key))), ["a", "b", "c"]);
      await cluster.kill();
      await cache.set("a", "in memory", 60);
      assert.equal(await cache.get("a"), "in memory");
      await cluster.start();
      await ready(cache);
      await cache.close();
    } finally {
      await cluster.close();
    }
  });

  it("names the faulty node of a cluster", async () => {
    await assert.rejects(open({ clusterNodes: "10.0.0.1:6379,10.0.0.2" }), BootError);
  });
});
