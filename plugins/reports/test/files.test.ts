/** Files of long reports: made behind a page that tells how far they are, fetched whole, by nobody else. */
import assert from "node:assert/strict";
import { after, before, describe, it } from "mocha";
import type { ApiClient } from "../../../test/harness/api-client.ts";
import { openShop, people, type Shop } from "../../../test/harness/shop.ts";
import { until } from "../../../test/harness/until.ts";
import { monthsAsDays, sellOneBread } from "./figures.ts";

const LINES = 12_000;

interface Told {
  id: number;
  code?: string;
  state: string;
  lines: number;
  of: number;
  bytes: number;
}

describe("the file of a long report", () => {
  let shop: Shop;
  let manager: ApiClient;
  before(async () => {
    shop = await openShop();
    manager = await shop.api("manager");
    await sellOneBread(shop);
    // tenders that were since taken away: only their codes are left
    await shop.db.raw(
      `INSERT INTO report_tenders SELECT store_id, business_date, 'gone_' || n, kind, currency, 1, n
       FROM report_tenders, generate_series(2, cast(:lines AS int)) n`,
      { lines: LINES },
    );
    await monthsAsDays(shop);
  });
  after(() => shop?.close());

  const watched = async (id: number) => {
    let told: Told | undefined;
    await until(async () => {
      told = (await manager.get<Told>(`/api/v1/reports/files/${id}`)).body;
      return told.state !== "waiting" && told.state !== "making";
    });
    return told as Told;
  };

  it("is offered by the page, watched there without JavaScript, and holds every line once", async () => {
    const browser = await shop.browser("manager");
    const report = await browser.get("/reports/sales-by-tender?compare=previous");
    assert.match(report.text, /Este informe es largo/);
    assert.equal(report.root.querySelector('a[href*="/export"]'), null);
    const second = await browser.get(
      report.root.querySelector("nav a[rel=next], a[rel=next]")?.getAttribute("href") ?? "/reports/sales-by-tender",
    );
    let page = await second.submit("#long", { format: "csv" });
    await until(async () => {
      page = await browser.get(page.url);
      const busy = page.root.querySelector("progress") !== null;
      assert.equal(page.root.querySelector("meta[http-equiv=refresh]") !== null, busy);
      return !busy;
    });
    assert.match(page.text, /El archivo está listo: 12[. ]?000 líneas/);
    const href = page.root.querySelector("#download")?.getAttribute("href") ?? "";
    const file = await browser.request("GET", href);
    const lines = file.html.trim().split("\r\n");
    // its head, its lines, their total
    assert.equal(lines.length, LINES + 2);
    assert.equal(new Set(lines).size, LINES + 2);
    assert.match(lines[0] ?? "", /\(COP\);/);
    const foot = report.root.querySelectorAll("tfoot th, tfoot td").map((cell) => cell.text.replace(/\D/g, ""));
    assert.ok(foot.filter(Boolean).length > 2, "the page has a foot");
    const [name, ...sums] = (lines.at(-1) ?? "").split(";");
    assert.equal(name, "Total");
    assert.deepEqual(
      sums.map((cell) => Number(cell.replace(/\D/g, ""))),
      foot.slice(1, sums.length + 1).map(Number),
    );
    const direct = await browser.request("GET", "/reports/sales-by-tender/export?format=csv&compare=previous");
    assert.equal(file.html, direct.html);
  });

  it("waits for its turn and says so, while two others are made", async () => {
    // nobody signs in while the lock is held: a statement waits for it half a minute at most
    const admin = await shop.api("admin");
    const browser = await shop.browser("admin");
    const lock = await shop.db.transaction();
    try {
      await lock.raw("LOCK TABLE report_file_parts IN EXCLUSIVE MODE");
      const start = async (client: ApiClient) =>
        (await client.post<Told>("/api/v1/reports/sales-by-tender/files", { format: "csv" })).body.id;
      const first = [await start(manager), await start(manager)];
      const third = await start(admin);
      const state = async (client: ApiClient, id: number) =>
        (await client.get<Told>(`/api/v1/reports/files/${id}`)).body.state;
      for (const id of first) await until(async () => (await state(manager, id)) === "making");
      assert.equal(await state(admin, third), "waiting");
      const page = await browser.get(`/reports/files/${third}`);
      assert.match(page.text, /El archivo espera a que termine otro que se está haciendo/);
      await lock.commit();
      await until(async () => (await state(admin, third)) === "done");
      for (const id of first) assert.equal((await watched(id)).state, "done");
    } finally {
      if (!lock.isCompleted()) await lock.rollback();
    }
  });

  it("straight out two are read at once, the next is told to come later, and who goes away makes room", async () => {
    const { username, password } = people.manager;
    const login = await (await shop.api()).post<{ access_token: string }>("/api/v1/auth/login", { username, password });
    const headers = { authorization: `Bearer ${login.body.access_token}` };
    const path = "/api/v1/reports/sales-by-tender/export";
    const lock = await shop.db.transaction();
    try {
      await lock.raw("LOCK TABLE report_tenders IN ACCESS EXCLUSIVE MODE");
      const leaving = new AbortController();
      const [stays, goes] = await Promise.all([
        fetch(shop.url + path, { headers }),
        fetch(shop.url + path, { headers, signal: leaving.signal }),
      ]);
      assert.deepEqual([stays.status, goes.status], [200, 200]);
      const third = await manager.get<Told>("/api/v1/reports/sales-by-product/export");
      assert.deepEqual([third.status, third.body.code], [503, "FILES_BUSY"]);
      leaving.abort();
      await assert.rejects(goes.text());
      await lock.commit();
      assert.equal((await stays.text()).trim().split("\r\n").length, LINES + 2);
      for (let turn = 0; turn < 3; turn += 1) assert.equal((await manager.get(path)).status, 200);
    } finally {
      if (!lock.isCompleted()) await lock.rollback();
    }
  });

  it("of each format is the file that is streamed at once", async () => {
    const exported = async () =>
      (await shop.db.raw("SELECT count(*)::int AS n FROM audit_log WHERE action = 'reports.exported'")).rows[0].n;
    const before = await exported();
    for (const format of ["xlsx", "pdf"]) {
      const { body, status } = await manager.post<Told>("/api/v1/reports/sales-by-tender/files", { format });
      assert.equal(status, 202);
      const told = await watched(body.id);
      assert.deepEqual([told.state, told.lines, told.of], ["done", LINES, LINES]);
      assert.ok(told.bytes > 100_000, `${format}: ${told.bytes}`);
    }
    assert.equal((await exported()) - before, 2);
  });

  it("is nobody else's, not there before it is made, and told as failed when its maker is gone", async () => {
    const { rows } = await shop.db.raw("SELECT max(id) AS id FROM report_files");
    const admin = await shop.api("admin");
    for (const path of ["", "/download"])
      assert.equal((await admin.get(`/api/v1/reports/files/${rows[0].id}${path}`)).status, 404);
    await shop.db.raw("UPDATE report_files SET state = 'making' WHERE id = ?", [rows[0].id]);
    const early = await manager.get<Told>(`/api/v1/reports/files/${rows[0].id}/download`);
    assert.deepEqual([early.status, early.body.code], [409, "FILE_NOT_READY"]);
    await shop.db.raw("UPDATE report_files SET beat_at = now() - interval '2 minutes' WHERE id = ?", [rows[0].id]);
    assert.equal((await manager.get<Told>(`/api/v1/reports/files/${rows[0].id}`)).body.state, "failed");
    await shop.kernel.jobs.runNow("reports", "clean-files");
    assert.equal((await manager.get(`/api/v1/reports/files/${rows[0].id}`)).status, 404);
  });

  it("goes to nobody who may not see all of it any more, and breaks off when a part of it is gone", async () => {
    const started = await manager.post<Told>("/api/v1/reports/sales-by-product/files", { format: "csv" });
    assert.equal((await watched(started.body.id)).state, "done");
    const path = `/api/v1/reports/files/${started.body.id}/download`;
    const fetched = () => manager.get<Told>(path);
    assert.equal((await fetched()).status, 200);
    await shop.db.raw("INSERT INTO role_permissions VALUES ('manager', 'inventory.cost', false)");
    assert.equal((await fetched()).status, 403, "its columns tell costs");
    await shop.db.raw("DELETE FROM role_permissions");
    assert.equal((await fetched()).status, 200);
    await shop.db.raw("UPDATE report_files SET store_ids = '{1,99}' WHERE id = ?", [started.body.id]);
    assert.deepEqual([(await fetched()).status, (await fetched()).body.code], [403, "STORE_NOT_YOURS"]);
    await shop.db.raw("UPDATE report_files SET store_ids = '{1}' WHERE id = ?", [started.body.id]);
    await shop.db.raw("DELETE FROM report_file_parts WHERE file_id = ?", [started.body.id]);
    await assert.rejects(fetched());
  });

  it("of a person the newest ten are kept", async () => {
    await shop.db.raw(
      `INSERT INTO report_files (user_id, report, format, state, store_ids, costs, lines_all, created_at, beat_at)
       SELECT id, 'sales-by-tender', 'csv', 'done', '{1}', false, 1, now(), now() FROM users, generate_series(1, 12)
       WHERE username = 'manuela'`,
    );
    const { body } = await manager.post<Told>("/api/v1/reports/sales-by-product/files", { format: "csv" });
    await watched(body.id);
    const { rows } = await shop.db.raw(
      `SELECT count(*)::int AS n FROM report_files f JOIN users u ON u.id = f.user_id
       WHERE u.username = 'manuela' AND f.id <> ?`,
      [body.id],
    );
    assert.equal(rows[0].n, 10);
  });

  it("at most two of a person are made at once, and of a store that is not hers none", async () => {
    await shop.db.raw(
      `INSERT INTO report_files (user_id, report, format, store_ids, costs, lines_all, created_at, beat_at)
       SELECT id, 'sales-by-tender', 'csv', '{1}', false, 1, now(), now() FROM users, generate_series(1, 2) WHERE username = 'manuela'`,
    );
    const third = await manager.post<Told>("/api/v1/reports/sales-by-tender/files", { format: "csv" });
    assert.deepEqual([third.status, third.body.code], [409, "TOO_MANY_FILES"]);
    await shop.db.raw("DELETE FROM report_files WHERE state = 'making'");
    const elsewhere = await manager.post<Told>("/api/v1/reports/sales-by-tender/files", {
      format: "csv",
      store_id: 99,
    });
    assert.deepEqual([elsewhere.status, elsewhere.body.code], [403, "STORE_NOT_YOURS"]);
  });
});
