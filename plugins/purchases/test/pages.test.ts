/** Buying on pages, without JavaScript. */
import assert from "node:assert/strict";
import { after, before, describe, it } from "mocha";
import type { Browser } from "../../../test/harness/browser.ts";
import { openShop, type Shop } from "../../../test/harness/shop.ts";
import { assertEven, buyer } from "./buying.ts";

describe("the pages of buying", () => {
  let shop: Shop;
  let browser: Browser;
  let shopping: ReturnType<typeof buyer>;
  before(async () => {
    shop = await openShop();
    browser = await shop.browser("manager");
    shopping = buyer(await shop.api("manager"));
    await shopping.product("ARROZ");
    await shopping.product("ACEITE");
    await shopping.supplier("Distribuidora");
  });
  after(() => shop?.close());

  it("ordered, sent, received in part with more than was ordered, sent back: each page leads to the next", async () => {
    const form = await browser.get("/purchases/orders/new");
    const wrong = await form.submit("#order-new", {
      code_1: "ARROZ",
      quantity_1: "10",
      cost_1: "1.500,50",
      discount_1: "2,5",
      code_3: "NO-HAY",
      quantity_3: "1",
    });
    assert.equal(wrong.status, 422);
    assert.match(wrong.root.querySelector("#code_3-error")?.text ?? "", /NO-HAY/);
    assert.equal(wrong.fields("#order-new")["cost_1"], "1.500,50");
    const draft = await wrong.submit("#order-new", { code_3: "ACEITE", quantity_3: "2", cost_3: "100" });
    assert.match(draft.url, /^\/purchases\/orders\/\d+$/, draft.text);
    // 15005 less 375,13, and 200
    assert.match(draft.root.querySelector(".total")?.text ?? "", /14\.829,87/);
    assert.equal(
      (await wrong.submit("#order-new", { code_3: "ACEITE", quantity_3: "2", cost_3: "100" })).url,
      draft.url,
    );
    const changed = await draft.submit("#draft", { quantity_2: "4" });
    assert.match(changed.root.querySelector(".total")?.text ?? "", /15\.029,87/);
    const told = await draft.submit("#draft", { quantity_2: "5" });
    assert.equal(told.status, 409);
    const sent = await changed.submit("#send", {});
    assert.match(sent.text, /Enviado/);
    assert.equal(sent.root.querySelector("#draft"), null);
    const receive = await browser.get(`${sent.url}/receive`);
    assert.equal(receive.fields("#delivery")["quantity_1"], "10");
    const came = await receive.submit("#delivery", { delivery_note: "R-9", quantity_1: "12", quantity_2: "0" });
    assert.match(came.url, /^\/purchases\/documents\/\d+$/, came.text);
    assert.match(came.text, /llegaron 2 un más de lo pedido/);
    assert.equal(
      (await receive.submit("#delivery", { delivery_note: "R-9", quantity_1: "12", quantity_2: "0" })).url,
      came.url,
    );
    assert.match((await browser.get(sent.url)).text, /Recibido en parte/);
    const back = await (await browser.get("/purchases/return")).submit("#delivery", {
      code_1: "ARROZ",
      quantity_1: "13",
      note: "Roto",
    });
    assert.equal(back.status, 409);
    assert.match(back.text, /No hay existencias suficientes/);
    const returned = await back.submit("#delivery", { quantity_1: "1" });
    assert.match(returned.url, /^\/purchases\/documents\/\d+$/, returned.text);
    const list = await browser.get("/purchases/documents");
    assert.match(list.text, /Entrada EN-1/);
    assert.match(list.text, /Devolución DP-\d/);
    const { rows } = await shop.db.raw("SELECT id FROM products WHERE sku = 'ARROZ'");
    const product = await browser.get(`/products/${rows[0].id}`);
    assert.ok(product.root.querySelector(`a[href="/purchases/prices?product_id=${rows[0].id}"]`), product.text);
    const employees = await (await shop.browser("employee")).get(`/products/${rows[0].id}`);
    assert.equal(employees.root.querySelector("a[href^='/purchases/prices']"), null);
    assert.match((await browser.get(`/purchases/prices?product_id=${rows[0].id}`)).text, /1\.462,99/);
    assert.match((await browser.get("/purchases?status=partly_received")).text, /OC-1/);
    await assertEven(shop);
  });

  it("goods come without an order; nothing typed is told", async () => {
    const form = await browser.get("/purchases/receive");
    const nothing = await form.submit("#delivery", {});
    assert.equal(nothing.status, 422);
    assert.match(nothing.root.querySelector("#code_1-error")?.text ?? "", /al menos un producto/);
    const came = await nothing.submit("#delivery", { code_1: "ACEITE", quantity_1: "2,5", cost_1: "80" });
    assert.match(came.text, /2,5 un/);
    await assertEven(shop);
  });

  it("in English everything is said in English", async () => {
    await browser.post("/language", {
      ...(await browser.get("/")).fields('form[action="/language"]'),
      lang: "en",
      back: "/",
    });
    for (const path of [
      "/purchases",
      "/purchases/documents",
      "/purchases/receive",
      "/suppliers",
      "/purchases/orders/1",
    ]) {
      const page = await browser.get(path);
      assert.equal(page.status, 200, path);
      assert.doesNotMatch(page.text, /purchases\.[a-z_]+\.|Proveedor|Tienda /, path);
    }
  });
});
