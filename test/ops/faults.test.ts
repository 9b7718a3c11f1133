/** Alerts that no server need be stopped for: each by a real fault of its kind, heard by whoever Alertmanager calls. */
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { after, before, beforeEach, describe, it } from "mocha";
import pg from "pg";
import { startKernel } from "../../kernel/kernel.ts";
import { importRequested } from "../../kernel/lists/imports.ts";
import { makeIn } from "../../plugins/backup/test/vault.ts";
import { cash, ring, stocked } from "../../plugins/pos/test/till.ts";
import type { ApiClient } from "../harness/api-client.ts";
import { byTcp } from "../harness/by-tcp.ts";
import { selfSigned } from "../harness/certificate.ts";
import { type HandClock, handClock } from "../harness/clock.ts";
import { freePort } from "../harness/free-port.ts";
import { whyNoProgram } from "../harness/programs.ts";
import { type Monitoring, startMonitoring, whyNoPrometheus } from "../harness/prometheus.ts";
import { type TestRedis, testRedis, whyNoRedis } from "../harness/redis.ts";
import { type RedisProxy, redisProxy } from "../harness/redis-proxy.ts";
import { openShop, type RunningKernel, type Shop } from "../harness/shop.ts";
import { tamper } from "../harness/tamper.ts";
import { meanwhile, until } from "../harness/until.ts";

const TOKEN = "a-token-for-Prometheus";
const DAY_MS = 86_400_000;
const RULES = join(import.meta.dirname, "../../ops/prometheus/rules");
const rules = readdirSync(RULES)
  .map((name) => readFileSync(join(RULES, name), "utf8"))
  .join("\n");
/** those of monitoring.test.ts, on a server and a disk that may be taken away; the last one of cluster.test.ts, which has a replica */
const ELSEWHERE = ["ServiceDown", "DatabaseDown", "CriticalErrors", "HighErrorRate", "BackupFailed", "ReplicaNotRead"];
/** a machine that is full for minutes, a watch that watches nothing: promtool alone tries them */
const NOT_HERE = ["ServiceMissing", "HighCpu", "HighMemory", "HeapNearlyFull", "FiguresMissing"];
/** there is no replica */
const NO_FIGURE = ["pos_replica_up"];

describe("alerts of a shop in which all is broken", () => {
  const undo: (() => Promise<unknown>)[] = [];
  let isHere = false;
  let shop: Shop;
  let admin: ApiClient;
  let clock: HandClock;
  let redis: TestRedis;
  let second: RunningKernel;
  let proxy: RedisProxy;
  let watch: Monitoring;

  before(async function () {
    this.timeout(240_000);
    const reason = whyNoPrometheus() ?? whyNoRedis() ?? whyNoProgram("openssl");
    if (reason !== undefined) return void process.stdout.write(`    skipped: ${reason}\n`);
    isHere = true;
    const folder = await mkdtemp(join(tmpdir(), "pos-odata-faults-"));
    undo.push(() => rm(folder, { recursive: true, force: true }));
    redis = await testRedis();
    undo.push(() => redis.close());
    // what is done now was done ten days ago for Prometheus
    clock = handClock(new Date(Date.now() - 10 * DAY_MS).toISOString());
    await writeFile(join(folder, "file"), "");
    shop = await openShop({
      clock,
      // Prometheus waits for no figure
      patience: 1,
      env: {
        METRICS_TOKEN: TOKEN,
        METRICS_CERTIFICATE: await certificate(folder, 5),
        REDIS_URL: redis.url,
        BACKUP_DIR: join(folder, "backups"),
        BACKUP_METHOD: "copy",
        BACKUP_DRILL: "true",
        // no folder can be made in a file
        BACKUP_COPY_DIR: join(folder, "file", "copies"),
      },
    });
    undo.push(() => shop.close());
    admin = await shop.api("admin");
    const database = byTcp(shop.env["DATABASE_URL"] ?? "");
    proxy = await redisProxy(database.href);
    undo.push(() => proxy.close());
    database.host = new URL(proxy.url).host;
    // by the wall's clock it would begin a job, of all moments, when this test runs it
    second = await startKernel({ env: { ...shop.env, DATABASE_URL: database.href }, clock, ticks: false });
    undo.push(() => second.stop());
    undo.push(async () => proxy.resume());
    watch = await startMonitoring(
      [shop.kernel.port, second.port].map((port) => `127.0.0.1:${port}`),
      TOKEN,
    );
    undo.push(() => watch.close());
  });
  beforeEach(function () {
    if (!isHere) this.skip();
  });
  after(async () => {
    for (const step of undo.splice(0).reverse()) await step();
  });

  const post = async (path: string, body: object) => {
    const answer = await admin.post<{ id: number }>(path, body, { key: randomUUID() });
    assert.equal(answer.status, 201, answer.text);
    return answer.body.id;
  };
  const dayIn = (days: number) => new Date(clock.now().getTime() + days * DAY_MS).toISOString().slice(0, 10);
  /** a register with that many numbers, of which some are used */
  const numbered = async (name: string, numbers: number, used: number, days: number) => {
    const register = await post("/api/v1/registers", { name });
    const range = { prefix: name, from: 1, to: numbers, expires_on: dayIn(days) };
    await post(`/api/v1/registers/${register}/number-ranges`, range);
    for (let n = 0; n < used; n++) await sell(register);
    return register;
  };
  const sell = async (register: number) => {
    const items = [{ code: "PAN", quantity: "1" }];
    const sold = await ring(admin, { items, payments: cash("1000"), register_id: register });
    assert.equal(sold.status, 201, sold.text);
  };

  /** somebody who keeps the sales to himself until he leaves */
  const locked = async () => {
    const client = new pg.Client(shop.env["DATABASE_URL"]);
    await client.connect();
    await client.query("BEGIN");
    await client.query("LOCK TABLE sales IN ACCESS EXCLUSIVE MODE");
    return client;
  };

  it("numbers that are nearly used, used up, about to end; a certificate about to end", async () => {
    await stocked(shop, { sku: "PAN" });
    const nearly = await numbered("Poca", 11, 10, 100);
    const none = await numbered("Nada", 1, 1, 100);
    const ending = await numbered("Fin", 100, 0, 10);
    for (const [alert, register] of [
      ["NumbersNearlyUsed", nearly],
      ["NumbersUsedUp", none],
      ["NumbersEnd", ending],
    ] as const)
      assert.equal((await watch.hears(alert)).labels["register"], String(register), alert);
    const { annotations } = await watch.hears("NumbersNearlyUsed");
    assert.match(annotations["summary"] ?? "", /^register \d+ has 9\.09\d*% of its numbers left$/);
    await watch.hears("CertificateEnds");
  });

  it("a lock that holds all connections: the queue is told although the database looks as if it were away", async () => {
    const blocker = await locked();
    const asked: Promise<unknown>[] = [];
    const crowd = setInterval(() => {
      for (let n = 0; n < 10; n++) asked.push(admin.get("/api/v1/sales").catch(() => {}));
    }, 500);
    try {
      await watch.hears("PoolNearlyFull");
      await watch.hears("PoolQueue");
    } finally {
      clearInterval(crowd);
      await blocker.end();
      await Promise.all(asked);
    }
  });

  it("a till that waits for a lock again and again", async () => {
    const isSlow = async () =>
      (
        await shop.db.raw(
          `SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'
            AND clock_timestamp() - query_start > interval '1.1 s'`,
        )
      ).rows.length > 0;
    await meanwhile(watch.hears("SlowRequests"), async () => {
      const blocker = await locked();
      const asked = admin.get("/api/v1/sales");
      await until(isSlow).finally(() => blocker.end());
      assert.equal((await asked).status, 200);
    });
  });

  it("books, a ledger and reports that somebody wrote in, a job without its table, a backup of all that with no second place", async () => {
    await shop.kernel.ledgers.seal();
    await tamper(shop.db, ["audit_log", "inventory"], async (tx) => {
      await tx.raw("UPDATE audit_log SET subject = 'nobody' WHERE id = (SELECT min(id) FROM audit_log)");
      await tx.raw("UPDATE inventory SET on_hand_milli = on_hand_milli + 1");
    });
    for (const name of ["check_recent_documents", "check_invariants", "verify_ledgers"])
      await shop.kernel.jobs.runNow("kernel", name);
    await shop.db.raw("INSERT INTO report_tenders VALUES (1, '2019-03-31', 'cash', 'sale', 'COP', 1, 1)");
    await shop.db.raw("UPDATE report_progress SET compared_at = NULL");
    await shop.kernel.jobs.runNow("reports", "compare-sums");
    await shop.db.raw("ALTER TABLE outbox RENAME TO outbox_away");
    await assert.rejects(shop.kernel.jobs.runNow("kernel", "clean_outbox"));
    await shop.db.raw("ALTER TABLE outbox_away RENAME TO outbox");
    assert.equal((await makeIn(shop)).state, "good");
    assert.equal((await watch.hears("InvariantBroken")).labels["invariant"], "stock_on_hand");
    await watch.hears("ReportsMended");
    assert.equal((await watch.hears("LedgerTampered")).labels["ledger"], "audit");
    assert.equal((await watch.hears("JobFailed")).labels["task"], "kernel/clean_outbox");
    await watch.hears("BackupNotProven");
    assert.equal((await watch.hears("BackupNotCopied")).labels["place"], "folder");
  });

  it("what nobody did for ten days", async () => {
    // the end of a job is told by the database's clock
    await shop.db.raw(
      "UPDATE job_runs SET finished_at = finished_at - interval '10 days' WHERE job = 'verify_ledgers'",
    );
    for (const alert of ["InvariantsNotChecked", "LedgerNotVerified", "JobLate", "BackupNotTried"]) {
      const { annotations } = await watch.hears(alert);
      assert.match(annotations["summary"] ?? "", /(^| )10d 0h/, alert);
    }
  });

  it("a day and three hours with a shift open, no backup, a printer that is off, an event that no handler can digest", async () => {
    const printer = { name: "apagada", host: "127.0.0.1", port: await freePort() };
    const printerId = await post("/api/v1/printers", printer);
    assert.equal((await admin.put("/api/v1/registers/1/printer", { printer_id: printerId })).status, 200);
    const tried = async (table: string, column: string) =>
      (await shop.db.raw(`SELECT FROM ${table} WHERE ${column} > 0`)).rows.length;
    for (let n = 0; n < 2; n++) await sell(1);
    // both stand in the queue, which hears of sales a moment later, before a day goes by
    await until(async () => (await tried("print_jobs", "id")) === 2 && (await tried("print_jobs", "tries")) > 0);
    for (let n = 0; n < 2; n++)
      await shop.kernel.db.transaction((tx) =>
        shop.kernel.outbox.emit(tx, importRequested("inventory"), { importId: "no number" as unknown as number }),
      );
    await until(async () => (await tried("outbox_deliveries", "attempts")) === 2);
    // one of each has had all its tries but one
    await shop.db.raw("UPDATE print_jobs SET tries = 19 WHERE id = (SELECT min(id) FROM print_jobs)");
    await shop.db.raw(
      "UPDATE outbox_deliveries SET attempts = 9 WHERE event_id = (SELECT min(event_id) FROM outbox_deliveries WHERE attempts > 0)",
    );
    clock.advance(27 * 3_600_000);
    for (const alert of [
      "ShiftForgotten",
      "BackupLate",
      "PrintersStuck",
      "PrintJobsFailed",
      "OutboxDead",
      "OutboxLate",
    ])
      await watch.hears(alert);
  });

  it("an event loop that somebody holds up", async () => {
    const spin = setInterval(() => {
      const end = performance.now() + 700;
      while (performance.now() < end);
    }, 1500);
    await watch.hears("EventLoopSlow").finally(() => clearInterval(spin));
  });

  it("Redis is gone; one of two instances does not reach the database", async () => {
    await redis.kill();
    proxy.stall();
    await watch.hears("RedisDown");
    await watch.hears("DatabaseUnreachable", "firing", { instance: `127.0.0.1:${second.port}` });
  });

  it("no alert has been forgotten, and each is made of figures that there are", async () => {
    const heard = new Set([...watch.told.map(({ labels }) => labels["alertname"] ?? ""), ...ELSEWHERE, ...NOT_HERE]);
    const alerts = [...rules.matchAll(/^ {6}- alert: (\w+)$/gm)].map(([, name = ""]) => name);
    assert.deepEqual(
      alerts.filter((name) => !heard.has(name)),
      [],
    );
    const figures = new Set(rules.match(/\b(?:pos|process|nodejs)_\w+/g));
    assert.ok(figures.size > 25);
    for (const figure of NO_FIGURE) assert.ok(figures.delete(figure), figure);
    for (const figure of figures)
      assert.ok((await watch.query(`count(last_over_time(${figure}[10m]))`)).length === 1, figure);
  });
}).timeout(240_000);

/** A self-signed certificate that ends in so many days; its file. */
async function certificate(folder: string, days: number): Promise<string> {
  const file = join(folder, "fullchain.pem");
  await selfSigned({ certificate: file, key: join(folder, "key.pem") }, { days });
  return file;
}
