/** A shop without barcodes taps what it sells. */
import assert from "node:assert/strict";
import { after, before, describe, it } from "mocha";
import type { Browser } from "../../../test/harness/browser.ts";
import { openShop, type Shop } from "../../../test/harness/shop.ts";
import { jpeg } from "../../inventory/test/sample-pictures.ts";
import { assertBooks, cartOf, rung, saleIdOf, stocked } from "./till.ts";

describe("the catalogue at the till", () => {
  let shop: Shop;
  let cashier: Browser;
  before(async () => {
    shop = await openShop();
    for (let count = 1; count <= 30; count++)
      await stocked(shop, {
        sku: `P${count}`,
        name: `Pan ${String(count).padStart(2, "0")}`,
        category: "Panadería",
        price: "1000",
      });
    await stocked(shop, { sku: "CAFE", name: "Café", category: "Bebidas", price: "2500" });
    await stocked(shop, { sku: "VIEJO", name: "Aa retirado", category: "Retirado", price: "1", active: false });
    cashier = await shop.browser("employee");
  });
  after(() => shop?.close());

  const names = (page: Awaited<ReturnType<Browser["get"]>>) =>
    page.root.querySelectorAll(".pos-tiles button > span:nth-child(2)").map((one) => one.text);

  it("shows what can be sold by category, page by page, and nothing that is retired", async () => {
    const cart = cartOf(await cashier.get("/pos/new"));
    const all = await cashier.get(`/pos/carts/${cart}/grid`);
    assert.equal(names(all).length, 24);
    assert.equal(names(all)[0], "Café");
    const categories = all.root.querySelectorAll(".pos-categories a").map((one) => one.text);
    assert.deepEqual(categories, ["Todo", "Bebidas", "Panadería"]);
    const bakery = all.root.querySelectorAll(".pos-categories a")[2]?.getAttribute("href") ?? "";
    const first = await cashier.get(bakery);
    const next = first.root.querySelector("a[rel=next]")?.getAttribute("href") ?? "";
    const second = await cashier.get(next);
    assert.deepEqual(
      [...names(first), ...names(second)],
      Array.from({ length: 30 }, (_, index) => `Pan ${String(index + 1).padStart(2, "0")}`),
    );
  });

  it("a tap adds and stays where it was; the sale goes on from there", async () => {
    const cart = cartOf(await rung(cashier, "CAFE"));
    const page = await cashier.get(`/pos/carts/${cart}/grid`);
    const bakery = await cashier.get(page.root.querySelectorAll(".pos-categories a")[2]?.getAttribute("href") ?? "");
    const { rows } = await shop.db.raw("SELECT id::int FROM products WHERE sku = 'P7'");
    const id = String(rows[0].id);
    let tapped = await bakery.submit(".pos-tiles", { product_id: id });
    tapped = await tapped.submit(".pos-tiles", { product_id: id });
    assert.equal(names(tapped)[0], "Pan 01", "the same category");
    assert.match(tapped.text, /2 líneas · \$\s4\.500/);
    const receipt = await (await cashier.get(`/pos/carts/${cart}`)).submit("#pay-form", { amount: "4500" });
    assert.ok(saleIdOf(receipt) > 0);
    await assertBooks(shop);
    const late = await tapped.submit(".pos-tiles", { product_id: id });
    assert.equal(late.status, 409);
    assert.match(late.text, /ya se cobró/);
  });

  it("a product with a picture shows it, the others their first letter", async () => {
    const manager = await shop.api("manager");
    const { rows } = await shop.db.raw("SELECT id::int FROM products WHERE sku = 'CAFE'");
    const put = await manager.put(`/api/v1/products/${rows[0].id}/picture`, jpeg, { type: "image/jpeg" });
    assert.equal(put.status, 200, put.text);
    const cart = cartOf(await cashier.get("/pos/new"));
    const page = await cashier.get(`/pos/carts/${cart}/grid`);
    const [coffee, bread] = page.root.querySelectorAll(".pos-tiles button");
    const image = coffee?.querySelector("img");
    assert.deepEqual(
      ["alt", "width", "height", "loading"].map((name) => image?.getAttribute(name)),
      ["Foto de Café", "6", "4", "lazy"],
    );
    assert.equal(coffee?.querySelector(".pos-initial"), null);
    assert.equal(bread?.querySelector("img"), null);
    assert.equal(bread?.querySelector(".pos-initial")?.text, "P");
    const src = image?.getAttribute("src") ?? "";
    const shown = await cashier.get(src);
    assert.deepEqual([shown.status, shown.headers.get("content-type")], [200, "image/jpeg"]);
    assert.match(shown.headers.get("cache-control") ?? "", /immutable/);
    assert.equal((await cashier.get(src.replace(/.$/, (last) => (last === "0" ? "1" : "0")))).status, 404);
    assert.equal((await (await shop.browser()).request("GET", src, { follow: false })).status, 303);
  });

  it("a product that is retired or unknown, and a cursor from elsewhere, are refused", async () => {
    const cart = cartOf(await cashier.get("/pos/new"));
    const page = await cashier.get(`/pos/carts/${cart}/grid`);
    assert.equal((await page.submit(".pos-tiles", { product_id: "999999" })).status, 404);
    assert.equal((await cashier.get(`/pos/carts/${cart}/grid?cursor=abc`)).status, 422);
  });
});
