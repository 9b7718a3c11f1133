/** Whoever reads a report sees the figures of the own stores, may lead them on to the documents, and takes them out as a file. */
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { after, before, describe, it } from "mocha";
import { readSheet } from "../../../kernel/sheets/read.ts";
import type { ApiClient } from "../../../test/harness/api-client.ts";
import { openShop, type Shop } from "../../../test/harness/shop.ts";
import { stocked } from "../../pos/test/till.ts";
import { idOf, openStore, sellAt } from "../../pos/test/two-stores.ts";
import { REPORTS } from "../catalogue/index.ts";
import { monthsAsDays, type ReportAnswer, report, wrong } from "./figures.ts";

describe("who reads reports", () => {
  let shop: Shop;
  let admin: ApiClient;
  let manager: ApiClient;
  let north: { store: number; register: number };
  let school: { store: number; register: number };

  before(async () => {
    shop = await openShop();
    admin = await shop.api("admin");
    manager = await shop.api("manager");
    const bread = await stocked(shop, { sku: "PAN", name: "Pan", price: "1190", cost: "600" });
    north = await openStore(admin, { name: "Norte" }, bread.id);
    school = await openStore(admin, { name: "Escuela", training: true }, bread.id);
    for (const register of [1, 1, north.register, school.register])
      assert.equal((await sellAt(admin, register, "2000")).status, 201);
  });
  after(() => shop?.close());

  const salesOf = async (client: ApiClient, query = "") =>
    (await report(shop, client, "sales-by-store", query)).data.map(({ name, total }) => [name, total]);

  it("sees every store, but for what is sold while people learn", async () => {
    assert.deepEqual(await salesOf(manager), [
      ["Tienda principal", "2380.00"],
      ["Norte", "1190.00"],
    ]);
    assert.deepEqual(await salesOf(manager, `?store_id=${north.store}`), [["Norte", "1190.00"]]);
    assert.deepEqual(await salesOf(admin, `?store_id=${school.store}`), []);
    assert.deepEqual(await wrong(shop), [], "and nobody misses it there");
  });

  it("of one store sees that one alone, in figures, documents and files", async () => {
    const id = await idOf(shop, "manager");
    await admin.put(`/api/v1/users/${id}/stores`, { store_ids: [north.store] });
    try {
      assert.deepEqual(await salesOf(manager), [["Norte", "1190.00"]]);
      for (const rest of ["sales-by-day", "sales-by-day/export", "sales-by-store/documents"]) {
        const path = `/api/v1/reports/${rest}?store_id=1${rest.endsWith("documents") ? "&key=1" : ""}`;
        assert.equal((await manager.get(path)).status, 403, path);
      }
      const path = "/api/v1/reports/sales-by-store/documents?key=1";
      assert.deepEqual((await manager.get<{ data: unknown[] }>(path)).body.data, []);
    } finally {
      await admin.put(`/api/v1/users/${id}/stores`, { store_ids: [] });
    }
  });

  it("sees costs only with the permission, on no way else", async () => {
    const full = await report(shop, manager, "sales-by-product");
    assert.deepEqual(
      [full.totals["cost"], full.totals["margin"], full.totals["margin_rate"]],
      ["1800.00", "1200.00", 4000],
    );
    const { body } = await admin.get<{ data: { role: string; permissions: { name: string; granted: boolean }[] }[] }>(
      "/api/v1/roles",
    );
    const may = body.data
      .find(({ role }) => role === "manager")
      ?.permissions.filter(({ granted }) => granted)
      .map(({ name }) => name);
    const give = (permissions: string[] = []) => admin.put("/api/v1/roles/manager", { permissions });
    await give(may?.filter((name) => name !== "inventory.cost"));
    try {
      const bare = await report(shop, manager, "sales-by-product");
      assert.equal(bare.totals["total"], full.totals["total"]);
      for (const rest of ["", "/export", "?compare=previous"])
        assert.doesNotMatch(
          (await manager.get(`/api/v1/reports/sales-by-product${rest}`)).text,
          /cost|margin|600|1800|1200/i,
        );
      const page = await (await shop.browser("manager")).get("/reports/sales-by-product");
      assert.doesNotMatch(page.text, /Costo|Margen/);
    } finally {
      await give(may);
    }
  });

  it("an employee is shown none, and what there is not is said", async () => {
    const employee = await shop.api("employee");
    for (const path of ["", "/sales-by-day", "/sales-by-day/export", "/sales-by-product/documents?key=1"]) {
      const { status } = await employee.get(`/api/v1/reports${path}`);
      assert.equal(status, 403, path);
    }
    const faults: [path: string, status: number, fault: string][] = [
      ["nada/export", 404, "REPORT_UNKNOWN"],
      ["sales-by-day?from=2026-02-02&to=2026-02-01", 422, "to:RANGE"],
      ["sales-by-day?from=2026-02-30", 422, "from:INVALID"],
      ["sales-by-day?cursor=WyJhIl0", 422, "cursor:CURSOR"],
      ["sales-by-day/documents?key=1", 422, "key:KEY"],
      ["sales-by-product/documents?key=1;DROP", 422, "key:KEY"],
      ["tax-book/documents?key=1", 422, "key:KEY"],
    ];
    for (const [path, status, fault] of faults) {
      const answer = await manager.get<ReportAnswer>(`/api/v1/reports/${path}`);
      const [one] = answer.body.errors ?? [];
      assert.equal(answer.status, status, `${path} ${answer.text}`);
      assert.equal(
        one ? `${one.field}:${one.code}`.replace(/:(?!RANGE|CURSOR|KEY).*/, ":INVALID") : answer.body.code,
        fault,
      );
    }
  });

  it("sets a period against the one before, also what was sold then alone", async () => {
    const today = (await report(shop, manager, "sales-by-day")).range?.to ?? "";
    await shop.db.raw(
      `INSERT INTO report_products SELECT store_id, business_date - 1, product_id, currency, 9, 9000, 0, 0, 0, 400, 100, 500, 200
       FROM report_products WHERE store_id = 1`,
    );
    await monthsAsDays(shop);
    const query = `?from=${today}&to=${today}&store_id=${north.store}&compare=previous`;
    const quiet = await report(shop, manager, "sales-by-product", query);
    assert.deepEqual([quiet.totals["total"], quiet.totals["before"]], ["1190.00", "0.00"]);
    const whole = await report(shop, manager, "sales-by-product", query.replace(/&store_id=\d+/, ""));
    assert.deepEqual([whole.totals["total"], whole.totals["before"]], ["3570.00", "5.00"]);
    assert.equal(whole.data[0]?.["before"], "5.00");
    const yesterday = whole.compared_with?.from ?? "";
    assert.ok(yesterday < today);
    const page = await (await shop.browser("manager")).get(
      `/reports/sales-by-product?from=${today}&to=${today}&compare=previous`,
    );
    assert.ok(page.root.querySelector("svg[role=img] title"), page.text);
    assert.equal(page.root.querySelectorAll("rect.bar-before").length, 1);
    await shop.db.raw("DELETE FROM report_products WHERE business_date = ?", [yesterday]);
    await monthsAsDays(shop);
  });

  it("comes from a bar to the documents it is made of", async () => {
    const browser = await shop.browser("manager");
    const names = [
      "day",
      "hour",
      "weekday",
      "product",
      "category",
      "cashier",
      "register",
      "store",
      "customer",
      "tender",
      "tax",
    ];
    for (const name of names) {
      const page = await browser.get(`/reports/sales-by-${name}?store_id=1`);
      const [bar] = page.root.querySelectorAll("svg a");
      const href = page.root.querySelector("tbody th a")?.getAttribute("href") ?? assert.fail(`${name}: no link`);
      assert.equal(bar?.getAttribute("href"), href);
      const documents = await browser.get(href.replaceAll("&amp;", "&"));
      assert.equal(documents.root.querySelectorAll("tbody tr").length, 2, `${name} ${documents.text}`);
      const sale = documents.root.querySelector("tbody th a")?.getAttribute("href") ?? "";
      assert.equal((await browser.get(sale)).status, 200);
    }
  });

  it("takes every report out as CSV and XLSX with the figures of the page, and the trail has it", async () => {
    const exported = async () =>
      Number((await shop.db("audit_log").where({ action: "reports.exported" }).count())[0]?.["count"]);
    const before = await exported();
    const browser = await shop.browser("admin");
    for (const { name, columns } of REPORTS) {
      const answer = await report(shop, admin, name);
      const csv = await admin.get(`/api/v1/reports/${name}/export`);
      assert.equal(csv.status, 200, name);
      const rows = csv.text.trim().split("\r\n");
      const hasFoot = answer.count > 0 && columns.some(({ sum }) => sum);
      assert.equal(rows.length, answer.count + (hasFoot ? 2 : 1), `${name} ${csv.text}`);
      if (hasFoot) {
        const totals = columns.map(({ key, unit }) => {
          const total = answer.totals[key] ?? "";
          return unit === "rate" && typeof total === "number" ? (total / 100).toFixed(2) : String(total);
        });
        assert.deepEqual(rows.at(-1)?.split(","), ["Total", ...totals], name);
      }
      for (const { key, unit } of columns)
        if (unit === "money") assert.match(rows[0] ?? "", /\(COP\)/, `${name} ${key}`);
      const xlsx = await admin.get(`/api/v1/reports/${name}/export?format=xlsx`);
      let read = 0;
      for await (const row of readSheet(xlsx.bytes)) if (row.length > 0) read += 1;
      assert.equal(read, rows.length, name);
      const page = await browser.get(`/reports/${name}?compare=${name.startsWith("sales") ? "year" : ""}`);
      assert.equal(page.status, 200, `${name} ${page.text}`);
      assert.equal(page.root.querySelectorAll("tbody tr").length, answer.count, name);
    }
    const csv = await admin.get("/api/v1/reports/sales-by-product/export");
    assert.match(
      csv.text,
      /^\ufeff?Producto,Código,.*\r\nPan,PAN,un,3.000,0.000,0.00,3000.00,570.00,3570.00,1800.00,1200.00,40.00\r\n/,
    );
    assert.equal((await exported()) - before, REPORTS.length * 2 + 1);
    const listed = (await admin.get<{ data: { name: string }[] }>("/api/v1/reports")).body.data;
    assert.deepEqual(
      listed.map(({ name }) => name),
      REPORTS.map(({ name }) => name),
    );
  });

  it("the books agree: numbers used without a gap, taxes by range, what cashiers took back", async () => {
    const before = (await report(shop, admin, "care-by-cashier")).totals;
    const sale = (await sellAt(admin, 1, "2000")).body;
    await admin.post(`/api/v1/sales/${sale.id}/void`, { reason: "mal marcada" }, { key: randomUUID() });
    const care = (await report(shop, admin, "care-by-cashier")).totals;
    assert.deepEqual([care["voids"], care["voided"], care["sales"]], [1, "-1190.00", Number(before["sales"]) + 1]);
    const ranges = await report(shop, admin, "number-ranges", "?store_id=1");
    const [range] = ranges.data;
    const [first, last] = [range?.["first"], range?.["last"]].map((one) => Number(String(one).replace(/^.*-/, "")));
    assert.equal((last ?? 0) - (first ?? 0) + 1, range?.["documents"]);
    const taxes = await report(shop, admin, "tax-book", "?store_id=1");
    assert.deepEqual(
      taxes.data.map(({ kind, rate, net, tax }) => [kind, rate, net, tax]),
      [
        ["sale", 1900, "3000.00", "570.00"],
        ["void", 1900, "-1000.00", "-190.00"],
      ],
    );
  });
});
