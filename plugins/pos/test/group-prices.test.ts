/** What a customer of a group pays: the group's list, then the store's, then the product's own price. */
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { after, afterEach, before, describe, it } from "mocha";
import type { ApiClient } from "../../../test/harness/api-client.ts";
import { openShop, type Shop } from "../../../test/harness/shop.ts";
import { assertBooks, cash, digits, follow, type Goods, ring, rung, scan, stocked } from "./till.ts";

describe("prices of a group of customers", () => {
  let shop: Shop;
  let manager: ApiClient;
  let rice: Goods;
  let oil: Goods;
  let salt: Goods;
  let group: number;
  let wholesaler: number;
  let list: number;
  before(async () => {
    shop = await openShop();
    manager = await shop.api("manager");
    rice = await stocked(shop, { sku: "ARROZ", name: "Arroz", price: "10000" });
    oil = await stocked(shop, { sku: "ACEITE", name: "Aceite", price: "20000" });
    salt = await stocked(shop, { sku: "SAL", name: "Sal", price: "1000" });
    group = await made("customer-groups", { name: "Mayoristas" });
    list = await made("price-lists", { name: "Por mayor" });
    const store = await made("price-lists", { name: "De la tienda" });
    const { body } = await manager.get<{ data: { id: number }[] }>("/api/v1/stores");
    await manager.patch(`/api/v1/price-lists/${store}`, { store_ids: [body.data[0]?.id] });
    const price = (id: number, prices: object[]) => manager.put(`/api/v1/price-lists/${id}/prices`, { prices });
    assert.equal((await price(list, [{ product_id: rice.id, price: "8000" }])).status, 204);
    const ofStore = [
      { product_id: rice.id, price: "9500" },
      { product_id: oil.id, price: "19000" },
    ];
    assert.equal((await price(store, ofStore)).status, 204);
    wholesaler = await made("customers", { name: "Tienda La 14", group_id: group });
  });
  after(() => shop?.close());
  afterEach(() => assertBooks(shop));

  async function made(path: string, body: object): Promise<number> {
    const answer = await manager.post<{ id: number }>(`/api/v1/${path}`, body, { key: randomUUID() });
    assert.equal(answer.status, 201, answer.text);
    return answer.body.id;
  }
  const total = async (customer?: number) => {
    const items = [rice, oil, salt].map(({ id }) => ({ product_id: id, quantity: "1" }));
    const sale = await ring(manager, { items, customer_id: customer, payments: cash("100000") });
    assert.equal(sale.status, 201, sale.text);
    return sale.body.total;
  };

  it("the list is given to the group on a page; programs sell by it to its customers only", async () => {
    assert.equal(await total(wholesaler), "29500.00");
    const browser = await shop.browser("manager");
    const page = await browser.get("/group-prices");
    const option = page.root.querySelectorAll(`#g${group} option`).find((one) => /Por mayor/.test(one.text));
    const saved = await page.submit("#group-prices", { [`g${group}`]: option?.getAttribute("value") ?? "" });
    assert.equal(saved.fields("#group-prices")[`g${group}`], option?.getAttribute("value"), saved.text);
    assert.equal(await total(wholesaler), "28000.00");
    assert.equal(await total(), "29500.00");
    assert.equal((await manager.put("/api/v1/group-prices/999", { price_list_id: null })).status, 404);
    assert.equal((await manager.put(`/api/v1/group-prices/${group}`, { price_list_id: 999 })).status, 422);
    assert.equal((await (await shop.browser("employee")).get("/group-prices")).status, 403);
  });

  it("choosing the customer prices the cart anew, but not what was changed by hand, and taking him away brings it back", async () => {
    const browser = await shop.browser("manager");
    let page = await rung(browser, "ARROZ", "2*ACEITE", "SAL");
    assert.equal(digits(page.root.querySelector(".pos-total strong")?.text ?? ""), "48500");
    const byHand = await follow(browser, page, 'a[href$="/lines/3/price"]');
    page = await byHand.submit("#price", { price: "900", reason: "Rota" });
    const chooser = await follow(browser, page, "#customer");
    const found = await chooser.submit("#find-customer", { q: "La 14" });
    page = await found.submit("#choose-customer", { customer_id: String(wholesaler) });
    assert.match(page.text, /cambió 1 línea/);
    assert.match(page.text, /Mayoristas/);
    assert.equal(digits(page.root.querySelector(".pos-total strong")?.text ?? ""), "46900");
    page = await scan(page, "ARROZ");
    assert.equal(digits(page.root.querySelector(".pos-total strong")?.text ?? ""), "54900");
    const results = await scan(page, "arr");
    assert.equal(digits(results.root.querySelector(".pos-results b")?.text ?? ""), "8000");
    page = await (await follow(browser, page, "#customer")).submit("#no-customer", { customer_id: "" });
    assert.equal(digits(page.root.querySelector(".pos-total strong")?.text ?? ""), "57900");
  });

  it("scans in the very moment that the customer is chosen or taken away: every line costs what the cart's customer pays", async () => {
    await manager.put(`/api/v1/group-prices/${group}`, { price_list_id: list });
    const choose = (cart: string, id: number | null) =>
      manager.request("PUT", `/api/v1/carts/${cart}/customer`, { customer_id: id });
    for (let round = 0; round < 60; round++) {
      const cart = randomUUID();
      // odd rounds: the cart itself is made in that moment
      const wanted = round % 4 < 2 ? wholesaler : null;
      if (round % 2 === 0) await choose(cart, wanted === null ? wholesaler : null);
      const scans = ["ARROZ", "SAL", "ARROZ", "ARROZ"].map((code) =>
        manager.post(`/api/v1/carts/${cart}/items`, { code }),
      );
      const answers = await Promise.all([...scans.slice(0, 2), choose(cart, wanted), ...scans.slice(2)]);
      assert.deepEqual(
        answers.map(({ status }) => status),
        answers.map(() => 200),
      );
      const { body } = await manager.get<{ customer_id: number | null; lines: Record<string, unknown>[] }>(
        `/api/v1/carts/${cart}`,
      );
      const price = wanted === null ? "9500.00" : "8000.00";
      assert.equal(body.customer_id, wanted);
      assert.deepEqual(
        body.lines
          .map(({ sku, quantity, unit_price }) => [sku, quantity, unit_price])
          .sort((a, b) => String(a[0]).localeCompare(String(b[0]))),
        [
          ["ARROZ", "3.000", price],
          ["SAL", "1.000", "1000.00"],
        ],
        `round ${round}`,
      );
    }
  });
});
