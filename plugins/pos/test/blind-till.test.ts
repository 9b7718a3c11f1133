/** A cashier who counts does not see at the till what the books say of what is being counted. */
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { after, before, describe, it } from "mocha";
import { openShop, type Shop } from "../../../test/harness/shop.ts";
import { stocked } from "./till.ts";

describe("a blind count and the till", () => {
  let shop: Shop;
  const SECRET = /7[.,]?319/;
  before(async () => {
    shop = await openShop();
    await stocked(shop, { sku: "ARROZ", name: "Arroz", stock: "7319" });
  });
  after(() => shop.close());

  it("the till's search hides the figure from who counts; selling goes on, and says what lacks", async () => {
    const browser = await shop.browser("employee");
    const find = async () => (await browser.get("/pos/new")).submit("#code", { code: "arro" });
    assert.match((await find()).text, SECRET);
    const manager = await shop.api("manager");
    const count = await manager.post<{ id: number }>("/api/v1/counts", {}, { key: randomUUID() });
    const page = await find();
    assert.match(page.text, /Arroz/);
    assert.match(page.text, /en conteo/);
    assert.doesNotMatch(page.text, SECRET);
    const managers = await (await (await shop.browser("manager")).get("/pos/new")).submit("#code", { code: "arro" });
    assert.match(managers.text, SECRET);
    const counter = await shop.api("employee");
    const sale = { items: [{ code: "ARROZ", quantity: "1" }], payments: [{ method: "cash", amount: "1000" }] };
    assert.equal((await counter.post("/api/v1/sales", sale, { key: randomUUID() })).status, 201);
    await manager.post(`/api/v1/counts/${count.body.id}/cancel`, {}, { key: randomUUID() });
    assert.match((await find()).text, /7[.,]?318/);
  });
});
