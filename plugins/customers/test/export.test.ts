import assert from "node:assert/strict";
import { after, before, describe, it } from "mocha";
import type { ApiClient } from "../../../test/harness/api-client.ts";
import { openShop, type Shop } from "../../../test/harness/shop.ts";

interface ImportAnswer {
  created: number;
  updated: number;
  unchanged: number;
  failed: number;
}

describe("the export of customers", () => {
  let shop: Shop;
  let admin: ApiClient;
  before(async () => {
    shop = await openShop();
    admin = await shop.api("admin");
    await admin.post("/api/v1/customer-groups", { name: "Mayoristas; =1" }, { key: "g1" });
    const list = [
      "tipo;documento;nombre;telefono;correo;nota;grupo;cupo;activo",
      "CC;52123456;=Ana;+57 300 123 4567;ana@correo.co;@nota;Mayoristas; =1;10,50;no",
      'NIT;900123456;"Tienda ""La 14""";;;;;;',
    ].join("\n");
    const quoted = list.replace("Mayoristas; =1", '"Mayoristas; =1"');
    const { body } = await admin.post<ImportAnswer>("/api/v1/customers/import", quoted, { type: "text/csv" });
    assert.deepEqual([body.created, body.failed], [2, 0]);
  });
  after(() => shop.close());

  const back = async (bytes: Uint8Array) =>
    (await admin.post<ImportAnswer>("/api/v1/customers/import", bytes, { type: "text/csv" })).body;

  it("as CSV and as XLSX, read back it changes nothing; who took it stands in the trail", async () => {
    for (const format of ["csv", "xlsx"]) {
      const { bytes, headers } = await admin.get(`/api/v1/customers/export.${format}`);
      assert.match(headers.get("content-disposition") ?? "", new RegExp(`customers\\.${format}`));
      const { created, updated, unchanged, failed } = await back(bytes);
      assert.deepEqual([created, updated, unchanged, failed], [0, 0, 2, 0], format);
    }
    const { text } = await admin.get("/api/v1/customers/export.csv");
    assert.match(
      text,
      /CC,52123456,'=Ana,'\+57 300 123 4567,ana@correo\.co,,'@nota,Mayoristas; =1,10\.50,no,0\.00,COP/,
    );
    const { rows } = await shop.db.raw(
      "SELECT user_name AS name, after FROM audit_log WHERE action = 'customers.exported' ORDER BY id",
    );
    assert.deepEqual(rows.slice(0, 2), [
      { name: "admin", after: { format: "csv" } },
      { name: "admin", after: { format: "xlsx" } },
    ]);
  });

  it("on the page in the reader's way, for those who may", async () => {
    const page = await (await shop.browser("manager")).get("/customers");
    assert.ok(page.root.querySelector('a[href="/customers/export.csv"]'));
    assert.ok(page.root.querySelector('a[href="/customers/import"]'));
    const { html } = await (await shop.browser("manager")).get("/customers/export.csv");
    assert.match(html, /tipo_documento;documento;nombre;.*;debe;moneda/);
    assert.equal((await (await shop.api("employee")).get("/api/v1/customers/export.csv")).status, 403);
    const employee = await (await shop.browser("employee")).get("/customers");
    assert.equal(employee.root.querySelector('a[href*="export"], a[href*="import"]'), null);
  });
});
