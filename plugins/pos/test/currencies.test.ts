/** What the owner sets in the shop's own currency says nothing of a store with another. */
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { after, before, describe, it } from "mocha";
import type { ApiClient } from "../../../test/harness/api-client.ts";
import { openShop, type Shop } from "../../../test/harness/shop.ts";
import { addCustomer } from "./accounts.ts";
import { assertBooks, cash, follow, type ProblemAnswer, ring, rung, stocked } from "./till.ts";
import { openStore, standing } from "./two-stores.ts";

describe("a shop of pesos with a store of dollars", () => {
  let shop: Shop;
  let admin: ApiClient;
  let abroad: { store: number; register: number };
  let customer: number;
  before(async () => {
    shop = await openShop();
    admin = await shop.api("admin");
    const bread = await stocked(shop, { sku: "PAN", price: "10030", tax_rate_bp: 0 });
    abroad = await openStore(admin, { name: "Miami", currency: "USD" }, bread.id);
    const list = await admin.post<{ id: number }>(
      "/api/v1/price-lists",
      { name: "Dólares", currency: "USD" },
      { key: randomUUID() },
    );
    const path = `/api/v1/price-lists/${list.body.id}`;
    assert.equal((await admin.patch(path, { store_ids: [abroad.store] })).status, 200);
    const prices = [{ product_id: bread.id, price: "12.40" }];
    assert.equal((await admin.put(`${path}/prices`, { prices })).status, 204);
    customer = await addCustomer(await shop.api("manager"), "Ana Ardila");
    const saved = await (await (await shop.browser("admin")).get("/settings")).submit("#settings", {
      "pos.smallest_coin": "50",
      "pos.difference_limit": "1000",
      "customers.points_earn": "1",
      "customers.points_value": "10",
    });
    assert.equal(saved.status, 200, saved.text);
    assert.match(saved.text, /en tiendas con otra moneda: sin redondeo/);
  });
  after(() => shop?.close());

  const buy = (register: number, amount: string, payments: object[] = cash(amount)) =>
    ring(admin, {
      items: [{ code: "PAN", quantity: "1" }],
      payments,
      customer_id: customer,
      register_id: register,
    });
  const points = async () => (await admin.get<{ points: number }>(`/api/v1/customers/${customer}`)).body.points;

  it("a coin of 50 pesos rounds pesos, not 12.40 dollars; nor what comes back of them", async () => {
    const here = await buy(1, "10050");
    assert.deepEqual([here.body.rounding, here.body.total], ["20.00", "10050.00"], here.text);
    const had = await points();
    assert.ok(had > 0);
    const there = await buy(abroad.register, "12.40");
    assert.deepEqual(
      [there.body.rounding, there.body.total, there.body.currency],
      ["0.00", "12.40", "USD"],
      there.text,
    );
    assert.equal(await points(), had, "dollars earn no points of pesos");
    const wanted = { reason: "no era", lines: [{ line: 1, quantity: "0.5" }] };
    const back = await admin.post<{ total: string }>(`/api/v1/sales/${there.body.id}/returns`, wanted, {
      key: randomUUID(),
    });
    assert.equal(back.body.total, "-6.20", back.text);
    await assertBooks(shop);
  });

  it("points of pesos pay no dollars, and the till does not offer them", async () => {
    const refused = await buy(abroad.register, "", [{ method: "points", amount: "12.40" }]);
    assert.deepEqual([refused.status, refused.body.code], [409, "POINTS_SHORT"], refused.text);
    for (const [register, offered] of [
      [1, true],
      [abroad.register, false],
    ] as const) {
      const browser = await standing(await shop.browser("manager"), register);
      const found = await (await follow(browser, await rung(browser, "PAN"), "#customer")).submit("#find-customer", {
        q: "ardila",
      });
      const chosen = await found.submit("#choose-customer", { customer_id: String(customer) });
      const page = await follow(browser, chosen, 'a[href$="/payment"]');
      assert.equal(page.root.querySelector("[name=amount_points]") !== null, offered, page.text);
    }
  });

  it("a debt and a card of pesos are told as such where dollars are taken", async () => {
    assert.equal((await admin.patch(`/api/v1/customers/${customer}`, { credit_limit: "50000" })).status, 200);
    assert.equal((await buy(1, "", [{ method: "customer_credit", amount: "10030" }])).status, 201);
    const key = () => ({ key: randomUUID() });
    const there = { method: "cash", amount: "1", register_id: abroad.register };
    const paid = await admin.post<ProblemAnswer>(`/api/v1/customers/${customer}/payments`, there, key());
    const onCredit = await buy(abroad.register, "", [{ method: "customer_credit", amount: "12.40" }]);
    const sold = { method: "cash", amount: "20000", register_id: 1 };
    const { body } = await admin.post<{ gift_card: { code: string } }>("/api/v1/gift-cards", sold, key());
    const reference = body.gift_card.code;
    const byCard = await buy(abroad.register, "", [{ method: "gift_card", amount: "12.40", reference }]);
    for (const { status, body, text } of [paid, onCredit, byCard]) {
      assert.deepEqual([status, body.code], [409, "OTHER_CURRENCY"], text);
      assert.match(text, /Ese saldo está en COP y aquí se cobra en USD/);
    }
  });

  it("a drawer of dollars that is one dollar short needs a reason", async () => {
    const { body: sale } = await buy(abroad.register, "12.40");
    const x = await admin.get<{ expected_cash: string }>(`/api/v1/shifts/${sale.shift_id}/x`);
    const total = (Number(x.body.expected_cash) - 1).toFixed(2);
    const close = (more: object) =>
      admin.post<ProblemAnswer>(`/api/v1/shifts/${sale.shift_id}/close`, { total, ...more }, { key: randomUUID() });
    const refused = await close({});
    assert.deepEqual([refused.status, refused.body.errors?.[0]?.field], [422, "reason"], refused.text);
    assert.equal((await close({ reason: "un billete roto" })).status, 201);
    await assertBooks(shop);
  });
});
