import assert from "node:assert/strict";
import { after, before, describe, it } from "mocha";
import type { ApiClient } from "../../../test/harness/api-client.ts";
import type { Browser } from "../../../test/harness/browser.ts";
import { openShop, type Shop } from "../../../test/harness/shop.ts";
import { until } from "../../../test/harness/until.ts";
import { assertLedger, type ImportAnswer } from "./shelf.ts";

interface Job extends ImportAnswer {
  job_id: number;
  status: string;
  total: number;
  processed: number;
}

/** `faulty`: every so many rows have no price. Descriptions make the file as large as wanted. */
function priceList(prefix: string, rows: number, { faulty = 0, padding = "" } = {}): string {
  const lines = ["codigo;codigo de barras;nombre;categoria;precio;costo;existencias;descripcion"];
  for (let n = 1; n <= rows; n += 1) {
    const price = faulty && n % faulty === 0 ? "gratis" : `${(n % 90_000) + 100},50`;
    lines.push(`${prefix}-${n};${prefix}${n};Producto número ${n};Grupo ${n % 40};${price};50;${n % 7};${padding}`);
  }
  return lines.join("\n");
}

describe("importing a long price list", () => {
  let shop: Shop;
  let manager: ApiClient;
  let browser: Browser;
  before(async () => {
    shop = await openShop();
    manager = await shop.api("manager");
    browser = await shop.browser("manager");
  });
  after(() => shop.close());

  const job = async (id: number) => (await manager.get<Job>(`/api/v1/imports/${id}`)).body;
  const ended = async (id: number) => {
    await until(async () => ["done", "refused", "checked"].includes((await job(id)).status));
    return job(id);
  };
  const count = async (prefix: string) => {
    const { rows } = await shop.db.raw("SELECT count(*) AS n FROM products WHERE sku LIKE ?", [`${prefix}-%`]);
    return rows[0].n;
  };

  it("fifty thousand rows become a job that ends with every row counted", async () => {
    const answer = await manager.post<{ job_id: number }>(
      "/api/v1/products/import",
      priceList("B", 50_000, { faulty: 1000 }),
      { type: "text/csv" },
    );
    assert.equal(answer.status, 202, answer.text);
    const { job_id: _, errors, ...end } = await ended(answer.body.job_id);
    assert.deepEqual(end, {
      status: "done",
      total: 50_000,
      processed: 50_000,
      created: 49_950,
      updated: 0,
      unchanged: 0,
      failed: 50,
    });
    assert.deepEqual(
      errors.slice(0, 2).map(({ row, field }) => [row, field]),
      [
        [1001, "price"],
        [2001, "price"],
      ],
    );
    assert.equal(await count("B"), 49_950);
    await assertLedger(shop);
    const { rows } = await shop.db.raw("SELECT count(*) AS n FROM list_import_parts");
    assert.equal(rows[0].n, 0, "the file is not kept");
  }).timeout(240_000);

  it("a file of more than ten megabytes on the page: checked, shown, imported, all without JavaScript", async () => {
    const content = priceList("M", 6000, { padding: "x".repeat(1800) });
    assert.ok(content.length > 10 * 1024 * 1024);
    let page = await (await browser.get("/products/import")).submit("#import-upload", {
      file: { name: "grande.csv", content },
    });
    assert.match(page.html, /<noscript><meta http-equiv="refresh"/);
    assert.ok(page.root.querySelector("progress"));
    const settled = async () => {
      await until(async () => {
        page = await browser.get(page.url);
        return page.root.querySelector("progress") === null;
      });
      return page;
    };
    const checked = await settled();
    assert.match(checked.text, /6\.000 productos nuevos/);
    assert.equal(await count("M"), 0);
    page = await checked.submit("#import-start");
    assert.match((await settled()).text, /La lista quedó importada/);
    assert.equal(await count("M"), 6000);
  }).timeout(240_000);

  it("a long list, all or nothing, with a faulty row at its end writes nothing", async () => {
    const { body } = await manager.post<{ job_id: number }>(
      "/api/v1/products/import?atomic=true",
      priceList("N", 5000, { faulty: 5000 }),
      { type: "text/csv" },
    );
    const end = await ended(body.job_id);
    assert.deepEqual([end.status, end.created, end.failed], ["refused", 0, 1]);
    assert.equal(await count("N"), 0);
    const good = await manager.post<{ job_id: number }>("/api/v1/products/import?atomic=true", priceList("N", 5000), {
      type: "text/csv",
    });
    assert.deepEqual((({ status, created }) => [status, created])(await ended(good.body.job_id)), ["done", 5000]);
    assert.equal(await count("N"), 5000);
  }).timeout(120_000);

  it("a quote that is never closed ends the check with its row", async () => {
    const list = priceList("Q", 5000).replace("Producto número 4000", '"Producto número 4000');
    const { body } = await manager.post<{ job_id: number }>("/api/v1/products/import", list, { type: "text/csv" });
    const end = await ended(body.job_id);
    assert.equal(end.status, "refused");
    assert.equal(end.errors[0]?.code, "IMPORT_BROKEN_QUOTE");
    assert.equal(await count("Q"), 0);
    const page = await browser.get(`/products/import/${body.job_id}`);
    assert.match(page.text, /comillas que se abren y no se cierran/);
  }).timeout(60_000);

  it("three who carry on the same import at once write each row once", async () => {
    const { body } = await manager.post<{ job_id: number }>("/api/v1/products/import", priceList("T", 8000), {
      type: "text/csv",
    });
    const member = shop.kernel.plugins.find(({ plugin }) => plugin.name === "inventory");
    const [subscription] = member?.setup?.on ?? [];
    const event = { id: 0, payload: { importId: body.job_id }, occurredAt: new Date() };
    const carryOn = () => shop.kernel.db.transaction(async (tx) => subscription?.handle(event, tx));
    await Promise.allSettled([carryOn(), carryOn()]);
    const end = await ended(body.job_id);
    assert.deepEqual([end.status, end.created, end.unchanged, end.failed], ["done", 8000, 0, 0]);
    assert.equal(await count("T"), 8000);
    await assertLedger(shop);
  }).timeout(240_000);

  it("stopped in the middle, it goes on from the row it had reached and makes nothing twice", async () => {
    const { body } = await manager.post<{ job_id: number }>("/api/v1/products/import", priceList("K", 20_000), {
      type: "text/csv",
    });
    await until(async () => {
      const { status, processed } = await job(body.job_id);
      return status === "running" && processed >= 3000;
    });
    // what a kill leaves: the connections are gone, and with them whatever was not committed
    await shop.db.raw(
      "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()",
    );
    await shop.restart();
    const middle = await job(body.job_id);
    assert.ok(middle.processed >= 3000);
    const end = await ended(body.job_id);
    assert.deepEqual([end.status, end.created, end.unchanged, end.failed], ["done", 20_000, 0, 0]);
    assert.equal(await count("K"), 20_000);
    await assertLedger(shop);
  }).timeout(240_000);
});
