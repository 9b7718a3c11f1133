/** Two instances share a Redis Cluster of six nodes; a master of it is killed while people work. */
import assert from "node:assert/strict";
import process from "node:process";
import { after, before, describe, it } from "mocha";
import { createApiClient } from "../harness/api-client.ts";
import { memoryLog } from "../harness/log.ts";
import { whyNoRedis } from "../harness/redis.ts";
import { type RedisCluster, redisCluster } from "../harness/redis-cluster.ts";
import { openShop, people, type Shop } from "../harness/shop.ts";
import { until } from "../harness/until.ts";

const PEOPLE = 12;

describe("two instances on a Redis Cluster", () => {
  let cluster: RedisCluster;
  let shop: Shop;
  let second: Shop;
  let tokens: string[];
  const { log, lines } = memoryLog();
  const closing: (() => Promise<unknown>)[] = [];
  before(async function () {
    const reason = whyNoRedis();
    if (reason !== undefined) {
      process.stdout.write(`    skipped: ${reason}\n`);
      return this.skip();
    }
    // six nodes come to know each other, and two instances start
    this.timeout(180_000);
    cluster = await redisCluster();
    closing.push(() => cluster.close());
    shop = await openShop({ env: { REDIS_CLUSTER_NODES: cluster.nodes }, log });
    closing.push(() => shop.close());
    second = await openShop({ env: { ...shop.env, PORT: "0" } });
    closing.push(() => second.close());
    await until(shared);
    const { username, password } = people.admin;
    const signIn = () =>
      createApiClient(() => shop.url).post<{ access_token: string }>("/api/v1/auth/login", { username, password });
    tokens = [];
    for (let turn = 0; turn < PEOPLE; turn++) tokens.push((await signIn()).body.access_token);
  });
  after(async () => {
    for (const close of closing.reverse()) await close();
  });

  const shared = () => [shop, second].every(({ kernel }) => kernel.cache.state() === "redis");
  /** everybody asks both instances once */
  const everybody = async () =>
    (
      await Promise.all(
        tokens.flatMap((token) =>
          [shop, second].map(
            async ({ url }) => (await createApiClient(() => url, token).get("/api/v1/auth/me")).status,
          ),
        ),
      )
    ).filter((status) => status !== 200);

  it("sessions and counters live on several of its nodes, and no command is sent to two of them", async () => {
    assert.deepEqual(await everybody(), []);
    // a machine with much else to do may be too late for Redis once; then memory serves, and Redis again
    await until(
      async () =>
        shared() && (await everybody()).length === 0 && (await cluster.sizes()).filter((keys) => keys > 0).length > 1,
    );
    const slots = lines.filter(({ reason }) => /CROSSSLOT|MOVED|ASK/.test(String(reason)));
    assert.deepEqual(slots, []);
  });

  it("a master is killed: nobody is signed out, nothing fails, and both share it again", async () => {
    const refused: number[] = [];
    let failedOver = false;
    const killing = cluster.killMasterOf("pos:whatever").then(() => {
      failedOver = true;
    });
    while (!failedOver) refused.push(...(await everybody()));
    await killing;
    await until(async () => {
      refused.push(...(await everybody()));
      return shared();
    });
    assert.deepEqual(refused, []);
  });

  it("who signs out at one instance afterwards is signed out at the other", async () => {
    const token = tokens.pop();
    assert.equal((await createApiClient(() => shop.url, token).post("/api/v1/auth/logout")).status, 204);
    assert.equal((await createApiClient(() => second.url, token).get("/api/v1/auth/me")).status, 401);
    assert.deepEqual(await everybody(), []);
  });
});
