import assert from "node:assert/strict";
import { after, before, describe, it } from "mocha";
import { openShop, type Shop } from "../../../test/harness/shop.ts";
import { cash, ring, stocked } from "./till.ts";

describe("a posted sale is final, whatever program tries", () => {
  let shop: Shop;
  let id: number;
  let productId: number;
  before(async () => {
    shop = await openShop();
    productId = (await stocked(shop, { sku: "A", price: "1000" })).id;
    const items = [{ product_id: productId, quantity: "1" }];
    const sale = await ring(await shop.api("employee"), { items, payments: cash("1000") });
    assert.equal(sale.status, 201, sale.text);
    id = sale.body.id;
  });
  after(() => shop.close());

  const attempts = [
    "UPDATE sales SET user_name = 'nobody'",
    "UPDATE sale_items SET name = 'something else'",
    "UPDATE payments SET reference = 'x'",
    "DELETE FROM payments",
    "DELETE FROM sale_items",
    "DELETE FROM sales",
    "TRUNCATE payments",
    "TRUNCATE sale_items",
    "TRUNCATE sales CASCADE",
  ];
  for (const attempt of attempts) {
    it(`${attempt} is refused`, async () => {
      await assert.rejects(shop.db.raw(attempt), /final/);
    });
  }

  const head = (changes: Record<string, unknown> = {}) => ({
    number: "X-1",
    status: "completed",
    store_id: 1,
    register_id: 1,
    user_id: 1,
    user_name: "x",
    currency: "COP",
    subtotal_minor: 0,
    tax_minor: 0,
    total_minor: 0,
    paid_minor: 0,
    change_minor: 0,
    business_date: "2026-01-01",
    created_at: new Date(),
    ...changes,
  });
  const extra = () => ({
    sale_id: id,
    line: 2,
    product_id: productId,
    sku: "A",
    name: "A",
    unit: "un",
    quantity_milli: 1000,
    unit_price_minor: 100000,
    tax_rate_bp: 0,
    tax_minor: 0,
    total_minor: 100000,
    cost_minor: 0,
  });

  it("a sale whose lines do not make its total is not stored", async () => {
    const wrong = head({ total_minor: 5, subtotal_minor: 5, paid_minor: 5 });
    await assert.rejects(shop.db("sales").insert(wrong), /add up/);
  });

  it("a sale whose own figures disagree is not stored", async () => {
    await assert.rejects(shop.db("sales").insert(head({ total_minor: 5, paid_minor: 5 })), /check constraint/);
    await assert.rejects(shop.db("sales").insert(head({ change_minor: 5 })), /check constraint/);
  });

  it("a line cannot be added to it", async () => {
    await assert.rejects(shop.db("sale_items").insert(extra()), /add up|final/);
  });

  it("a payment cannot be added to it", async () => {
    const more = { sale_id: id, line: 2, method: "cash", amount_minor: 5 };
    await assert.rejects(shop.db("payments").insert(more), /add up|final/);
  });
});
