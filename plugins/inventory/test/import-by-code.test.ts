import assert from "node:assert/strict";
import { after, before, describe, it } from "mocha";
import type { ApiClient } from "../../../test/harness/api-client.ts";
import type { Browser } from "../../../test/harness/browser.ts";
import { openShop, type Shop } from "../../../test/harness/shop.ts";
import { addProduct, addStocked, assertLedger, type ImportAnswer, type ProductAnswer } from "./shelf.ts";

describe("lists of products that are there", () => {
  let shop: Shop;
  let manager: ApiClient;
  let browser: Browser;
  before(async () => {
    shop = await openShop();
    manager = await shop.api("manager");
    browser = await shop.browser("manager");
    await addProduct(manager, { sku: "ARR", name: "Arroz", price: "2900", barcodes: ["7701", "7702"] });
    await addStocked(manager, { sku: "RON", name: "Ron", price: "60000" }, "3");
    await addProduct(manager, { sku: "PAN", name: "Pan", price: "500" });
  });
  after(() => shop.close());

  const send = async (list: string, content: string, query = "") => {
    const answer = await manager.post<ImportAnswer>(`/api/v1/${list}/import${query}`, content, { type: "text/csv" });
    assert.equal(answer.status, 200, answer.text);
    return answer.body;
  };
  const byCode = async (code: string) => (await manager.get<ProductAnswer>(`/api/v1/products/by-code/${code}`)).body;
  const faultsOf = ({ errors }: ImportAnswer) => errors.map(({ row, field, code }) => `${row} ${field} ${code}`);

  it("prices alone, by SKU or barcode; nothing else changes and nothing is made", async () => {
    const before = await byCode("ARR");
    const list =
      "EAN;producto;precio venta\n7702;Otro nombre;3.100\nRON;;60000\nNADA;;5\n7701;;9\nPAN;;gratis\nPAN;;\n";
    const dry = await send("prices", list, "?dry_run=true");
    assert.deepEqual([dry.created, dry.updated, dry.unchanged, dry.failed], [0, 1, 1, 4]);
    assert.equal((await byCode("ARR")).price, "2900.00");
    const result = await send("prices", list);
    assert.deepEqual(faultsOf(result), [
      "4 code CODE_UNKNOWN",
      "5 code PRODUCT_REPEATED",
      "6 price MONEY",
      "7 price REQUIRED",
    ]);
    const { updated_at: _, ...after } = await byCode("ARR");
    const { updated_at: __, ...same } = before;
    assert.deepEqual(after, { ...same, price: "3100.00" });
    const { rows } = await shop.db.raw(
      "SELECT action, after FROM audit_log WHERE action IN ('products.repriced', 'prices.imported') ORDER BY id",
    );
    assert.deepEqual(rows[0], { action: "products.repriced", after: { price_minor: { ARR: 310_000 } } });
    assert.equal(rows[1].action, "prices.imported");
    const bare = await manager.post<{ code: string }>("/api/v1/prices/import", "codigo\nARR\n", { type: "text/csv" });
    assert.deepEqual([bare.status, bare.body.code], [422, "IMPORT_NO_FIGURE"]);
  });

  it("opening stock once a product; where something moved it is left to a count", async () => {
    await send("products", "codigo;nombre;precio\nSIN;Sin contar;10\n");
    const list = "codigo;existencias\nARR;12,5\nRON;9\nPAN;0\nSIN;0\n7701;3\nX;1\n";
    const result = await send("opening-stock", list);
    assert.deepEqual([result.updated, result.unchanged, result.failed], [2, 1, 3]);
    assert.deepEqual(faultsOf(result), ["3 code STOCK_MOVED", "6 code PRODUCT_REPEATED", "7 code CODE_UNKNOWN"]);
    assert.deepEqual([(await byCode("ARR")).on_hand, (await byCode("RON")).on_hand], ["12.500", "3.000"]);
    const { rows } = await shop.db.raw(
      "SELECT counted FROM inventory JOIN products ON id = product_id WHERE sku = 'SIN'",
    );
    assert.deepEqual(rows, [{ counted: true }]);
    const again = await send("opening-stock", "codigo;existencias\nARR;12,5\nSIN;0\n");
    assert.deepEqual([again.updated, again.unchanged, again.failed], [0, 2, 0]);
    assert.deepEqual(faultsOf(await send("opening-stock", "codigo;existencias\nARR;13\n")), ["2 code STOCK_MOVED"]);
    await assertLedger(shop);
  });

  it("twenty who open the same shelves at once open them once", async () => {
    for (let n = 0; n < 5; n += 1) await addProduct(manager, { sku: `T-${n}` });
    const list = `codigo;existencias\n${[0, 1, 2, 3, 4].map((n) => `T-${n};7`).join("\n")}`;
    const answers = await Promise.all(Array.from({ length: 20 }, () => send("opening-stock", list)));
    assert.equal(
      answers.reduce((sum, { updated }) => sum + updated, 0),
      5,
    );
    assert.equal((await byCode("T-0")).on_hand, "7.000");
    await assertLedger(shop);
  });

  it("on the page, without JavaScript", async () => {
    for (const [path, content, said] of [
      ["/prices/import", "codigo;precio\nPAN;650\n", /Los precios quedaron importados/],
      ["/opening-stock/import", "codigo;existencias\nPAN;40\n", /Las existencias iniciales quedaron registradas/],
    ] as const) {
      const checked = await (await browser.get(path)).submit("#import-upload", { file: { name: "l.csv", content } });
      assert.match(checked.text, /PAN Pan/);
      assert.match((await checked.submit("#import-start")).text, said);
    }
    const bread = await byCode("PAN");
    assert.deepEqual([bread.price, bread.on_hand], ["650.00", "40.000"]);
    await assertLedger(shop);
  });

  it("prices and stock go out as CSV and XLSX, and read back they change nothing", async () => {
    for (const format of ["csv", "xlsx"]) {
      const prices = await manager.get(`/api/v1/prices/export.${format}`);
      const same = await manager.post<ImportAnswer>("/api/v1/prices/import", prices.bytes, { type: "text/csv" });
      assert.deepEqual([same.body.updated, same.body.failed, same.body.unchanged > 3], [0, 0, true], same.text);
      const stock = await manager.get(`/api/v1/inventory/export.${format}`);
      const shelves = await manager.post<ImportAnswer>("/api/v1/opening-stock/import", stock.bytes, {
        type: "text/csv",
      });
      assert.deepEqual(faultsOf(shelves.body).length, 1, "the one that was adjusted");
      assert.equal(shelves.body.updated, 0);
    }
    const text = (await browser.get("/inventory/export.csv")).html;
    assert.match(text, /codigo;nombre;unidad;existencias/);
    assert.match(text, /ARR;Arroz;un;12,500/);
    assert.match((await browser.get("/prices/export.csv")).html, /ARR;Arroz;3100,00/);
    assert.match((await browser.get("/prices/import")).html, /href="\/prices\/export\.xlsx"/);
    const { rows } = await shop.db.raw(
      "SELECT action, count(*)::int AS n FROM audit_log WHERE action IN ('prices.exported', 'stock.exported') GROUP BY 1 ORDER BY 1",
    );
    assert.deepEqual(rows, [
      { action: "prices.exported", n: 3 },
      { action: "stock.exported", n: 3 },
    ]);
  });
});
