/** A shop's day through a real PgBouncer in transaction mode: two instances share fewer connections than each would hold. */
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import process from "node:process";
import { after, before, describe, it } from "mocha";
import pg from "pg";
import { often } from "../../kernel/db/often.ts";
import { makeIn } from "../../plugins/backup/test/vault.ts";
import { assertBooks, type SaleAnswer, scan, stocked } from "../../plugins/pos/test/till.ts";
import { type ApiClient, createApiClient } from "../harness/api-client.ts";
import { memoryLog } from "../harness/log.ts";
import { migrateEverything } from "../harness/migrated.ts";
import { type PgBouncer, pgBouncer, whyNoPgBouncer } from "../harness/pgbouncer.ts";
import { migratedDatabase, type TestDatabase } from "../harness/postgres.ts";
import { openShop, people, type Shop } from "../harness/shop.ts";
import { until } from "../harness/until.ts";

const PLACES = 8;

describe("a shop behind PgBouncer in transaction mode", () => {
  let database: TestDatabase;
  let bouncer: PgBouncer;
  let shop: Shop;
  let second: Shop;
  const { log, lines } = memoryLog();
  const closing: (() => Promise<unknown>)[] = [];

  before(async function () {
    const reason = whyNoPgBouncer();
    if (reason !== undefined) {
      process.stdout.write(`    skipped: ${reason}\n`);
      return this.skip();
    }
    database = await migratedDatabase(migrateEverything);
    closing.push(() => database.drop());
    bouncer = await pgBouncer(database.url, PLACES);
    closing.push(() => bouncer.close());
    const env = { DATABASE_URL: bouncer.url, DATABASE_DIRECT_URL: database.url, BACKUP_DRILL: "true" };
    shop = await openShop({ env, log });
    closing.push(() => shop.close());
    second = await openShop({ env: { ...shop.env, PORT: "0" } });
    closing.push(() => second.close());
  });
  after(async () => {
    for (const close of closing.reverse()) await close();
  });

  const both = async () => {
    const { username, password } = people.admin;
    return Promise.all(
      [shop, second].map(async ({ url }) => {
        const login = { username, password };
        const answer = await createApiClient(() => url).post<{ access_token: string }>("/api/v1/auth/login", login);
        return createApiClient(() => url, answer.body.access_token);
      }),
    );
  };

  it("says once that the time limit of statements must be set on the role", () => {
    assert.ok(lines.some(({ msg }) => /the pooler refuses statement_timeout/.test(msg)));
  });

  it("prepares nothing by name: the next statement may run on another of the server's connections", async () => {
    const twice = often("SELECT count(*)::int + :none::int AS prepared FROM pg_prepared_statements");
    const asked = Array.from({ length: 30 }, () => shop.db.transaction((tx) => twice(tx, { none: 0 })));
    for (const { rows } of await Promise.all(asked)) assert.equal(rows[0].prepared, 0);
  });

  it("the day of a till: signed in, scanned, paid, shown, listed, taken out, closed", async () => {
    await stocked(shop, { sku: "TINTO", price: "2500", stock: "50" });
    const till = await shop.browser("manager");
    let page = await till.get("/pos/new");
    for (let turn = 0; turn < 3; turn++) page = await scan(page, "TINTO");
    assert.match(page.text, /7[.,]500/);
    const manager = await shop.api("manager");
    const order = { items: [{ code: "TINTO", quantity: "2" }], payments: [{ method: "cash", amount: "5000" }] };
    const sale = await manager.post<SaleAnswer>("/api/v1/sales", order, { key: "first" });
    assert.equal(sale.status, 201, sale.text);
    const again = await manager.post<SaleAnswer>("/api/v1/sales", order, { key: "first" });
    assert.equal(again.body.number, sale.body.number);
    assert.match((await till.get(`/sales/${sale.body.id}`)).text, new RegExp(sale.body.number));
    const file = await till.get("/products/export.csv");
    assert.equal(file.status, 200);
    assert.match(file.text, /TINTO/);
  });

  it("eight tills at both instances want fifty-six pieces of forty: forty are sold, and the books hold", async () => {
    await stocked(shop, { sku: "PAN", price: "1000", stock: "40" });
    const instances = await both();
    const order = { items: [{ code: "PAN", quantity: "1" }], payments: [{ method: "cash", amount: "1000" }] };
    const answers: number[] = [];
    const till = async (api: ApiClient) => {
      for (let turn = 0; turn < 7; turn++) {
        const key = randomUUID();
        const ring = async () => (await api.post("/api/v1/sales", order, { key })).status;
        // on a machine that has other things to do a place may not come free in time: asked again, as a till does
        let status = await ring();
        while (status === 503) status = await ring();
        answers.push(status);
      }
    };
    await Promise.all(instances.flatMap((api) => [till(api), till(api), till(api), till(api)]));
    const count = (wanted: number) => answers.filter((status) => status === wanted).length;
    assert.deepEqual([count(201), count(409)], [40, 16], answers.join());
    await assertBooks(shop);
  });

  it("a list of 1,200 products is read in, in its batches", async () => {
    const rows = Array.from({ length: 1200 }, (_, row) => `L${row};Producto ${row};1500`);
    const [admin] = await both();
    const sent = ["sku;nombre;precio", ...rows].join("\n");
    const answer = await admin?.post<{ created?: number; job_id?: number }>("/api/v1/products/import", sent, {
      type: "text/csv",
    });
    assert.ok(answer && answer.status < 300, answer?.text);
    if (answer.body.job_id !== undefined) {
      const job = `/api/v1/imports/${answer.body.job_id}`;
      await until(async () => (await admin?.get<{ status: string }>(job))?.body.status === "done");
    }
    const last = await admin?.get("/api/v1/products/by-code/L1199");
    assert.equal(last?.status, 200);
  });

  it("a job is done by one of the two instances, whatever connections they get", async () => {
    const tick = new Date("2026-01-05T03:00:00Z");
    const jobs = await Promise.all(
      [shop, second].map(({ kernel }) => kernel.jobs.runTick("kernel", "clean_outbox", tick)),
    );
    assert.deepEqual(jobs.sort(), ["done", "elsewhere"]);
  });

  it("a backup is made and proven past the pooler, as DATABASE_DIRECT_URL says", async () => {
    const made = await makeIn(shop);
    assert.equal(made.state, "good", made.fault ?? "");
    assert.equal(made.drill, "ok", made.drill_detail ?? "");
  });

  it("nothing of a session stays on the shared connections, and there are no more of them than there are places", async () => {
    const clients = await Promise.all(
      Array.from({ length: PLACES }, async () => {
        const client = new pg.Client(bouncer.url);
        await client.connect();
        await client.query("BEGIN");
        return client;
      }),
    );
    try {
      const pids = new Set<number>();
      for (const client of clients) {
        const { rows } = await client.query(
          `SELECT pg_backend_pid() AS pid, (SELECT count(*)::int FROM pg_prepared_statements) AS prepared,
             (SELECT count(*)::int FROM pg_listening_channels()) AS listening,
             (SELECT count(*)::int FROM pg_locks WHERE locktype = 'advisory' AND pid = pg_backend_pid()) AS locks,
             (SELECT count(*)::int FROM pg_class WHERE relpersistence = 't') AS temporary,
             current_setting('statement_timeout') || current_setting('idle_in_transaction_session_timeout') AS limits`,
        );
        const { pid, ...left } = rows[0];
        pids.add(pid);
        assert.deepEqual(left, { prepared: 0, listening: 0, locks: 0, temporary: 0, limits: "00" });
      }
      assert.equal(pids.size, PLACES);
    } finally {
      for (const client of clients) await client.end();
    }
  });
});
