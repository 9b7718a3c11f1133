/** What a gift card or store credit paid comes back: onto the card, or as store credit with a code of its own. */
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { after, afterEach, before, describe, it } from "mocha";
import type { ApiClient } from "../../../test/harness/api-client.ts";
import { openShop, type Shop } from "../../../test/harness/shop.ts";
import { lookBy, sellCardBy } from "./cards.ts";
import { assertBooks, cash, type Goods, type ProblemAnswer, ring, type SaleAnswer, saleIdOf, stocked } from "./till.ts";

describe("what gift cards and store credit paid", () => {
  let shop: Shop;
  let manager: ApiClient;
  let employee: ApiClient;
  let coffee: Goods;
  before(async () => {
    shop = await openShop();
    [manager, employee] = [await shop.api("manager"), await shop.api("employee")];
    coffee = await stocked(shop, { sku: "CAFE", name: "Café", price: "10000", stock: "1000" });
  });
  after(() => shop?.close());
  afterEach(() => assertBooks(shop));

  const sellCard = (amount: string) => sellCardBy(employee, amount);
  const look = (code: string) => lookBy(employee, code);
  const buy = (method: string, reference: string, amount: string, quantity = "1") =>
    ring(employee, { items: [{ product_id: coffee.id, quantity }], payments: [{ method, amount, reference }] });

  it("a return gives store credit instead of cash; its code stands on the return's receipt and pays the next sale", async () => {
    const sale = (await ring(employee, { items: [{ product_id: coffee.id, quantity: "3" }], payments: cash("30000") }))
      .body;
    const browser = await shop.browser("manager");
    const page = await browser.get(`/sales/${sale.id}/return`);
    const receipt = await page.submit("#return", { quantity_1: "2", method: "store_credit", reason: "talla" });
    assert.match(receipt.url, /receipt$/, receipt.text);
    const code = /([0-9A-Z]{4} [0-9A-Z]{4} [0-9A-Z]{4})/.exec(receipt.text)?.[1] ?? assert.fail(receipt.text);
    assert.equal((await look(code)).balance, "20000.00");
    const next = await buy("store_credit", code, "10000");
    assert.equal(next.status, 201, next.text);
    assert.equal((await look(code)).balance, "10000.00");
    const pdf = await browser.get(`/sales/${saleIdOf(receipt)}/receipt.pdf?width=80`);
    assert.equal(pdf.status, 200);
  });

  it("what a card paid goes back onto it: by a return in parts, and by a void", async () => {
    const { code } = (await sellCard("30000")).body.gift_card;
    const sale = (await buy("gift_card", code, "30000", "3")).body;
    const giveBack = (body: object) =>
      manager.post<SaleAnswer & ProblemAnswer>(
        `/api/v1/sales/${sale.id}/returns`,
        { reason: "x", ...body },
        { key: randomUUID() },
      );
    assert.equal((await giveBack({ lines: [{ line: 1, quantity: "1" }] })).status, 201);
    assert.equal((await look(code)).balance, "10000.00");
    const rest = await giveBack({});
    assert.equal(rest.status, 201, rest.text);
    assert.equal((await look(code)).balance, "30000.00");
    const second = (await buy("gift_card", code, "10000")).body;
    const gone = await manager.post(`/api/v1/sales/${second.id}/void`, { reason: "y" }, { key: randomUUID() });
    assert.equal(gone.status, 201, gone.text);
    const { balance, entries } = await look(code);
    assert.equal(balance, "30000.00");
    assert.deepEqual(
      entries.map(({ kind }) => kind),
      ["refund", "spend", "refund", "refund", "spend", "issue"],
    );
  });

  it("what cannot go back onto a card becomes store credit, and each code of it is told: by a void, and by two ways at once", async () => {
    const { id, code } = (await sellCard("20000")).body.gift_card;
    const first = (await buy("gift_card", code, "10000")).body;
    const second = (await buy("gift_card", code, "10000")).body;
    const browser = await shop.browser("manager");
    await (await browser.get(`/vouchers/${id}`)).submit("#block", { reason: "la perdió" });
    const codesOn = async (sale: number) =>
      [...(await browser.get(`/sales/${sale}/receipt`)).text.matchAll(/\b[0-9A-Z]{4} [0-9A-Z]{4} [0-9A-Z]{4}\b/g)].map(
        ([found]) => found,
      );
    const voided = await manager.post<SaleAnswer>(
      `/api/v1/sales/${first.id}/void`,
      { reason: "y" },
      { key: randomUUID() },
    );
    assert.equal(voided.status, 201, voided.text);
    const [told, ...more] = await codesOn(voided.body.id);
    assert.deepEqual(more, []);
    assert.equal((await look(told ?? "")).balance, "10000.00");

    const refund = [
      { method: "gift_card", amount: "4000" },
      { method: "store_credit", amount: "6000" },
    ];
    const body = { reason: "x", refund };
    const returned = await manager.post<SaleAnswer>(`/api/v1/sales/${second.id}/returns`, body, { key: randomUUID() });
    assert.equal(returned.status, 201, returned.text);
    const balances = await Promise.all((await codesOn(returned.body.id)).map(async (one) => (await look(one)).balance));
    assert.deepEqual(balances.sort(), ["4000.00", "6000.00"]);
  });
});
