import assert from "node:assert/strict";
import { after, before, describe, it } from "mocha";
import type { ApiClient } from "../../../test/harness/api-client.ts";
import { openShop, type Shop } from "../../../test/harness/shop.ts";
import { addProduct, addStocked, type ImportAnswer, type ProductAnswer } from "./shelf.ts";

describe("the export", () => {
  let shop: Shop;
  let manager: ApiClient;
  before(async () => {
    shop = await openShop();
    manager = await shop.api("manager");
    const category = "Aseo; del hogar";
    await addStocked(
      manager,
      { sku: "=1+1", name: "=cmd|' /C calc'!A0", barcodes: ["@77", "+78"], price: "12.50", category },
      "3.250",
    );
    await addProduct(manager, {
      sku: "-5",
      name: "'=ya",
      description: 'Dos "líneas"\nseguidas\r\ny otra',
      cost: "0.05",
      tax_rate_bp: 50,
    });
    await addProduct(manager, {
      sku: "Ü&%",
      name: "1/2 <b>libra</b>",
      unit: "lb",
      reorder_point: "1.5",
      tax_rate_bp: 1250,
    });
    await manager.delete(`/api/v1/products/${(await addProduct(manager, { sku: "OLD" })).id}`);
    await manager.post("/api/v1/products/import", "sku,name,price\nUNCOUNTED,Sin contar,5\n", { type: "text/csv" });
  });
  after(() => shop.close());

  const all = async (client: ApiClient) => (await client.get<{ data: ProductAnswer[] }>("/api/v1/products")).body.data;

  it("formulas are written as text", async () => {
    const { text, headers } = await manager.get("/api/v1/products/export.csv");
    assert.match(headers.get("content-type") ?? "", /^text\/csv/);
    assert.match(headers.get("content-disposition") ?? "", /products\.csv/);
    for (const line of text.slice(1).split("\r\n")) assert.doesNotMatch(line, /(^|,)"?[=+\-@]/, line);
    assert.match(text, /'=1\+1,'\+78 \| @77,'=cmd/);
  });

  it("read back into the same shop it changes nothing", async () => {
    const before = await all(manager);
    const { bytes } = await manager.get("/api/v1/products/export.csv");
    const { body } = await manager.post<ImportAnswer>("/api/v1/products/import", bytes, { type: "text/csv" });
    assert.deepEqual(body, { created: 0, updated: 0, unchanged: 5, failed: 0, errors: [] });
    assert.deepEqual(await all(manager), before);
  });

  it("so does the page's, in the other language's way", async () => {
    const browser = await shop.browser("manager");
    const { html } = await browser.get("/products/export.csv");
    assert.match(html, /^\ufeff?codigo;codigos_de_barras;nombre;/);
    assert.match(html, /;12,50;19;0,00;3,250;0,000;si/);
    const { body } = await manager.post<ImportAnswer>("/api/v1/products/import", html, { type: "text/csv" });
    assert.deepEqual(body, { created: 0, updated: 0, unchanged: 5, failed: 0, errors: [] });
  });

  it("read into another shop it makes the same products, with their stock", async () => {
    const { bytes } = await manager.get("/api/v1/products/export.csv");
    const other = await openShop();
    try {
      const admin = await other.api("admin");
      const { body } = await admin.post<ImportAnswer>("/api/v1/products/import", bytes, { type: "text/csv" });
      assert.deepEqual(body, { created: 5, updated: 0, unchanged: 0, failed: 0, errors: [] });
      const bare = (products: ProductAnswer[]) => products.map(({ id: _, updated_at: __, ...rest }) => rest);
      assert.deepEqual(bare(await all(admin)), bare(await all(manager)));
      const { rows } = await other.db.raw(
        "SELECT sku FROM inventory JOIN products ON id = product_id WHERE NOT counted",
      );
      assert.deepEqual(rows, [{ sku: "UNCOUNTED" }]);
    } finally {
      await other.close();
    }
  });
});
