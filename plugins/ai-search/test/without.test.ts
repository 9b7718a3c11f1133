/** The search engine is down: the till, the form of a product and its page go on as if there had never been one. */
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { after, before, describe, it } from "mocha";
import { openShop, type Shop } from "../../../test/harness/shop.ts";
import { GOODS } from "./corner-shop.ts";

describe("a shop whose search engine does not start", () => {
  let shop: Shop;
  let id: number;

  before(async () => {
    shop = await openShop();
    const manager = await shop.api("manager");
    for (const [sku, name, category, price] of GOODS) {
      const barcodes = sku === "J1" ? ["7702004551234"] : [];
      const made = await manager.post<{ id: number }>("/api/v1/products", { sku, name, category, price, barcodes });
      if (sku === "C1") id = made.body.id;
      const received = { product_id: made.body.id, quantity: "9", reason: "received" };
      await manager.post("/api/v1/inventory/adjustments", received, { key: randomUUID() });
    }
    // its tables are there already, so that its migrations fail
    await shop.db.raw("DELETE FROM knex_migrations WHERE name LIKE 'ai-search/%'");
    await shop.restart();
  });
  after(() => shop?.close());

  it("its own pages say so", async () => {
    const browser = await shop.browser("manager");
    for (const path of ["/search", "/search/log", "/search/state"])
      assert.equal((await browser.get(path)).status, 503, path);
    const manager = await shop.api("manager");
    assert.equal((await manager.post("/api/v2/ai/text/analyze", { text: "leche" })).status, 503);
  });

  it("the till finds, says what it does not find, and sells; nothing is suggested and nothing asked for", async () => {
    const browser = await shop.browser("employee");
    const found = await (await browser.get("/pos/new")).submit("#scan-form", { code: "sello rojo" });
    const cart = await found.submit(".pos-results form", {});
    assert.match(cart.root.querySelector(".pos-item")?.text ?? "", /Café Sello Rojo/);
    assert.equal(cart.root.querySelectorAll("#goes-well button").length, 0);
    const byEnd = await cart.submit("#scan-form", { code: "51234" });
    assert.match(byEnd.root.querySelector(".pos-results button")?.text ?? "", /Jabón Rey/);
    const refused = await cart.submit("#scan-form", { code: "shokolatinn" });
    assert.equal(refused.status, 422);
    assert.equal(refused.root.querySelector("#nearest"), null);
    assert.equal((await browser.get(`${cart.url}/goes-well`)).status, 200);
    const paid = await (await browser.get(cart.url)).submit("#pay-form", {});
    assert.match(paid.url, /\/receipt$/);
  });

  it("a product is written down, changed and looked at", async () => {
    const browser = await shop.browser("manager");
    const form = await browser.get("/products/new");
    assert.equal(form.root.querySelector("#product-check"), null);
    const saved = await form.submit("#product-new", { name: "Leche entera Alquería", sku: "N1", price: "1000" });
    assert.match(saved.url, /^\/products\/\d+$/);
    const page = await browser.get(`/products/${id}`);
    assert.equal(page.root.querySelector("#goes-with"), null);
    const { _csrf = "", ...typed } = page.fields("#product") as Record<string, string>;
    for (const path of ["/products/check", `/products/${id}/check`])
      assert.equal((await browser.post(path, { _csrf, name: "x", price: typed["price"] ?? "" })).status, 200, path);
    assert.equal((await page.submit("#product", { price: "2000" })).status, 200);
  });
});
