/** Buying in two stores: each has its own stock and cost, and who works in one buys for that one alone. */
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { after, before, describe, it } from "mocha";
import { openShop, people, type Shop } from "../../../test/harness/shop.ts";
import { type Answer, assertEven, buyer } from "./buying.ts";

describe("buying in stores", () => {
  let shop: Shop;
  let north: number;
  before(async () => {
    shop = await openShop();
    const admin = await shop.api("admin");
    const opened = await admin.post<{ id: number }>("/api/v1/stores", { name: "Norte" }, { key: randomUUID() });
    assert.equal(opened.status, 201, opened.text);
    north = opened.body.id;
    await shop.api("manager");
    const { body } = await admin.get<{ data: { id: number; username: string }[] }>("/api/v1/users");
    const manager = body.data.find(({ username }) => username === people.manager.username);
    const given = await admin.put(`/api/v1/users/${manager?.id}/stores`, { store_ids: [1] });
    assert.ok(given.status < 300, given.text);
  });
  after(() => shop?.close());

  it("a product has a cost of its own in each; the other store's orders and deliveries are not there", async () => {
    const admin = buyer(await shop.api("admin"));
    const client = await shop.api("manager");
    const manager = buyer(client);
    const supplier = await admin.supplier("Distribuidora");
    const rice = await admin.product("RICE", { cost: "1" });
    const line = (cost: string) => [{ code: "RICE", quantity: "2", cost }];
    const there = await admin.post("/api/v1/purchases/receipts", {
      supplier_id: supplier.id,
      store_id: north,
      lines: line("30"),
    });
    assert.equal(there.status, 201, there.text);
    const here = await manager.post("/api/v1/purchases/receipts", { supplier_id: supplier.id, lines: line("10") });
    assert.equal(here.status, 201, here.text);
    const { rows } = await shop.db.raw(
      "SELECT store_id, cost_minor FROM inventory WHERE product_id = ? ORDER BY store_id",
      [rice.id],
    );
    assert.deepEqual(rows, [
      { store_id: 1, cost_minor: 1000 },
      { store_id: north, cost_minor: 3000 },
    ]);
    const order = await admin.post("/api/v1/purchases/orders", {
      supplier_id: supplier.id,
      store_id: north,
      lines: line("30"),
    });
    const path = `/api/v1/purchases/orders/${order.body.id}`;
    for (const answer of [
      await client.get<Answer>(path),
      await client.get<Answer>(`/api/v1/purchases/documents/${there.body.id}`),
      await client.get<Answer>(`/api/v1/purchases/suggestions?store_id=${north}`),
      await client.patch<Answer>(path, { lines: line("1") }),
      await manager.post(`${path}/send`),
      await manager.post(`${path}/receipts`, { lines: line("1") }),
      await manager.post("/api/v1/purchases/returns", {
        supplier_id: supplier.id,
        store_id: north,
        note: "x",
        lines: line("1"),
      }),
    ])
      assert.deepEqual([answer.status, answer.body.code], [403, "STORE_NOT_YOURS"], answer.text);
    assert.deepEqual((await manager.read("/api/v1/purchases/orders")).data, []);
    assert.deepEqual(
      (await manager.read("/api/v1/purchases/documents")).data.map(({ id }) => id),
      [here.body.id],
    );
    const prices = await manager.read(`/api/v1/purchases/prices?product_id=${rice.id}`);
    assert.deepEqual(
      prices.data.map(({ unit_cost }) => unit_cost),
      ["10.00"],
    );
    assert.equal((await (await shop.browser("manager")).get(`/purchases/orders/${order.body.id}`)).status, 403);
    await assertEven(shop);
  });
});
