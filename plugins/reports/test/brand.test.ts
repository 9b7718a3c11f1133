/** A product's brand: by API, form and list, kept once however it is written, searched for, and told by its own report of sales. */
import assert from "node:assert/strict";
import { after, before, describe, it } from "mocha";
import type { ApiClient } from "../../../test/harness/api-client.ts";
import { openShop, type Shop } from "../../../test/harness/shop.ts";
import { cash, ring, stocked } from "../../pos/test/till.ts";
import { report } from "./figures.ts";

interface ProductAnswer {
  id: number;
  sku: string;
  brand: string | null;
}

describe("the brand of a product", () => {
  let shop: Shop;
  let manager: ApiClient;
  before(async () => {
    shop = await openShop();
    manager = await shop.api("manager");
  });
  after(() => shop?.close());

  const bySku = async (sku: string) => (await manager.get<ProductAnswer>(`/api/v1/products/by-code/${sku}`)).body;
  const brands = async () => (await shop.db.raw("SELECT name FROM brands ORDER BY id")).rows;

  it("is taken by API, list and form, and is the same in capitals", async () => {
    const cola = await stocked(shop, { sku: "COLA", price: "2000" });
    const sent = await manager.patch<ProductAnswer>(`/api/v1/products/${cola.id}`, { brand: "Postobón" });
    assert.equal(sent.body.brand, "Postobón");
    const csv = "codigo;nombre;precio;marca\nMANZANA;Gaseosa manzana;2500;POSTOBON\nPAN;Pan;1000;\n";
    const answer = await manager.post("/api/v1/products/import", csv.replaceAll(";", ","), { type: "text/csv" });
    assert.ok(answer.status < 300, answer.text);
    assert.equal((await bySku("MANZANA")).brand, "Postobón");
    assert.equal((await bySku("PAN")).brand, null);
    assert.deepEqual(await brands(), [{ name: "Postobón" }]);

    const browser = await shop.browser("manager");
    const bread = await bySku("PAN");
    const form = await browser.get(`/products/${bread.id}`);
    const saved = await form.submit("form:has(input[name=brand])", { brand: "Bimbo" });
    assert.match(saved.text, /PAN[\s\S]*Bimbo/);
    assert.match((await browser.get("/products")).text, /Bimbo/);
    assert.match((await browser.request("GET", "/products/export.csv")).html, /marca[\s\S]*MANZANA[^\n]*Postobón/);
    assert.equal(
      (await manager.patch<ProductAnswer>(`/api/v1/products/${bread.id}`, { brand: null })).body.brand,
      null,
    );
    const long = await manager.patch<ProductAnswer>(`/api/v1/products/${bread.id}`, { brand: "x".repeat(81) });
    assert.equal(long.status, 422);
  });

  it("has its report of sales, which leads to its documents; what has none stands together", async () => {
    const { id } = await bySku("COLA");
    const bread = await stocked(shop, { sku: "AREPA", price: "1190" });
    const items = [
      { product_id: id, quantity: "2" },
      { product_id: bread.id, quantity: "1" },
    ];
    assert.equal((await ring(await shop.api("employee"), { items, payments: cash("10000") })).status, 201);
    const told = await report(shop, manager, "sales-by-brand");
    assert.deepEqual(
      told.data.map(({ name, total }) => [name, total]),
      [
        ["Postobón", "4000.00"],
        [told.data[1]?.name, "1190.00"],
      ],
    );
    assert.match(told.data[1]?.name ?? "", /Without brand|Sin marca/);
    for (const { key } of told.data) {
      const documents = await manager.get<{ data: unknown[] }>(`/api/v1/reports/sales-by-brand/documents?key=${key}`);
      assert.equal(documents.body.data.length, 1, key);
    }
  });
});
