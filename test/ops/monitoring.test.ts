import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { after, before, beforeEach, describe, it } from "mocha";
import { makeIn } from "../../plugins/backup/test/vault.ts";
import { cash, ring, stocked } from "../../plugins/pos/test/till.ts";
import { hasPostgres15, type Server15, server15 } from "../harness/postgres15.ts";
import { type Monitoring, run, startMonitoring, whyNoPrometheus } from "../harness/prometheus.ts";
import { openShop, type Shop } from "../harness/shop.ts";
import { meanwhile, until } from "../harness/until.ts";

const TOKEN = "a-token-for-Prometheus";
const DASHBOARDS = join(import.meta.dirname, "../../ops/grafana/dashboards");

/** with a second of patience they tell how busy the machine of the tests is */
const OF_A_SLOW_MACHINE = ["FiguresMissing", "EventLoopSlow", "PoolNearlyFull", "PoolQueue", "SlowRequests"];

interface Dashboard {
  panels: { title: string; datasource: { uid: string }; targets: { expr: string }[] }[];
  templating: { list: { name: string }[] };
}

/** Faults that are real, on a server that may be stopped, seen by the programs that an operator runs. */
describe("a shop that is watched", () => {
  let server: Server15 | undefined;
  let shop: Shop;
  let watch: Monitoring;
  let backups: string;
  let mounted = false;

  before(async function () {
    this.timeout(240_000);
    const reason = whyNoPrometheus() ?? (hasPostgres15 ? undefined : "postgresql-15 is not installed");
    if (reason !== undefined) {
      process.stdout.write(`    skipped: ${reason}\n`);
      return;
    }
    server = await server15();
    await server.start();
    await server.as("createdb", ["-h", "127.0.0.1", "-p", String(server.port), "-U", "postgres", "shop"]);
    backups = await mkdtemp(join(tmpdir(), "pos-odata-full-"));
    mounted = await run("mount", ["-t", "tmpfs", "-o", "size=4m", "tmpfs", backups]).then(
      () => true,
      () => false,
    );
    shop = await openShop({
      // Prometheus waits for no figure
      patience: 1,
      env: {
        DATABASE_URL: server.url("shop"),
        METRICS_TOKEN: TOKEN,
        BACKUP_DIR: backups,
        BACKUP_METHOD: "copy",
        BACKUP_DRILL: "true",
      },
    });
    watch = await startMonitoring([`127.0.0.1:${shop.kernel.port}`], TOKEN);
  });
  beforeEach(function () {
    if (server === undefined) this.skip();
  });
  after(async () => {
    await watch?.close();
    await server?.start().catch(() => {});
    await shop?.close();
    await server?.remove();
    if (mounted) await run("umount", [backups]);
    if (backups) await rm(backups, { recursive: true, force: true });
  });

  it("sells, keeps its books, makes a backup, and nothing is the matter", async () => {
    const admin = await shop.api("admin");
    const { body } = await admin.get<{ data: { id: number }[] }>("/api/v1/registers");
    const range = { prefix: "W", from: 1, to: 1000, expires_on: "2099-12-31" };
    const path = `/api/v1/registers/${body.data[0]?.id}/number-ranges`;
    assert.equal((await admin.post(path, range, { key: randomUUID() })).status, 201);
    const bread = await stocked(shop, { sku: "PAN", price: "500", stock: "9", reorder_point: "10" });
    const items = [{ product_id: bread.id, quantity: "1" }];
    const sold = await ring(admin, { items, payments: cash("500") });
    assert.equal(sold.status, 201, sold.text);
    for (const name of ["clean_outbox", "check_recent_documents", "check_invariants", "verify_ledgers"])
      await shop.kernel.jobs.runNow("kernel", name);
    assert.equal((await makeIn(shop)).state, "good");
    await until(async () => (await watch.query('pos_day_sales{store="1"} == 1')).length === 1);
    // with a second of patience a rule may fire over the start itself: what is no fault goes by
    await until(async () => {
      const firing = await watch.query('ALERTS{alertstate="firing"}');
      return firing.every(({ metric }) => OF_A_SLOW_MACHINE.includes(metric["alertname"] ?? ""));
    });
  });

  it("a table that is gone: the burst of faults reaches the operator, with the way to the runbook", async () => {
    const admin = await shop.api("admin");
    await shop.db.raw("ALTER TABLE categories RENAME TO categories_away");
    const both = Promise.all([watch.hears("CriticalErrors"), watch.hears("HighErrorRate")]);
    // until it is heard: a rate needs two looks
    const [told] = await meanwhile(both, async () => {
      assert.equal((await admin.get("/api/v1/categories")).status, 500);
    }).finally(() => shop.db.raw("ALTER TABLE categories_away RENAME TO categories"));
    assert.equal(told.labels["severity"], "critical");
    assert.match(
      told.annotations["summary"] ?? "",
      /^\d+ faults that nobody expected in 5 minutes on 127\.0\.0\.1:\d+/,
    );
    assert.equal(told.annotations["runbook"], "ops/RUNBOOK.md#criticalerrors");
  });

  it("Prometheus keeps the id of an example request, by which it is found in the log", async () => {
    const path = "/api/v1/products/987654321";
    const { headers } = await fetch(`${shop.url}${path}`);
    const id = headers.get("x-request-id") ?? "";
    await until(async () => (await watch.examples("pos_http_request_duration_seconds_bucket")).includes(id));
  });

  for (const name of ["system", "business"]) {
    it(`every query of the dashboard ${name} finds something`, async () => {
      const dashboard: Dashboard = JSON.parse(readFileSync(join(DASHBOARDS, `${name}.json`), "utf8"));
      const queries = dashboard.panels.flatMap(({ title, targets }) => targets.map(({ expr }) => ({ title, expr })));
      assert.ok(queries.length > 12);
      // a rate needs two looks at the faults of the test before
      const twice = 'count_over_time(pos_http_request_duration_seconds_count{status="500"}[5m]) > 2';
      await until(async () => (await watch.query(twice)).length > 0);
      const known = dashboard.templating.list.map((variable) => variable.name);
      for (const { title, expr } of queries) {
        for (const [, used = ""] of expr.matchAll(/\$(?!__)(\w+)/g))
          assert.ok(known.includes(used), `${title}: $${used}`);
        const said = expr.replaceAll("$__rate_interval", "1m").replace(/\$(?!__)\w+/g, ".+");
        assert.ok((await watch.query(said)).length > 0, `${title}: ${said} finds nothing`);
      }
    });
  }

  it("a full disk: the operator hears that the backup failed, and that it is good again", async () => {
    if (!mounted) {
      process.stdout.write("      no file system may be mounted here: a full disk is not tried\n");
      return;
    }
    const said = await run("df", ["--output=avail", "-B1", backups]);
    const free = Number(said.trim().split("\n").at(-1));
    await writeFile(join(backups, "ballast"), Buffer.alloc(free - 4096));
    const failed = await makeIn(shop);
    assert.deepEqual([failed.state, failed.fault], ["failed", "NO_SPACE"]);
    assert.equal((await watch.hears("BackupFailed")).annotations["runbook"], "ops/RUNBOOK.md#backupfailed");
    await rm(join(backups, "ballast"));
    assert.equal((await makeIn(shop)).state, "good");
    await watch.hears("BackupFailed", "resolved");
  });

  it("a database that is stopped: the operator knows, and when it is over", async () => {
    await server?.stop();
    const told = await watch.hears("DatabaseDown");
    assert.equal(told.annotations["runbook"], "ops/RUNBOOK.md#databasedown");
    // the app itself answers, and says what it lacks
    await until(async () => (await watch.query("up == 1 and on (instance) pos_database_up == 0")).length === 1);
    await server?.start();
    await watch.hears("DatabaseDown", "resolved");
  });

  it("an app that is gone", async () => {
    await shop.kernel.stop();
    const { labels, annotations } = await watch.hears("ServiceDown");
    assert.match(labels["instance"] ?? "", /^127\.0\.0\.1:\d+$/);
    assert.equal(annotations["runbook"], "ops/RUNBOOK.md#servicedown");
  });
}).timeout(240_000);
