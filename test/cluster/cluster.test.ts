/**
 * A shop on many machines, all of them on this one: nginx, three instances, PostgreSQL with a streaming replica, a Redis Cluster of
 * six, Prometheus with the project's rules. Tills sell while one after the other is taken away. `npm run test:cluster`
 */
import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { Agent } from "node:https";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import knex, { type Knex } from "knex";
import { after, before, describe, it } from "mocha";
import { assertBooks } from "../../plugins/pos/test/till.ts";
import { type RunningApp, startApp } from "../crash/app.ts";
import { openForBusiness } from "../crash/clients.ts";
import { type Edge, startEdge, whyNoNginx } from "../harness/nginx.ts";
import { hasPostgres15, type Server15, server15, standby15 } from "../harness/postgres15.ts";
import { whyNoProgram } from "../harness/programs.ts";
import { type Monitoring, startMonitoring, whyNoPrometheus } from "../harness/prometheus.ts";
import { whyNoRedis } from "../harness/redis.ts";
import { type RedisCluster, redisCluster } from "../harness/redis-cluster.ts";
import { until } from "../harness/until.ts";
import { deploy } from "./deployment.ts";
import { type Ask, type Journal, looker, newJournal, signInOnPage, till, token } from "./tills.ts";

const SECONDS = Number(process.env["CLUSTER_SECONDS"] ?? 60);
const TILLS = 4;
const LOOKERS = 2;
/** after the primary answers again an instance may find it out so much later; on a slow machine, so much as the restart took */
const GRACE_MS = 8000;
const TOKEN = "a-token-for-Prometheus";

describe("a shop on many machines", function () {
  this.timeout(600_000);
  const undo: (() => Promise<unknown>)[] = [];
  const journal: Journal = newJournal();
  let primary: Server15;
  let standby: Server15;
  let redis: RedisCluster;
  let apps: RunningApp[];
  let edge: Edge;
  let watch: Monitoring;
  let folder: string;
  let env: Record<string, string>;
  let goods: number[];
  let looked: number[];
  /** when the primary was away, by performance.now */
  const away = { from: 0, to: 0 };

  before(async function () {
    const why = [
      whyNoNginx(),
      whyNoRedis(),
      whyNoPrometheus(),
      hasPostgres15 ? undefined : "no PostgreSQL 15",
      whyNoProgram("bash", "flock", "curl"),
    ];
    const missing = why.filter((one) => one !== undefined);
    if (missing.length > 0) {
      process.stderr.write(`      skipped: ${missing.join("; ")}\n`);
      return this.skip();
    }
    primary = await server15({ max_connections: "200" });
    undo.push(() => primary.remove());
    await primary.start();
    await primary.as("createdb", ["-h", "127.0.0.1", "-p", String(primary.port), "-U", "postgres", "shop"]);
    standby = await standby15(primary);
    undo.push(() => standby.remove());
    await standby.start();
    redis = await redisCluster();
    undo.push(() => redis.close());
    folder = await mkdtemp(join(tmpdir(), "pos-odata-cluster-"));
    undo.push(() => rm(folder, { recursive: true, force: true }));
    env = {
      DATABASE_URL: primary.url("shop"),
      DATABASE_REPLICA_URL: standby.url("shop"),
      REDIS_CLUSTER_NODES: redis.nodes,
      DATA_DIR: folder,
      JWT_SECRET: "a secret of thirty-two bytes, at least",
      METRICS_TOKEN: TOKEN,
      TRUST_PROXY: "127.0.0.2",
    };
    apps = [];
    // one after the other: when one does not start, those that did are stopped
    while (apps.length < 3) {
      const app = await startApp(env);
      undo.push(() => app.stop());
      apps.push(app);
    }
    edge = await startEdge(urls(), ["proxy_bind 127.0.0.2;"]);
    undo.push(() => edge.stop());
    watch = await startMonitoring(
      urls().map((url) => new URL(url).host),
      TOKEN,
    );
    undo.push(() => watch.close());
    goods = (await openForBusiness(apps[0]?.url ?? "", 7)).goods.slice(0, -1);
  });
  after(async () => {
    for (const step of undo.splice(0).reverse()) await step().catch((error) => process.stderr.write(`${error}\n`));
  });

  const urls = () => apps.map(({ url }) => url);
  const health = async (app: RunningApp | undefined, part: string) => {
    const answer = await fetch(`${app?.url}/health`, { headers: { connection: "close" } }).catch(() => undefined);
    const told = (await answer?.json().catch(() => undefined)) as
      | { checks: Record<string, { status: string }> }
      | undefined;
    return told?.checks[part]?.status;
  };
  const everywhere = (part: string, status: string) =>
    until(async () => (await Promise.all(apps.map((app) => health(app, part)))).every((said) => said === status));
  const moreSales = async (count: number) => {
    const wanted = journal.sold.length + count;
    await until(() => journal.sold.length >= wanted);
  };

  it("tills go on selling while everything fails in turn", async () => {
    await everywhere("replica", "ok");
    await everywhere("redis", "ok");
    // what fires before anything has failed would be taken for the failure
    await until(async () => (await watch.query("sum(up)"))[0]?.value[1] === String(apps.length));
    watch.told.length = 0;
    const end = performance.now() + SECONDS * 1000;
    let over = false;
    const goesOn = () => !over || performance.now() < end;
    const agent = new Agent({ keepAlive: true });
    // one after the other: many tries at one account at once are an attack
    const bearers: string[] = [];
    while (bearers.length < TILLS) bearers.push(await token(edge));
    const sessions: Ask[] = [];
    while (sessions.length < LOOKERS) sessions.push(await signInOnPage(edge, agent));
    const work = [
      ...bearers.map((bearer) => till(edge, bearer, goods, journal, goesOn)),
      ...sessions.map((ask) => looker(ask, journal, goesOn)),
    ];
    const working = Promise.all(work);
    const failing = (async () => {
      await moreSales(20);
      say("an instance is killed");
      const [first] = apps;
      await first?.kill();
      await watch.hears("ServiceDown");
      await first?.killAndRestart();
      await watch.hears("ServiceDown", "resolved");

      say("a master of Redis is killed");
      await redis.killMasterOf("pos:anything");
      await everywhere("redis", "ok");
      await moreSales(20);

      say("the replica is stopped");
      await standby.stop("immediate");
      await watch.hears("ReplicaNotRead");
      await moreSales(20);
      await standby.start();
      await everywhere("replica", "ok");
      await watch.hears("ReplicaNotRead", "resolved");

      say("the primary is restarted");
      away.from = performance.now();
      await primary.stop("fast");
      // a restart that takes its time: whoever is on call hears of it
      await watch.hears("DatabaseDown");
      await primary.start();
      await everywhere("database", "ok");
      away.to = performance.now();
      await everywhere("replica", "ok");
      await watch.hears("DatabaseDown", "resolved");
      await moreSales(20);

      say("a version comes in: all three instances are replaced, one by one");
      const before = apps.map((app) => app.pid());
      await deploy({ apps, edge, env, folder });
      assert.ok(apps.every((app, index) => app.pid() !== before[index]));
      await moreSales(20);
    })();
    // whatever fails first is told, and everybody goes home
    await Promise.race([failing, working]).finally(() => {
      over = true;
    });
    looked = (await working).filter((count) => typeof count === "number");
    agent.destroy();
    say(`${journal.sold.length} sales, ${looked.join(" and ")} pages, ${journal.trouble.length} times asked again`);
  });

  it("nobody was signed out or refused, and every list showed the sale that was just made", () => {
    assert.deepEqual(journal.wrong, []);
    assert.ok(looked.length === LOOKERS && looked.every((count) => count > SECONDS / 4), looked.join());
  });

  it("errors came in the seconds of the primary's restart alone", () => {
    const grace = Math.max(GRACE_MS, away.to - away.from);
    const outside = journal.trouble.filter(({ asked, at }) => at < away.from || asked > away.to + grace);
    assert.deepEqual(outside, []);
    assert.ok(journal.trouble.length > 0, "the primary was away, and somebody noticed");
  });

  it("no sale is lost and none is twice; stock, money and books agree", async () => {
    const db: Knex = knex({ client: "pg", connection: primary.url("shop"), pool: { min: 0, max: 2 } });
    try {
      const { rows: kept } = await db.raw("SELECT id::int, number FROM sales ORDER BY id");
      const answered = journal.sold.map(({ id, number }) => ({ id, number })).sort((a, b) => a.id - b.id);
      assert.deepEqual(kept, answered);
      assert.equal(new Set(journal.sold.map(({ key }) => key)).size, kept.length);
      await assertBooks({ db });
      for (const product of goods) {
        const sold = journal.sold.filter(({ productId }) => productId === product).length;
        const { rows } = await db.raw("SELECT on_hand_milli::int AS left FROM inventory WHERE product_id = ?", [
          product,
        ]);
        assert.equal(rows[0].left, (100_000 - sold) * 1000);
      }
      const { rows } = await db.raw("SELECT sum(total_minor)::int AS sold FROM sales");
      assert.equal(rows[0].sold, kept.length * 100_000);
    } finally {
      await db.destroy();
    }
  });

  it("the replica has the same, and read its share", async () => {
    const count = async (server: Server15) =>
      JSON.stringify(await server.ask("SELECT count(*), sum(total_minor) FROM sales"));
    const all = await count(primary);
    await until(async () => (await count(standby)) === all);
    const reads = await watch.query('sum(pos_replica_reads_total{served_by="replica"})');
    assert.ok(Number(reads[0]?.value[1]) > 0);
  });

  it("who is on call heard of each failure, with the way to the runbook, and of nothing that did not happen", async () => {
    const names = new Set(watch.told.map(({ labels }) => labels["alertname"] ?? ""));
    for (const name of ["ServiceDown", "ReplicaNotRead", "DatabaseDown"]) {
      assert.ok(names.has(name), name);
      const { annotations } = await watch.hears(name);
      assert.equal(annotations["runbook"], `ops/RUNBOOK.md#${name.toLowerCase()}`);
    }
    const [killed] = apps;
    assert.equal((await watch.hears("ServiceDown")).labels["instance"], new URL(killed?.url ?? "").host);
    for (const name of ["ServiceMissing", "InvariantBroken", "LedgerTampered", "OutboxDead"])
      assert.ok(!names.has(name), name);
  });

  function say(what: string): void {
    process.stdout.write(`      ${what}\n`);
  }
});
