import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { after, before, describe, it } from "mocha";
import { openShop, type Shop } from "../../../test/harness/shop.ts";
import { until } from "../../../test/harness/until.ts";

describe("what is measured", () => {
  let shop: Shop;
  before(async () => {
    shop = await openShop();
  });
  after(() => shop?.close());

  const read = async (accept = "*/*") =>
    (await fetch(`${shop.url}/metrics`, { headers: { accept, connection: "close" } })).text();
  const samples = (text: string) => text.split("\n").filter((line) => line !== "" && !line.startsWith("#"));
  const value = (text: string, series: string) =>
    Number(
      samples(text)
        .find((line) => line.startsWith(`${series} `))
        ?.slice(series.length + 1),
    );

  it("requests are counted by the route's template, and example ones name the request in OpenMetrics alone", async () => {
    const admin = await shop.api("admin");
    await admin.get("/api/v1/products/123456");
    const answer = await fetch(`${shop.url}/login`, { headers: { connection: "close" } });
    await answer.text();
    const id = answer.headers.get("x-request-id");
    const plain = await read();
    const product = 'pos_http_request_duration_seconds_count{method="GET",route="/api/v1/products/:id",status="404"}';
    assert.equal(value(plain, product), 1);
    assert.ok(!plain.includes("request_id"));
    assert.ok(!plain.includes("# EOF"));
    const open = await read("application/openmetrics-text; version=1.0.0");
    assert.ok(open.includes(`# {request_id="${id}"}`));
    assert.match(open, /# EOF\n$/);
    // one that was answered is in flight until the answer has left
    await until(async () => value(await read(), "pos_http_requests_in_flight") === 1);
  });

  it("ten thousand odd addresses make no series of their own", async () => {
    await Promise.all(["/nowhere/0", "/assets/0"].map(async (path) => (await fetch(shop.url + path)).text()));
    await fetch(`${shop.url}/nowhere/1`, { method: "POST" });
    await read();
    const before = samples(await read()).length;
    const methods = ["GET", "POST", "PUT", "PROPFIND", "DELETE"];
    const one = async (n: number) => {
      const method = methods[n % methods.length] ?? "GET";
      const path = [`/${randomUUID()}`, `/assets/${n}.js`, `/api/v1/${n}/x`, `/products/%F0%9F${n}`][n % 4];
      const request = { method, headers: { accept: "application/json" } };
      await fetch(`${shop.url}${path}?q=${n}`, request).then((answer) => answer.arrayBuffer());
    };
    for (let n = 0; n < 10_000; n += 50) await Promise.all(Array.from({ length: 50 }, (_, k) => one(n + k)));
    const text = await read();
    const counts = samples(text).filter((line) => line.startsWith("pos_http_request_duration_seconds_count"));
    const total = counts.reduce((sum, line) => sum + Number(line.split(" ").at(-1)), 0);
    assert.ok(total > 10_000, `${total} requests were counted`);
    const routes = new Set(shop.kernel.routes.map(({ route }) => route.path));
    for (const line of counts) {
      const [, route = ""] = /route="([^"]+)"/.exec(line) ?? [];
      assert.ok(route === "(none)" || route === "/assets/*" || routes.has(route), line);
    }
    // methods, and answers of 4xx, of two templates that were there before
    const more = samples(text).length - before;
    assert.ok(more < 400, `${more} more series`);
  }).timeout(180_000);

  it("the pool, queries, the cache, events, jobs and the process are told", async () => {
    await shop.kernel.jobs.runNow("kernel", "clean_outbox");
    const { cache } = shop.kernel;
    const [hits, misses] = ["hit", "miss"].map((result) => `pos_cache_requests_total{result="${result}"}`) as [
      string,
      string,
    ];
    const earlier = await read();
    await cache.get("metrics");
    await cache.set("metrics", 1, 60);
    await cache.get("metrics");
    const text = await read();
    assert.ok(value(text, hits) > value(earlier, hits));
    assert.ok(value(text, misses) > value(earlier, misses));
    assert.equal(value(text, "pos_database_up"), 1);
    assert.equal(value(text, "pos_database_pool_max"), 20);
    assert.ok(value(text, 'pos_database_pool_connections{state="used"}') >= 0);
    assert.equal(value(text, "pos_database_pool_waiting"), 0);
    assert.ok(value(text, 'pos_database_query_duration_seconds_count{pool="primary",result="ok"}') > 10);
    assert.equal(value(text, "pos_outbox_dead"), 0);
    assert.equal(value(text, "pos_outbox_lag_seconds"), 0);
    const job = '{task="kernel/clean_outbox"}';
    assert.ok(Math.abs(value(text, `pos_job_last_success_timestamp_seconds${job}`) - Date.now() / 1000) < 60);
    assert.ok(value(text, `pos_job_last_duration_seconds${job}`) >= 0);
    assert.equal(value(text, `pos_job_failed${job}`), 0);
    for (const name of ["process_cpu_seconds_total", "process_resident_memory_bytes", "nodejs_heap_size_limit_bytes"])
      assert.ok(value(text, name) > 0, name);
    assert.ok(value(text, "pos_memory_limit_bytes") > value(text, "process_resident_memory_bytes"));
    assert.ok(value(text, "nodejs_eventloop_lag_p99_seconds") >= 0);
    assert.match(text, /^pos_build_info\{version="\d+\.\d+\.\d+",node="v\d+/m);
  });

  it("a job that fails is told until it ends well", async () => {
    await shop.db.raw("ALTER TABLE outbox RENAME TO outbox_away");
    await assert.rejects(shop.kernel.jobs.runNow("kernel", "clean_outbox"));
    await shop.db.raw("ALTER TABLE outbox_away RENAME TO outbox");
    const failed = await read();
    assert.equal(value(failed, 'pos_job_failed{task="kernel/clean_outbox"}'), 1);
    assert.equal(value(failed, 'pos_job_failures_day{task="kernel/clean_outbox"}'), 1);
    await shop.kernel.jobs.runNow("kernel", "clean_outbox");
    assert.equal(value(await read(), 'pos_job_failed{task="kernel/clean_outbox"}'), 0);
  });

  it("a fault that nobody expected is counted", async () => {
    const admin = await shop.api("admin");
    await shop.db.raw("ALTER TABLE categories RENAME TO categories_away");
    assert.equal((await admin.get("/api/v1/categories")).status, 500);
    await shop.db.raw("ALTER TABLE categories_away RENAME TO categories");
    const text = await read();
    assert.equal(value(text, "pos_faults_total"), 1);
    assert.ok(value(text, 'pos_database_query_duration_seconds_count{pool="primary",result="error"}') > 0);
  });
}).timeout(240_000);
