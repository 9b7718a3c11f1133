/** What goods cost: a moving average a store, made when goods that were bought come in, kept by the sale and told to who may know. */
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import fc from "fast-check";
import { after, before, describe, it } from "mocha";
import { divideRounded } from "../../../kernel/money.ts";
import type { ApiClient } from "../../../test/harness/api-client.ts";
import { openShop, type Shop } from "../../../test/harness/shop.ts";
import { movingAverage } from "../costs.ts";
import { addProduct, addStocked, assertLedger, inventoryOf, type ProductAnswer } from "./shelf.ts";

const quantity = fc.integer({ min: 1, max: 1_000_000_000 });
const cost = fc.integer({ min: 0, max: 10_000_000_000_000 });

describe("the moving average", () => {
  it("is the value of all by the quantity of all, rounded once, half away from zero", () => {
    fc.assert(
      fc.property(quantity, cost, quantity, cost, (q0, c0, q1, c1) => {
        const value = BigInt(q0) * BigInt(c0) + BigInt(q1) * BigInt(c1);
        const average = movingAverage({ quantityMilli: q0, costMinor: c0 }, { quantityMilli: q1, costMinor: c1 });
        assert.equal(BigInt(average), divideRounded(value, BigInt(q0) + BigInt(q1)));
        assert.ok(average >= Math.min(c0, c1) && average <= Math.max(c0, c1));
      }),
    );
    assert.equal(movingAverage({ quantityMilli: 1000, costMinor: 1 }, { quantityMilli: 1000, costMinor: 2 }), 2);
  });

  it("of an empty shelf, or one that the books have below zero, is the new cost", () => {
    fc.assert(
      fc.property(fc.integer({ min: -1_000_000_000, max: 0 }), cost, quantity, cost, (q0, c0, q1, c1) => {
        assert.equal(movingAverage({ quantityMilli: q0, costMinor: c0 }, { quantityMilli: q1, costMinor: c1 }), c1);
      }),
    );
  });
});

describe("costs in a store", () => {
  let shop: Shop;
  let manager: ApiClient;
  before(async () => {
    shop = await openShop();
    manager = await shop.api("manager");
  });
  after(() => shop?.close());

  const buy = (lines: { productId: number; quantityMilli: number; costMinor: number }[], id = 1) =>
    shop.kernel.db.transaction((tx) =>
      inventoryOf(shop).receive(tx, {
        storeId: 1,
        document: { type: "purchase", id, number: `EN-${id}` },
        user: { id: 1, username: "admin" },
        bought: true,
        lines: lines.map((line) => ({ ...line, damaged: false })),
      }),
    );
  const costs = async (id: number) => {
    const { body } = await manager.get<ProductAnswer & { average_cost: string | null }>(`/api/v1/products/${id}`);
    return [body.cost, body.average_cost];
  };

  it("what is bought dearer raises the average; the sale keeps it, and its page tells the margin to a manager alone", async () => {
    const product = await addStocked(manager, { sku: "AVG", price: "1190", cost: "500" }, "10");
    await buy([{ productId: product.id, quantityMilli: 30_000, costMinor: 70_000 }]);
    assert.deepEqual(await costs(product.id), ["500.00", "650.00"]);
    const sold = await manager.post<{ id: number }>(
      "/api/v1/sales",
      { items: [{ product_id: product.id, quantity: "2" }], payments: [{ method: "cash", amount: "2380" }] },
      { key: randomUUID() },
    );
    assert.equal(sold.status, 201, sold.text);
    const { rows } = await shop.db.raw("SELECT cost_minor FROM sale_items WHERE sale_id = ?", [sold.body.id]);
    assert.deepEqual(rows, [{ cost_minor: 65_000 }]);
    const seen = await (await shop.browser("manager")).get(`/sales/${sold.body.id}`);
    assert.match(seen.root.querySelector("#margin")?.text ?? "", /700/);
    const cashier = await (await shop.browser("employee")).get(`/sales/${sold.body.id}`);
    assert.equal(cashier.status, 200);
    assert.equal(cashier.root.querySelector("#margin"), null);
    const page = await (await shop.browser("manager")).get(`/products/${product.id}`);
    assert.match(page.root.querySelector("#margin")?.text ?? "", /350/);
    assert.match(page.text, /Compra/);
    const ledger = await manager.get<{ data: { reason: string; cost: string }[] }>(
      `/api/v1/inventory/movements?product_id=${product.id}`,
    );
    assert.deepEqual(
      ledger.body.data.map((one) => [one.reason, one.cost]),
      [
        ["sale", "650.00"],
        ["purchase", "700.00"],
        ["received", "500.00"],
      ],
    );
    const hidden = await (await shop.browser("employee")).get(`/products/${product.id}`);
    assert.equal(hidden.root.querySelector("#margin"), null);
    await assertLedger(shop);
  });

  it("one product in two lines of a delivery costs what both cost together", async () => {
    const product = await addProduct(manager, { sku: "TWICE" });
    const line = { productId: product.id, quantityMilli: 1000 };
    await buy([
      { ...line, costMinor: 100 },
      { ...line, costMinor: 201 },
    ]);
    assert.deepEqual(await costs(product.id), ["0.00", "1.51"]);
  });

  it("who changes the product's cost by hand sets it in every store; the next delivery goes on from there", async () => {
    const product = await addProduct(manager, { sku: "HAND", cost: "10" });
    await buy([{ productId: product.id, quantityMilli: 1000, costMinor: 3000 }]);
    assert.deepEqual(await costs(product.id), ["10.00", "30.00"]);
    await manager.patch(`/api/v1/products/${product.id}`, { cost: "20" });
    assert.deepEqual(await costs(product.id), ["20.00", "20.00"]);
    await buy([{ productId: product.id, quantityMilli: 1000, costMinor: 4000 }]);
    assert.deepEqual(await costs(product.id), ["20.00", "30.00"]);
    // a change of anything else leaves the average alone
    await manager.patch(`/api/v1/products/${product.id}`, { name: "Otro nombre" });
    assert.deepEqual(await costs(product.id), ["20.00", "30.00"]);
  });

  it("twenty deliveries at once: the average is that of all", async () => {
    const product = await addProduct(manager, { sku: "CROWD" });
    await Promise.all(
      Array.from({ length: 20 }, (_, index) =>
        buy([{ productId: product.id, quantityMilli: 1000, costMinor: 1000 }], 100 + index),
      ),
    );
    assert.deepEqual(await costs(product.id), ["0.00", "10.00"]);
    const { rows } = await shop.db.raw("SELECT on_hand_milli FROM inventory WHERE product_id = ? AND store_id = 1", [
      product.id,
    ]);
    assert.equal(rows[0].on_hand_milli, 20_000);
  });
});
