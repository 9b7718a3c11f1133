import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { crc32, deflateRawSync } from "node:zlib";
import { after, before, describe, it } from "mocha";
import { XLSX_TYPE } from "../../../kernel/sheets/write.ts";
import type { ApiClient } from "../../../test/harness/api-client.ts";
import type { Browser } from "../../../test/harness/browser.ts";
import { openShop, type Shop } from "../../../test/harness/shop.ts";
import { cells, workbook, zip } from "../../../test/harness/workbook.ts";
import { addStocked, type ImportAnswer, type ProblemAnswer, type ProductAnswer } from "./shelf.ts";

describe("lists as workbooks", () => {
  let shop: Shop;
  let manager: ApiClient;
  let browser: Browser;
  before(async () => {
    shop = await openShop();
    manager = await shop.api("manager");
    browser = await shop.browser("manager");
  });
  after(() => shop.close());

  const send = (content: Uint8Array) =>
    manager.post<ImportAnswer & ProblemAnswer>("/api/v1/products/import", content, { type: XLSX_TYPE });
  const byCode = async (code: string) => (await manager.get<ProductAnswer>(`/api/v1/products/by-code/${code}`)).body;
  const upload = async (content: Uint8Array, name = "lista.xlsx") =>
    (await browser.get("/products/import")).submit("#import-upload", { file: { name, content } });

  it("texts, numbers, long codes, percentages and reckoned formulas are read as the spreadsheet shows them", async () => {
    const book = workbook({
      rows: `<row r="1">${cells(1, ["Código", "Nombre", "Precio venta", "IVA", "Existencias", "Código de barras"])}</row>
        <row r="3"><c r="A3" t="s"><v>0</v></c><c r="B3" t="inlineStr"><is><r><t>Café </t></r><r><t>molido</t></r></is></c>
          <c r="C3"><f>SUM(1,2)</f><v>12500.5</v></c><c r="D3" s="1"><v>0.05</v></c><c r="E3"><v>0.30000000000000004</v></c>
          <c r="F3"><v>7.701234567893E+12</v></c></row>
        <row r="4"><c r="A4"><v>1002</v></c><c r="B4" t="inlineStr"><is><t>=SUM(1)</t></is></c>
          <c r="C4" t="inlineStr"><is><t>1.234,50</t></is></c></row>
        <row r="5"><c r="A5"><v>1003</v></c><c r="B5" t="inlineStr"><is><t>Sin precio</t></is></c><c r="C5"><f>A1*2</f></c></row>
        <row r="6"><c r="A6"><v>1004</v></c><c r="B6" t="inlineStr"><is><t>Roto</t></is></c><c r="C6" t="e"><v>#REF!</v></c></row>`,
      strings: ["CAF-1"],
    });
    const page = await upload(book);
    assert.match(page.text, /2 productos nuevos 0 actualizados 0 sin cambios 2 filas con error/);
    assert.match(page.text, /5 precio .*6 precio #REF!/, "rows are those of the spreadsheet");
    await page.submit("#import-start");
    const coffee = await byCode("7701234567893");
    assert.deepEqual(
      [coffee.sku, coffee.name, coffee.price, coffee.tax_rate_bp, coffee.on_hand],
      ["CAF-1", "Café molido", "12500.50", 500, "0.300"],
    );
    const other = await byCode("1002");
    assert.deepEqual([other.name, other.price], ["=SUM(1)", "1234.50"]);
  });

  it("the export as XLSX read back changes nothing, by program and by page", async () => {
    await addStocked(
      manager,
      { sku: "=1+1", name: "'=ya <b>&", barcodes: ["@77"], price: "12.50", cost: "0.05" },
      "3.250",
    );
    await addStocked(
      manager,
      { sku: "-5", name: 'Dos "líneas"\nseguidas', tax_rate_bp: 50, category: "Aseo; hogar" },
      "1",
    );
    const { bytes, headers } = await manager.get("/api/v1/products/export.xlsx");
    assert.equal(headers.get("content-type"), XLSX_TYPE);
    assert.match(headers.get("content-disposition") ?? "", /products\.xlsx/);
    const { body } = await send(bytes);
    assert.deepEqual(body, { created: 0, updated: 0, unchanged: 4, failed: 0, errors: [] });
    const checked = await upload(bytes);
    assert.match(checked.text, /0 productos nuevos 0 actualizados 4 sin cambios 0 filas con error/);
    const { rows } = await shop.db.raw(
      "SELECT after FROM audit_log WHERE action = 'products.exported' ORDER BY id LIMIT 1",
    );
    assert.equal(rows[0].after.format, "xlsx");
  });

  it("a zip bomb is refused by what its directory says, and by what it does when that is a lie", async () => {
    const zeros = Buffer.alloc(150 * 1024 * 1024, 0x20);
    const packed = deflateRawSync(zeros, { level: 9 });
    assert.ok(packed.length < 1024 * 1024);
    const sheet = { name: "xl/worksheets/sheet1.xml", method: 8, data: packed, crc: crc32(zeros) };
    const honest = await send(workbook({ sheet: { ...sheet, size: zeros.length } }));
    assert.deepEqual([honest.status, honest.body.code], [422, "IMPORT_SHEET_TOO_LARGE"]);
    const liar = await send(workbook({ sheet: { ...sheet, size: 1000 } }));
    assert.deepEqual([liar.status, liar.body.code], [422, "IMPORT_SHEET_TOO_LARGE"]);
    const page = await upload(workbook({ sheet: { ...sheet, size: zeros.length } }));
    assert.equal(page.status, 422);
    assert.match(page.text, /ocupa demasiado al descomprimirse/);
    const many = Array.from({ length: 6000 }, (_, n) => ({ name: `x${n}`, content: "" }));
    assert.equal((await send(zip(many))).body.code, "IMPORT_SHEET_TOO_LARGE");
  });

  it("entities of its own, other documents, damage and 200 MB are refused, each with its answer", async () => {
    const laughs = `<!DOCTYPE w [<!ENTITY a SYSTEM "file:///etc/passwd"><!ENTITY b "&a;&a;">]>`;
    const entity = workbook({ before: laughs, rows: `<row><c t="inlineStr"><is><t>&b;</t></is></c></row>` });
    assert.equal((await send(entity)).body.code, "IMPORT_SHEET_BROKEN");
    assert.equal((await send(zip([{ name: "word/document.xml", content: "<w/>" }]))).body.code, "IMPORT_NOT_TEXT");
    const good = workbook({ rows: `<row>${cells(1, ["codigo", "nombre", "precio"])}</row>` });
    assert.equal((await send(good)).body.code, "IMPORT_EMPTY");
    for (const cut of [10, 100, good.length - 30]) {
      assert.equal((await send(good.subarray(0, cut))).body.code, "IMPORT_SHEET_BROKEN", `cut at ${cut}`);
    }
    const missing = workbook({ rows: `<row><c t="s"><v>7</v></c></row>`, strings: ["a"] });
    assert.equal((await send(missing)).body.code, "IMPORT_SHEET_BROKEN");
    assert.equal((await send(workbook({ rows: "" }))).body.code, "IMPORT_EMPTY");
    assert.equal((await upload(Buffer.alloc(200 * 1024 * 1024))).status, 413);
    assert.equal((await send(Buffer.alloc(200 * 1024 * 1024))).status, 413);
  });
});
