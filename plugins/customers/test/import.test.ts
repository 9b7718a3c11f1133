import assert from "node:assert/strict";
import { after, before, describe, it } from "mocha";
import type { ApiClient } from "../../../test/harness/api-client.ts";
import type { Browser } from "../../../test/harness/browser.ts";
import { openShop, type Shop } from "../../../test/harness/shop.ts";
import { cells, workbook } from "../../../test/harness/workbook.ts";

interface ImportAnswer {
  created: number;
  updated: number;
  unchanged: number;
  failed: number;
  errors: { row: number; field: string; code: string; message: string }[];
  code: string;
}
interface CustomerAnswer {
  name: string;
  document_type: string;
  document_number: string;
  phone: string | null;
  email: string | null;
  credit_limit: string;
  group: { name: string } | null;
}

const XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

describe("importing customers", () => {
  let shop: Shop;
  let admin: ApiClient;
  let browser: Browser;
  before(async () => {
    shop = await openShop();
    admin = await shop.api("admin");
    browser = await shop.browser("manager");
  });
  after(() => shop.close());

  const send = async (content: string | Uint8Array, query = "", client = admin, type = "text/csv") => {
    const answer = await client.post<ImportAnswer>(`/api/v1/customers/import${query}`, content, { type });
    assert.equal(answer.status, 200, answer.text);
    return answer.body;
  };
  const find = async (q: string) =>
    (await admin.get<{ data: CustomerAnswer[] }>(`/api/v1/customers?q=${encodeURIComponent(q)}`)).body.data[0];

  it("new people and companies come with what the list says; a NIT gets its check digit", async () => {
    await admin.post("/api/v1/customer-groups", { name: "Mayoristas" }, { key: "g1" });
    const list = [
      "Tipo de documento;Identificación;Nombre o razón social;Celular;Correo electrónico;Grupo;Cupo",
      "Cédula;52.123.456;Ana Ruiz;300 123 4567;ana@correo.co;;200.000",
      "NIT;900123456;Tienda La 14;;;mayoristas;",
    ].join("\n");
    assert.deepEqual(await send(list), { created: 2, updated: 0, unchanged: 0, failed: 0, errors: [] });
    const ana = await find("52123456");
    assert.deepEqual([ana?.name, ana?.phone, ana?.credit_limit], ["Ana Ruiz", "300 123 4567", "200000.00"]);
    const shopOf14 = await find("900123456");
    assert.deepEqual([shopOf14?.document_number, shopOf14?.group?.name], ["900123456-8", "Mayoristas"]);
    assert.deepEqual(await send(list), { created: 0, updated: 0, unchanged: 2, failed: 0, errors: [] });
  });

  it("known ones get what the list has, an empty cell leaves what was there", async () => {
    const result = await send("tipo;documento;nombre;telefono;cupo\nCC;52123456;;301 000 0000;50000\n");
    assert.deepEqual([result.updated, result.failed], [1, 0]);
    const ana = await find("52123456");
    assert.deepEqual(
      [ana?.name, ana?.phone, ana?.email, ana?.credit_limit],
      ["Ana Ruiz", "301 000 0000", "ana@correo.co", "50000.00"],
    );
    const { rows } = await shop.db.raw("SELECT before, after FROM audit_log WHERE action = 'customers.limits_set'");
    assert.deepEqual(Object.values(rows[0].after.credit_limit_minor), [5_000_000]);
    const trail = await shop.db.raw("SELECT before, after FROM audit_log WHERE action LIKE 'customers.%'");
    assert.doesNotMatch(JSON.stringify(trail.rows), /Ana|52123456|301/, "the trail is for ever, a person is not");
  });

  it("every faulty row is named with its reason, the good ones are kept", async () => {
    const list = [
      "tipo;documento;nombre;correo;grupo",
      "NIT;900123456-1;Mal dígito;;",
      "CC;abc;Mal cédula;;",
      "CC;1001;;;",
      "CC;1002;Correo;nada;",
      "CC;1003;Grupo;;Nadie",
      ";1004;Sin tipo;;",
      "CC;1005;Bueno;;",
      "CC;1.005;Otra vez;;",
      "Carné;1006;Tipo raro;;",
    ].join("\n");
    const result = await send(list);
    assert.deepEqual([result.created, result.failed], [1, 8]);
    assert.deepEqual(
      result.errors.map(({ row, field, code }) => `${row} ${field} ${code}`),
      [
        "2 document_number NIT",
        "3 document_number DOCUMENT_DIGITS",
        "4 name NEW_NEEDS_NAME",
        "5 email EMAIL",
        "6 group GROUP_UNKNOWN",
        "7 document_type REQUIRED",
        "9 document_number REPEATED",
        "10 document_type DOCUMENT_TYPE",
      ],
    );
    const missing = await admin.post<ImportAnswer>("/api/v1/customers/import", "nombre\nAna\n", { type: "text/csv" });
    assert.deepEqual([missing.status, missing.body.code], [422, "IMPORT_NO_DOCUMENT"]);
  });

  it("on the page from a workbook, without JavaScript: looked at, then imported, faults to download", async () => {
    const book = workbook({
      rows: `<row r="1">${cells(1, ["tipo", "documento", "nombre"])}</row>
        <row r="2">${cells(2, ["CC"])}<c r="B2"><v>79555111</v></c><c r="C2" t="inlineStr"><is><t>Luis Díaz</t></is></c></row>
        <row r="3">${cells(3, ["CC", "x", "Nadie"])}</row>`,
    });
    const checked = await (await browser.get("/customers/import")).submit("#import-upload", {
      file: { name: "clientes.xlsx", content: book },
    });
    assert.match(checked.url, /^\/customers\/import\/\d+$/);
    assert.match(checked.text, /1 cliente nuevo 0 actualizados 0 sin cambios 1 fila con error/);
    assert.match(checked.text, /CC 79555111 Luis Díaz nuevo/);
    assert.equal(await find("79555111"), undefined, "nothing is written yet");
    assert.match((await browser.get(`${checked.url}/faults.csv`)).html, /3;documento;x;/);
    const done = await checked.submit("#import-start");
    assert.match(done.text, /Los clientes quedaron importados/);
    assert.equal((await find("79555111"))?.name, "Luis Díaz");
    const id = checked.url.split("/").at(-1);
    assert.equal((await browser.get(`/products/import/${id}`)).status, 404, "it is no list of products");
  });

  it("a limit is set only by who may: for others the column is left aside", async () => {
    await admin.put("/api/v1/roles/manager", {
      permissions: ["customers.read", "customers.manage", "customers.import"],
    });
    const manager = await shop.api("manager");
    const result = await send("tipo;documento;nombre;cupo\nCC;2001;Sin cupo;900000\n", "", manager);
    assert.equal(result.created, 1);
    assert.equal((await find("2001"))?.credit_limit, "0.00");
    const employee = await shop.api("employee");
    const refused = await employee.post("/api/v1/customers/import", "tipo;documento\nCC;1\n", { type: "text/csv" });
    assert.equal(refused.status, 403);
  });

  it("three who send the same list at once make each customer once", async () => {
    const list = `tipo;documento;nombre\n${Array.from({ length: 300 }, (_, n) => `CC;${30_000 + n};Cliente ${n}`).join("\n")}`;
    const answers = await Promise.all([send(list), send(list), send(list)]);
    assert.equal(
      answers.reduce((sum, { created }) => sum + created, 0),
      300,
    );
    assert.equal(
      answers.reduce((sum, { failed }) => sum + failed, 0),
      0,
    );
    assert.equal(
      (await send("tipo;documento\nCC;30000\n", "", admin, XLSX)).unchanged,
      1,
      "told by content, not by type",
    );
  });
});
