import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { after, afterEach, before, describe, it } from "mocha";
import { openShop, type Shop } from "../../../test/harness/shop.ts";
import { assertBooks, cash, onHand, payment, ring, rung, stocked } from "./till.ts";

/** More at once than the pool has connections: a sale that needs a second one while it holds the first would stop. */
describe("many at once", () => {
  let shop: Shop;
  before(async () => {
    shop = await openShop();
  });
  after(() => shop.close());
  afterEach(() => assertBooks(shop));

  it("50 programs buy 10 units: exactly 10 get one, 40 are told", async () => {
    const last = await stocked(shop, { sku: "ULTIMO", stock: "10", price: "1000" });
    const client = await shop.api("employee");
    const body = { items: [{ product_id: last.id, quantity: "1" }], payments: cash("1000") };
    const answers = await Promise.all(Array.from({ length: 50 }, () => ring(client, body, randomUUID())));
    const count = (status: number) => answers.filter((one) => one.status === status).length;
    assert.deepEqual({ sold: count(201), short: count(409) }, { sold: 10, short: 40 });
    assert.equal(await onHand(shop, last), "0.000");
  });

  it("50 programs that scan a code do as well", async () => {
    const last = await stocked(shop, { sku: "CODIGO", stock: "10", price: "1000" });
    const client = await shop.api("employee");
    const body = { items: [{ code: "CODIGO", quantity: "1" }], payments: cash("1000") };
    const answers = await Promise.all(Array.from({ length: 50 }, () => ring(client, body, randomUUID())));
    const count = (status: number) => answers.filter((one) => one.status === status).length;
    assert.deepEqual({ sold: count(201), short: count(409) }, { sold: 10, short: 40 });
    assert.equal(await onHand(shop, last), "0.000");
  });

  it("30 carts at the register want the last 10 units: exactly 10 are paid, 20 keep their cart", async () => {
    const last = await stocked(shop, { sku: "FORMA", name: "Última forma", stock: "10", price: "1000" });
    const emilio = await shop.browser("employee");
    const pages = [];
    for (let cart = 0; cart < 30; cart++) pages.push(await rung(emilio, "FORMA"));
    const answers = await Promise.all(pages.map((page) => emilio.post(payment(page).path, payment(page).fields)));
    const count = (status: number) => answers.filter((one) => one.status === status).length;
    assert.deepEqual({ sold: count(200), short: count(409) }, { sold: 10, short: 20 });
    for (const short of answers.filter((one) => one.status === 409)) assert.match(short.text, /Última forma/);
    assert.equal(await onHand(shop, last), "0.000");
  });

  it("20 cashiers at once get consecutive numbers", async () => {
    await stocked(shop, { sku: "COMUN", stock: "1000" });
    const client = await shop.api("employee");
    const body = { items: [{ code: "COMUN", quantity: "1" }], payments: cash("1000") };
    const answers = await Promise.all(Array.from({ length: 20 }, () => ring(client, body, randomUUID())));
    assert.deepEqual([...new Set(answers.map((one) => one.status))], [201]);
    const numbers = answers.map((one) => Number(one.body.number.replace(/^.*-/, ""))).sort((a, b) => a - b);
    assert.deepEqual(
      numbers,
      numbers.map((_, index) => (numbers[0] ?? 0) + index),
    );
  });

  it("goods in opposite order do not stop two sales", async () => {
    const one = await stocked(shop, { sku: "UNO", stock: "100" });
    const two = await stocked(shop, { sku: "DOS", stock: "100" });
    const client = await shop.api("employee");
    const items = [
      { product_id: one.id, quantity: "1" },
      { product_id: two.id, quantity: "1" },
    ];
    const sales = Array.from({ length: 20 }, (_, index) =>
      ring(client, { items: index % 2 === 0 ? items : items.toReversed(), payments: cash("2000") }, randomUUID()),
    );
    assert.deepEqual([...new Set((await Promise.all(sales)).map((sale) => sale.status))], [201]);
    assert.deepEqual([await onHand(shop, one), await onHand(shop, two)], ["80.000", "80.000"]);
  });
});
