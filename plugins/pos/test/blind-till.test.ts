/** A cashier who counts does not see at the till what the books say of what is being counted. */
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { after, before, describe, it } from "mocha";
import { openShop, type Shop } from "../../../test/harness/shop.ts";
import { type ProblemAnswer, rung, stocked } from "./till.ts";

describe("a blind count and the till", () => {
  let shop: Shop;
  const SECRET = /7[.,]?319/;
  before(async () => {
    shop = await openShop();
    await stocked(shop, { sku: "ARROZ", name: "Arroz", stock: "7319" });
  });
  after(() => shop.close());

  it("the till's search hides the figure from who counts; selling goes on, and what lacks is said without it", async () => {
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
    const cart = await rung(browser, "ARROZ");
    const line = cart.root.querySelector('form[action*="/lines/"]')?.getAttribute("action") ?? assert.fail(cart.text);
    const many = await cart.submit(line, { quantity: "9000" });
    const refused = await many.submit("#amount", { amount: "9000000" });
    assert.equal(refused.status, 409, refused.text);
    assert.match(refused.text, /No hay existencias suficientes: Arroz \(en conteo\)/);
    assert.doesNotMatch(refused.text, /7[.,]?318/);
    const tooMuch = { items: [{ code: "ARROZ", quantity: "9000" }], payments: [{ method: "cash", amount: "9000000" }] };
    const lacks = async (role: "employee" | "manager") => {
      const who = await shop.api(role);
      const answer = await who.post<ProblemAnswer>("/api/v1/sales", tooMuch, { key: randomUUID() });
      assert.deepEqual([answer.status, answer.body.code], [409, "STOCK_INSUFFICIENT"], answer.text);
      return answer;
    };
    const secret = await lacks("employee");
    assert.deepEqual(
      secret.body.lines?.map(({ name, requested, on_hand }) => [name, requested, on_hand]),
      [["Arroz", "9000.000", null]],
    );
    assert.doesNotMatch(secret.text, /7[.,]?318/);
    assert.equal((await lacks("manager")).body.lines?.[0]?.["on_hand"], "7318.000");
    await manager.post(`/api/v1/counts/${count.body.id}/cancel`, {}, { key: randomUUID() });
    assert.match((await find()).text, /7[.,]?318/);
    assert.equal((await lacks("employee")).body.lines?.[0]?.["on_hand"], "7318.000", "nothing is being counted");
    assert.match((await many.submit("#amount", { amount: "9000000" })).text, /quedan 7[.,]?318/);
  });
});
