import assert from "node:assert/strict";
import { after, afterEach, before, describe, it } from "mocha";
import type { ApiClient } from "../../../test/harness/api-client.ts";
import { openShop, type Shop } from "../../../test/harness/shop.ts";
import { stockMoved } from "../api.ts";
import { allowNegative } from "../settings.ts";
import {
  addProduct,
  addStocked,
  adjust,
  assertLedger,
  inventoryOf,
  type ProblemAnswer,
  type ProductAnswer,
  sell,
} from "./shelf.ts";

describe("stock", () => {
  let shop: Shop;
  let manager: ApiClient;
  before(async () => {
    shop = await openShop();
    manager = await shop.api("manager");
  });
  after(() => shop.close());
  afterEach(() => assertLedger(shop));

  const onHand = async (id: number) => (await manager.get<ProductAnswer>(`/api/v1/products/${id}`)).body.on_hand;
  const movements = async (id: number) =>
    (
      await manager.get<{ data: Record<string, unknown>[]; next_cursor: string | null }>(
        `/api/v1/inventory/movements?product_id=${id}`,
      )
    ).body.data;

  it("what comes in and goes out is written in the ledger with its reason, person and balance", async () => {
    const product = await addProduct(manager, { sku: "RICE", cost: "2350" });
    await adjust(manager, product.id, "10", "received");
    await adjust(manager, product.id, "-2.500", "se rompió una bolsa");
    assert.equal(await onHand(product.id), "7.500");
    const [second, first] = await movements(product.id);
    const { id: _, created_at: __, cost, ...told } = second ?? {};
    assert.deepEqual(told, {
      store_id: 1,
      product_id: product.id,
      sku: "RICE",
      name: "RICE",
      reason: "adjustment",
      quantity: "-2.500",
      balance: "7.500",
      document: null,
      note: "se rompió una bolsa",
      user: "manuela",
    });
    assert.equal(Number(cost), 2350);
    assert.deepEqual([first?.["reason"], first?.["note"], first?.["balance"]], ["received", null, "10.000"]);
  });

  it("an adjustment sent twice with one key happens once; without a key it is refused", async () => {
    const product = await addProduct(manager, { sku: "KEY" });
    const answers = await Promise.all(
      Array.from({ length: 10 }, () => adjust(manager, product.id, "3", "received", "same")),
    );
    assert.deepEqual(answers.map(({ status }) => status).sort(), [...Array(9).fill(200), 201]);
    assert.equal(new Set(answers.map(({ body }) => body.id)).size, 1);
    assert.equal(await onHand(product.id), "3.000");
    const body = { product_id: product.id, quantity: "1", reason: "received" };
    assert.equal((await manager.post("/api/v1/inventory/adjustments", body)).status, 400);
  });

  it("zero, nonsense and more than there is are refused with the reason, and nothing is written", async () => {
    const product = await addStocked(manager, { sku: "FIVE" }, "5");
    const refused = async (quantity: string, status: number, code: string) => {
      const answer = await adjust(manager, product.id, quantity);
      const problem = answer.body as unknown as ProblemAnswer;
      assert.deepEqual([answer.status, problem.errors?.[0]?.code ?? problem.code], [status, code], quantity);
    };
    await refused("0", 422, "QUANTITY_ZERO");
    await refused("NaN", 422, "QUANTITY");
    await refused("1.2345", 422, "QUANTITY_DIGITS");
    await refused("99999999999", 422, "QUANTITY_LARGE");
    await refused("-5.001", 409, "STOCK_INSUFFICIENT");
    assert.equal((await adjust(manager, 999_999, "1")).status, 404);
    assert.equal((await adjust(manager, product.id, "1", " ")).status, 422);
    assert.equal(await onHand(product.id), "5.000");
    assert.equal((await adjust(manager, product.id, "-5")).status, 201);
  });

  it("fifty buyers want the last ten: ten get one, forty are told how many there are", async () => {
    const product = await addStocked(manager, { sku: "TEN" }, "10");
    const sales = await Promise.all(
      Array.from({ length: 50 }, (_, index) =>
        sell(shop, 1000 + index, [{ productId: product.id, quantityMilli: 1000 }]),
      ),
    );
    assert.equal(sales.filter(({ ok }) => ok).length, 10);
    const short = sales.find((sale) => !sale.ok);
    assert.deepEqual(short, {
      ok: false,
      shortages: [
        { productId: product.id, sku: "TEN", name: "TEN", requestedMilli: 1000, onHandMilli: 0, counting: false },
      ],
    });
    assert.equal(await onHand(product.id), "0.000");
  });

  it("one short line keeps the whole order back, and every short line is told", async () => {
    const full = await addStocked(manager, { sku: "FULL" }, "100");
    const half = await addStocked(manager, { sku: "HALF" }, "1");
    const none = await addProduct(manager, { sku: "NONE" });
    const lines = [none, full, half].map(({ id }) => ({ productId: id, quantityMilli: 2000 }));
    const result = await sell(shop, 1, lines);
    assert.deepEqual(!result.ok && result.shortages.map(({ sku }) => sku), ["HALF", "NONE"]);
    assert.equal(await onHand(full.id), "100.000");
    assert.equal((await movements(full.id)).length, 1);
  });

  it("orders of the same goods in opposite order wait for each other and all succeed", async () => {
    const a = await addStocked(manager, { sku: "LOCK-A" }, "1000");
    const b = await addStocked(manager, { sku: "LOCK-B" }, "1000");
    const sales = await Promise.all(
      Array.from({ length: 40 }, (_, index) => {
        const lines = [a, b].map(({ id }) => ({ productId: id, quantityMilli: 1500 }));
        return sell(shop, 2000 + index, index % 2 ? lines : lines.reverse());
      }),
    );
    assert.ok(sales.every(({ ok }) => ok));
    assert.deepEqual([await onHand(a.id), await onHand(b.id)], ["940.000", "940.000"]);
  });

  it("sales and adjustments at once: on hand is the sum of the ledger", async () => {
    const product = await addStocked(manager, { sku: "BUSY" }, "20");
    await Promise.all(
      Array.from({ length: 30 }, (_, index) =>
        index % 3 === 0
          ? adjust(manager, product.id, index % 2 ? "-1" : "2")
          : sell(shop, 3000 + index, [{ productId: product.id, quantityMilli: 1250 }]),
      ),
    );
    await assertLedger(shop);
    assert.ok(Number(await onHand(product.id)) >= 0);
  });

  it("an order is copied to the ledger with its document and cost, and the movement is announced", async () => {
    const product = await addStocked(manager, { sku: "DOC", cost: "750" }, "4");
    const result = await sell(shop, 77, [{ productId: product.id, quantityMilli: 1250 }]);
    const { rows } = await shop.db.raw("SELECT cost_minor FROM products WHERE id = ?", [product.id]);
    assert.deepEqual(result, { ok: true, costs: new Map([[product.id, rows[0].cost_minor]]) });
    const [movement] = await movements(product.id);
    assert.deepEqual(movement?.["document"], { type: "sale", id: 77, number: "V-77" });
    assert.deepEqual([movement?.["quantity"], movement?.["balance"]], ["-1.250", "2.750"]);
    const events = await shop.db.raw("SELECT payload FROM outbox WHERE event = ? ORDER BY id DESC LIMIT 1", [
      stockMoved.name,
    ]);
    assert.deepEqual(events.rows[0].payload, { storeId: 1, productIds: [product.id], document: "sale" });
  });

  it("a movement is final: it is neither changed nor deleted nor emptied away", async () => {
    await addStocked(manager, { sku: "FINAL" }, "1");
    for (const sql of [
      "UPDATE stock_movements SET quantity_milli = 1",
      "DELETE FROM stock_movements",
      "TRUNCATE stock_movements CASCADE",
    ]) {
      await assert.rejects(shop.db.raw(sql), /final/, sql);
    }
  });

  it("a shop may decide to sell what the books do not show", async () => {
    const product = await addStocked(manager, { sku: "NEG" }, "1");
    const decide = async (value: boolean) => {
      await shop.db.raw(
        "INSERT INTO settings (key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value",
        [allowNegative.key, JSON.stringify(value)],
      );
      await shop.restart();
    };
    await decide(true);
    assert.equal((await sell(shop, 4000, [{ productId: product.id, quantityMilli: 3000 }])).ok, true);
    assert.equal((await adjust(manager, product.id, "-1")).status, 201);
    assert.equal(await onHand(product.id), "-3.000");
    await decide(false);
    assert.equal((await sell(shop, 4001, [{ productId: product.id, quantityMilli: 1 }])).ok, false);
  });

  it("low stock is at or under the reorder point; who set none is not warned", async () => {
    const low = await addStocked(manager, { sku: "LOW-1", reorder_point: "5" }, "5");
    await addStocked(manager, { sku: "LOW-2", reorder_point: "5" }, "5.001");
    await addProduct(manager, { sku: "LOW-3" });
    const { body } = await manager.get<{ data: { product_id: number; low: boolean }[] }>("/api/v1/inventory/low-stock");
    assert.deepEqual(
      body.data.map(({ product_id, low }) => [product_id, low]),
      [[low.id, true]],
    );
  });

  it("a store that opens later has shelves when something is taken from them", async () => {
    const product = await addStocked(manager, { sku: "STORE" }, "5");
    await shop.db.raw("INSERT INTO stores (name) VALUES ('Bodega')");
    const { rows } = await shop.db.raw("SELECT max(id) AS id FROM stores");
    const inventory = inventoryOf(shop);
    const order = {
      storeId: rows[0].id,
      document: { type: "sale", id: 1, number: "1" },
      user: { id: 1, username: "admin" },
    };
    const result = await shop.kernel.db.transaction((tx) =>
      inventory.issue(tx, { ...order, lines: [{ productId: product.id, quantityMilli: 1000 }] }),
    );
    assert.equal(!result.ok && result.shortages[0]?.onHandMilli, 0);
    const unknown = shop.kernel.db.transaction((tx) =>
      inventory.issue(tx, { ...order, lines: [{ productId: 999_999, quantityMilli: 1 }] }),
    );
    await assert.rejects(unknown, { code: "PRODUCT_UNKNOWN" });
    await shop.db.raw("UPDATE stores SET active = false WHERE id = ?", [rows[0].id]);
  });
});
