/** What left the shelves, in whatever store and currency and as a part of whatever; told to nobody who must not know it. */
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { after, before, describe, it } from "mocha";
import type { ApiClient } from "../../../test/harness/api-client.ts";
import { openShop, people, type Shop } from "../../../test/harness/shop.ts";
import { cash, type Goods, ring, stocked } from "../../pos/test/till.ts";
import { openStore } from "../../pos/test/two-stores.ts";
import { report, wrong } from "./figures.ts";

const key = () => ({ key: randomUUID() });

describe("reports of what left the shelves", () => {
  let shop: Shop;
  let admin: ApiClient;
  let manager: ApiClient;
  let bread: Goods;
  let may: string[] = [];

  before(async () => {
    shop = await openShop();
    admin = await shop.api("admin");
    manager = await shop.api("manager");
    bread = await stocked(shop, { sku: "PAN", name: "Pan", price: "1000", cost: "600", stock: "10" });
    const cheese = await stocked(shop, { sku: "QUESO", name: "Queso", price: "9000", cost: "5000", stock: "10" });
    await stocked(shop, { sku: "POLVO", name: "Polvo", price: "100", cost: "5", stock: "700" });
    await stocked(shop, { sku: "ORO", name: "Oro", price: "9000", cost: "8000", stock: "1" });
    // the kit is sold, its part leaves
    const kit = await admin.post<Goods>("/api/v1/products", { sku: "COMBO", name: "Combo", price: "20000" });
    const parts = { parts: [{ product_id: cheese.id, quantity: "2" }] };
    assert.equal((await admin.put(`/api/v1/products/${kit.body.id}/parts`, parts)).status, 200);
    const sold = await ring(admin, { items: [{ product_id: kit.body.id, quantity: "1" }], payments: cash("20000") });
    assert.equal(sold.status, 201, sold.text);
    // bread is sold in yen alone
    const north = await openStore(admin, { name: "Norte", currency: "JPY" }, bread.id);
    const list = await admin.post<{ id: number }>("/api/v1/price-lists", { name: "Yenes", currency: "JPY" }, key());
    const at = `/api/v1/price-lists/${list.body.id}`;
    assert.equal((await admin.patch(at, { store_ids: [north.store] })).status, 200);
    assert.equal((await admin.put(`${at}/prices`, { prices: [{ product_id: bread.id, price: "120" }] })).status, 204);
    const yen = { items: [{ code: "PAN", quantity: "5" }], payments: cash("600"), register_id: north.register };
    const there = await ring(admin, yen);
    assert.equal(there.status, 201, there.text);
    const { body } = await admin.get<{ data: { role: string; permissions: { name: string; granted: boolean }[] }[] }>(
      "/api/v1/roles",
    );
    const granted = body.data.find(({ role }) => role === "manager")?.permissions.filter((one) => one.granted);
    may = granted?.map(({ name }) => name) ?? [];
  });
  after(() => shop?.close());

  const give = async (permissions: string[]) => {
    const answer = await admin.put("/api/v1/roles/manager", { permissions });
    assert.equal(answer.status, 200, answer.text);
  };
  const namesOf = async (name: string) => (await report(shop, manager, name)).data.map((one) => one.name);

  it("parts of kits and what is sold in another currency turn, and are not dead", async () => {
    assert.deepEqual(await namesOf("dead-stock"), ["Oro", "Polvo"], "the dearest first");
    const turning = await report(shop, manager, "rotation");
    assert.deepEqual(
      turning.data.map(({ name, sold, on_hand: there, cost }) => [name, sold, there, cost]),
      [
        ["Queso", "2.000", "8.000", "10000.00"],
        ["Pan", "5.000", "55.000", "3000.00"],
      ],
    );
    assert.deepEqual(await wrong(shop, new Date(0)), []);
  });

  it("what came back is sold no more, and what was thrown away then is no second sale", async () => {
    const sale = await ring(admin, { items: [{ code: "PAN", quantity: "2" }], payments: cash("2000") });
    const lines = [{ line: 1, quantity: "2", restock: false }];
    const back = await admin.post(`/api/v1/sales/${sale.body.id}/returns`, { lines, reason: "duro" }, key());
    assert.equal(back.status, 201, back.text);
    const bought = (await report(shop, manager, "rotation", "?store_id=1")).data.find(({ name }) => name === "Pan");
    assert.deepEqual([bought?.["sold"], bought?.["cost"]], ["0.000", "0.00"]);
    assert.deepEqual(await wrong(shop, new Date(0)), []);
  });

  it("whoever may not see costs is not told them by the order", async () => {
    await give(may.filter((name) => name !== "inventory.cost"));
    try {
      assert.deepEqual(await namesOf("dead-stock"), ["Polvo", "Oro"], "by how many there are");
      const page = await (await shop.browser("manager")).get("/reports/dead-stock");
      assert.deepEqual(
        page.root.querySelectorAll("tbody th").map(({ text }) => text.trim()),
        ["Polvo", "Oro"],
      );
      assert.equal((await manager.get("/api/v1/reports/rotation")).status, 403);
    } finally {
      await give(may);
    }
  });

  it("who counts blind is told nothing of what is being counted, on no way, and that it is left out", async () => {
    const count = await admin.post<{ id: number }>("/api/v1/counts", { store_id: 1 }, key());
    assert.equal(count.status, 201, count.text);
    const reports = ["stock-value", "stock-value-by-category", "rotation", "dead-stock", "expiry"];
    assert.equal((await report(shop, manager, "stock-value")).count, 4, "who sets counts right sees all");
    await give([...may.filter((name) => name !== "counts.manage" && name !== "inventory.adjust"), "counts.enter"]);
    try {
      for (const name of reports) {
        const { count: lines, totals } = await report(shop, manager, name);
        assert.equal(lines, 0, name);
        assert.ok(!("value" in totals) || totals["value"] === "0.00", name);
        const file = await manager.get(`/api/v1/reports/${name}/export`);
        assert.equal(file.text.trim().split("\r\n").length, 1, `${name} ${file.text}`);
        const page = await (await shop.browser("manager")).get(`/reports/${name}`);
        assert.match(page.text, /Lo que se está contando ahora no aparece/, name);
        assert.doesNotMatch(page.text, /Pan|Oro|Polvo/, name);
      }
      // what is sold is no secret of the count
      assert.equal((await report(shop, manager, "sales-by-product", "?store_id=1")).count, 2);
      await admin.post(`/api/v1/counts/${count.body.id}/cancel`, {}, key());
      assert.equal((await report(shop, manager, "stock-value")).count, 4);
    } finally {
      await give(may);
    }
  });

  it("discounts, voids and differences of a cashier are those of loss insight", async () => {
    const rule = { name: "Pan", kind: "percent", percent_bp: 1000, product_ids: [bread.id], starts_on: "2020-01-01" };
    const promotion = await admin.post<{ id: number }>("/api/v1/promotions", rule, key());
    assert.equal(promotion.status, 201, promotion.text);
    const lowered = [{ code: "PAN", quantity: "1", discount: "300", discount_reason: "golpeado" }];
    for (const items of [[{ code: "PAN", quantity: "1" }], lowered]) {
      const sale = await ring(manager, { items, payments: cash("1000") });
      assert.equal(sale.status, 201, sale.text);
    }
    // 0.5 at 200 less and 3 at 100 less; what was dearer was no gift
    const byHand = [
      { code: "QUESO", quantity: "0.5", unit_price: "8800", price_reason: "roto" },
      { code: "QUESO", quantity: "3", unit_price: "8900", price_reason: "cliente" },
      { code: "QUESO", quantity: "1", unit_price: "9500", price_reason: "tajado" },
    ];
    const changed = await ring(manager, { items: byHand, payments: cash("50000") });
    assert.equal(changed.status, 201, changed.text);
    const { id } = (await manager.get<{ id: number }>("/api/v1/shifts/current")).body;
    const closed = await manager.post(`/api/v1/shifts/${id}/close`, { total: "1.00", reason: "Falta" }, key());
    assert.equal(closed.status, 201, closed.text);
    interface Figure {
      count: number;
      amount: string;
    }
    type Loss = { cashier: { name: string }; sales: number } & Record<
      "discounts" | "lowered_prices" | "voids" | "returns" | "differences",
      Figure
    >;
    const loss = (await manager.get<{ data: Loss[] }>("/api/v1/loss")).body.data;
    const care = (await report(shop, manager, "care-by-cashier")).data;
    const members = [
      ["discounts", "discount"],
      ["lowered_prices", "lowered"],
      ["voids", "voided"],
      ["returns", "returned"],
      ["differences", "difference"],
    ] as const;
    for (const [own, amount] of members)
      assert.deepEqual(
        care.map((one) => [one.name, one["sales"], one[own], one[amount]]).sort(),
        loss.map((one) => [one.cashier.name, one.sales, one[own].count, one[own].amount]).sort(),
        own,
      );
    const manuela = care.find(({ name }) => name === "Manuela Mora");
    assert.deepEqual(
      [manuela?.["discounts"], manuela?.["discount"]],
      [1, "300.00"],
      "the promotion gave the other one",
    );
    assert.deepEqual([manuela?.["lowered_prices"], manuela?.["lowered"]], [2, "400.00"]);
  });

  it("a difference is told of who closed the shift, by name, though the person never sold", async () => {
    const employee = await shop.api("employee");
    const sale = await ring(manager, { items: [{ code: "QUESO", quantity: "1" }], payments: cash("9000") });
    assert.equal(sale.status, 201, sale.text);
    const { id } = (await manager.get<{ id: number }>("/api/v1/shifts/current")).body;
    const closed = await employee.post(`/api/v1/shifts/${id}/close`, { total: "8900.00", reason: "Falta" }, key());
    assert.equal(closed.status, 201, closed.text);
    const { data } = await report(shop, manager, "care-by-cashier");
    const emilio = data.find(({ name }) => name === people.employee.fullName) ?? assert.fail(JSON.stringify(data));
    assert.deepEqual([emilio["sales"], emilio["differences"], emilio["difference"]], [0, 1, "-100.00"]);
    const browser = await shop.browser("manager");
    for (const name of ["care-by-cashier", "z-list"])
      assert.match((await browser.get(`/reports/${name}`)).text, /de quien cerró (y contó )?el turno/, name);
  });
});
