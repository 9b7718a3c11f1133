import assert from "node:assert/strict";
import { after, before, describe, it } from "mocha";
import type { ApiClient } from "../../../test/harness/api-client.ts";
import { openShop, people, type Shop } from "../../../test/harness/shop.ts";

interface ImportAnswer {
  created: number;
  updated: number;
  unchanged: number;
  failed: number;
  errors: { row: number; field: string; code: string }[];
  code: string;
}

describe("importing suppliers", () => {
  let shop: Shop;
  let manager: ApiClient;
  before(async () => {
    shop = await openShop();
    manager = await shop.api("manager");
  });
  after(() => shop?.close());

  const send = async (content: string) =>
    (await manager.post<ImportAnswer>("/api/v1/suppliers/import", content, { type: "text/csv" })).body;

  it("new ones, changes, and faults by their rows; sent again nothing changes", async () => {
    const list = [
      "NIT;Proveedor;Contacto;Celular;Correo;Días de entrega",
      "900123456;Distribuidora;Marta;300 123 4567;ventas@d.co;3",
      "900123456-8;Otra vez;;;;",
      "900.123.457-1;Mal dígito;;;;",
      "901000001;;;;;",
      "901000002;Lenta;;;;900",
      ";Sin NIT;;;;",
    ].join("\n");
    const first = await send(list);
    assert.deepEqual([first.created, first.failed], [1, 5], JSON.stringify(first));
    assert.deepEqual(
      first.errors.map(({ row, field }) => `${row} ${field}`),
      ["3 nit", "4 nit", "5 name", "6 lead_time_days", "7 nit"],
    );
    assert.equal((await send("nit;nombre;dias de entrega\n900123456;Distribuidora;3\n")).unchanged, 1);
    assert.equal((await send("nit;telefono\n900123456-8;301 000 0000\n")).updated, 1);
    const { rows } = await shop.db.raw("SELECT name, nit, contact, phone, lead_time_days FROM suppliers");
    assert.deepEqual(rows, [
      { name: "Distribuidora", nit: "900123456-8", contact: "Marta", phone: "301 000 0000", lead_time_days: 3 },
    ]);
    assert.equal((await send("nombre\nX\n")).code, "IMPORT_NO_NIT");
  });

  it("all of them go out as CSV and XLSX; read back nothing changes, and who took them stands in the trail", async () => {
    await send('nit;nombre;nota;activo\n900777888;"=Suma; ""La 14""";@nota;no\n');
    const { rows: before } = await shop.db.raw("SELECT count(*) AS n FROM suppliers WHERE nit IS NOT NULL");
    for (const format of ["csv", "xlsx"]) {
      const out = await manager.get(`/api/v1/suppliers/export.${format}`);
      assert.match(out.headers.get("content-disposition") ?? "", new RegExp(`suppliers\\.${format}`));
      const { body } = await manager.post<ImportAnswer>("/api/v1/suppliers/import", out.bytes, { type: "text/csv" });
      assert.deepEqual([body.created, body.updated, body.unchanged, body.failed], [0, 0, before[0].n, 0], format);
    }
    const { text } = await manager.get("/api/v1/suppliers/export.csv");
    assert.match(text, /^\ufeff?nit,name,contact,phone,email,address,note,lead_time_days,minimum,active\r\n/);
    assert.match(text, /900777888-\d,"'=Suma; ""La 14""",,,,,'@nota,7,0.00,no/);
    const page = await (await shop.browser("manager")).get("/suppliers");
    for (const format of ["csv", "xlsx"])
      assert.ok(page.root.querySelector(`a[href="/suppliers/export.${format}"]`), format);
    const spanish = await (await shop.browser("manager")).get("/suppliers/export.csv");
    assert.match(
      spanish.html,
      /nit;nombre;contacto;telefono;correo;direccion;nota;dias_de_entrega;pedido_minimo;activo/,
    );
    assert.equal((await (await shop.api("employee")).get("/api/v1/suppliers/export.csv")).status, 403);
    const { rows } = await shop.db.raw(
      "SELECT user_name AS name, after FROM audit_log WHERE action = 'suppliers.exported' ORDER BY id",
    );
    assert.deepEqual(
      rows.slice(0, 2).map(({ after }: { after: { format: string } }) => after.format),
      ["csv", "xlsx"],
    );
    assert.equal(rows[0].name, people.manager.username);
  });

  it("on the page, without JavaScript", async () => {
    const browser = await shop.browser("manager");
    const list = await browser.get("/suppliers");
    assert.ok(list.root.querySelector('a[href="/suppliers/import"]'));
    const checked = await (await browser.get("/suppliers/import")).submit("#import-upload", {
      file: { name: "p.csv", content: "nit;nombre\n901555666;Lácteos\n" },
    });
    assert.match(checked.text, /1 proveedor nuevo/);
    assert.match((await checked.submit("#import-start")).text, /Los proveedores quedaron importados/);
    const employee = await shop.api("employee");
    assert.equal((await employee.post("/api/v1/suppliers/import", "nit\n1\n", { type: "text/csv" })).status, 403);
  });
});
