/** What to order: by a formula that is told, from what was really sold, in one step an order. */
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import fc from "fast-check";
import { after, before, describe, it } from "mocha";
import type { ApiClient } from "../../../test/harness/api-client.ts";
import { openShop, type Shop } from "../../../test/harness/shop.ts";
import { reorderOf, Z_MILLI } from "../reorder.ts";
import { type Answer, assertEven, buyer } from "./buying.ts";

const PLAN = { leadTimeDays: 5, coverDays: 7, zMilli: Z_MILLI["95"] };
const EMPTY = { onHandMilli: 0, onOrderMilli: 0, ownPointMilli: 0 };

/** What the days sold, as the database sums it. */
function soldOn(days: readonly number[]) {
  return {
    soldMilli: days.reduce((sum, one) => sum + one, 0),
    squaresMilli: days.reduce((sum, one) => sum + BigInt(one) * BigInt(one), 0n),
    days: days.length,
  };
}

describe("the reorder point", () => {
  const days = fc.array(fc.integer({ min: 0, max: 10_000_000 }), { minLength: 7, maxLength: 60 });
  const plan = fc.record({
    leadTimeDays: fc.integer({ min: 0, max: 60 }),
    coverDays: fc.integer({ min: 1, max: 60 }),
    zMilli: fc.constantFrom(...Object.values(Z_MILLI)),
  });

  it("ten a day without exception: no safety stock, fifty for five days, and seven days more are ordered", () => {
    const reorder = reorderOf(soldOn(Array(30).fill(10_000)), PLAN, { ...EMPTY, onHandMilli: 50_000 });
    assert.deepEqual(reorder, {
      perDayMilli: 10_000,
      safetyMilli: 0,
      pointMilli: 50_000,
      targetMilli: 120_000,
      orderMilli: 70_000,
    });
    assert.equal(reorderOf(soldOn(Array(30).fill(10_000)), PLAN, { ...EMPTY, onHandMilli: 50_001 }).orderMilli, 0);
  });

  it("is d L + z sigma sqrt(L), as it is computed with real numbers, rounded up", () => {
    fc.assert(
      fc.property(days, plan, (sold, wanted) => {
        const mean = sold.reduce((sum, one) => sum + one, 0) / sold.length;
        const variance = sold.reduce((sum, one) => sum + (one - mean) ** 2, 0) / sold.length;
        const safety = (wanted.zMilli / 1000) * Math.sqrt(variance * wanted.leadTimeDays);
        const { safetyMilli, pointMilli, targetMilli } = reorderOf(soldOn(sold), wanted, EMPTY);
        assert.ok(Math.abs(safetyMilli - safety) <= 2, `${safetyMilli} ${safety}`);
        assert.ok(Math.abs(pointMilli - mean * wanted.leadTimeDays - safety) <= 3);
        assert.ok(Math.abs(targetMilli - pointMilli - mean * wanted.coverDays) <= 1.5);
      }),
    );
  });

  it("above it nothing is ordered; at or under it the order fills up to the target with less than a pack more", () => {
    fc.assert(
      fc.property(
        days,
        plan,
        fc.integer({ min: -1_000_000, max: 1_000_000_000 }),
        fc.integer({ min: 0, max: 1_000_000 }),
        fc.integer({ min: 0, max: 1_000_000 }),
        fc.integer({ min: 1, max: 50_000 }),
        (sold, wanted, onHandMilli, onOrderMilli, ownPointMilli, pack) => {
          const shelf = { onHandMilli, onOrderMilli, ownPointMilli };
          const reorder = reorderOf(soldOn(sold), wanted, shelf, pack);
          const there = onHandMilli + onOrderMilli;
          assert.ok(reorder.pointMilli >= ownPointMilli && reorder.orderMilli >= 0);
          if (there > reorder.pointMilli) assert.equal(reorder.orderMilli, 0);
          else {
            const full = there + reorder.orderMilli;
            assert.ok(full >= reorder.targetMilli && full < reorder.targetMilli + pack);
            assert.equal(reorder.orderMilli % pack, 0);
          }
        },
      ),
    );
  });
});

interface Suggestions {
  days: number;
  data: {
    supplier: { id: number; name: string } | null;
    lead_time_days: number;
    lines: {
      sku: string;
      sold: string;
      on_hand: string;
      on_order: string;
      reorder_point: string;
      quantity: string;
      cost: string;
    }[];
  }[];
}

describe("suggested orders", () => {
  let shop: Shop;
  let manager: ApiClient;
  let shopping: ReturnType<typeof buyer>;
  let supplier: Answer;
  // five minutes to midnight in Bogotá: the shop's day goes on until four
  const night = Date.parse(`${new Date(Date.now() + 2 * 86_400_000).toISOString().slice(0, 10)}T04:55:00Z`);
  const businessDay = new Date(night - 86_400_000).toISOString().slice(0, 10);
  let now = new Date(night);
  before(async () => {
    shop = await openShop({ clock: { now: () => now } });
    manager = await shop.api("manager");
    await dayEndsAt("4");
    shopping = buyer(manager);
    supplier = await shopping.supplier("Distribuidora", { lead_time_days: 10 });
    await shopping.product("SELLS");
    await shopping.product("STILL");
    await shopping.product("FLOOR", { reorder_point: "5" });
    const came = await shopping.post("/api/v1/purchases/receipts", {
      supplier_id: supplier.id,
      lines: [
        { code: "SELLS", quantity: "40", cost: "8" },
        { code: "STILL", quantity: "2", cost: "8" },
      ],
    });
    assert.equal(came.status, 201, came.text);
    // of one day, on both sides of midnight
    await sell("SELLS", "20");
    now = new Date(night + 10 * 60_000);
    await sell("SELLS", "10");
  });
  after(() => shop?.close());

  async function dayEndsAt(hour: string): Promise<void> {
    const settings = await (await shop.browser("admin")).get("/settings");
    const saved = await settings.submit("form[action='/settings']", { "kernel.day_cutoff_hour": hour });
    assert.equal(saved.status, 200, saved.text);
  }
  async function sell(code: string, quantity: string): Promise<void> {
    const body = { items: [{ code, quantity }], payments: [{ method: "cash", amount: `${quantity}000` }] };
    const sale = await manager.post<Answer>("/api/v1/sales", body, { key: randomUUID() });
    assert.equal(sale.status, 201, sale.text);
  }
  const suggested = async () => (await manager.get<Suggestions>("/api/v1/purchases/suggestions")).body;

  it("what sells is suggested of whom it came from, what has a floor of nobody, what lies still not at all", async () => {
    const { data, days } = await suggested();
    assert.equal(days, 30);
    assert.deepEqual(
      data.map(({ supplier, lead_time_days, lines }) => [supplier?.name, lead_time_days, lines.map(({ sku }) => sku)]),
      [
        ["Distribuidora", 10, ["SELLS"]],
        [undefined, 7, ["FLOOR"]],
      ],
    );
    const [line] = data[0]?.lines ?? [];
    assert.deepEqual([line?.sold, line?.on_hand, line?.on_order, line?.cost], ["30.000", "10.000", "0.000", "8.00"]);
    // one a day for ten days, and 1.645 * 5.385 * sqrt(10) = 28.01 of safety
    assert.ok(Number(line?.reorder_point) > 38 && Number(line?.reorder_point) < 38.03, line?.reorder_point);
    // 38.02 and 7 more days less the 10 that are there, in whole units
    assert.equal(line?.quantity, "36.000");
    assert.equal(data[1]?.lines[0]?.quantity, "5.000");
  });

  it("the page tells the numbers, and one step makes it an order, which is not suggested again", async () => {
    const browser = await shop.browser("manager");
    const page = await browser.get("/purchases/suggestions");
    assert.match(page.text, /Distribuidora/);
    assert.match(page.root.querySelector(`#suggest-${supplier.id}`)?.text ?? "", /38,0/);
    const order = await page.submit(`#suggest-${supplier.id}`, {});
    assert.match(order.url, /^\/purchases\/orders\/\d+$/, order.text);
    assert.match(order.text, /36 un/);
    assert.equal((await page.submit(`#suggest-${supplier.id}`, {})).url, order.url, "a double click is one order");
    assert.deepEqual(
      (await suggested()).data.map(({ supplier }) => supplier?.name),
      [undefined],
    );
    await assertEven(shop);
  });

  it("programs make the order in one step; with nothing to order they are told", async () => {
    const none = await shopping.post("/api/v1/purchases/suggestions/order", { supplier_id: supplier.id });
    assert.deepEqual([none.status, none.body.code], [409, "NOTHING_TO_ORDER"]);
    const [open] = (await shopping.read("/api/v1/purchases/orders")).data;
    await shopping.post(`/api/v1/purchases/orders/${open?.id}/cancel`);
    const made = await shopping.post("/api/v1/purchases/suggestions/order", { supplier_id: supplier.id });
    assert.equal(made.status, 201, made.text);
    assert.deepEqual(
      made.body.lines.map(({ sku, quantity, cost }) => [sku, quantity, cost]),
      [["SELLS", "36.000", "8.00"]],
    );
  });

  it("what is good until today is good until the shop's day ends, after midnight too", async () => {
    const milk = await shopping.product("MILK", { reorder_point: "20" });
    await manager.put(`/api/v1/products/${milk.id}/lots`, { tracks_lots: true });
    const bought = { code: "MILK", quantity: "6", cost: "8", lot: "L1", expires_on: businessDay };
    const came = await shopping.post("/api/v1/purchases/receipts", { supplier_id: supplier.id, lines: [bought] });
    assert.equal(came.status, 201, came.text);
    const onHand = async () =>
      (await suggested()).data.flatMap(({ lines }) => lines).find(({ sku }) => sku === "MILK")?.on_hand;
    assert.equal(await onHand(), "6.000");
    await dayEndsAt("0");
    assert.equal(await onHand(), "0.000", "a shop whose day ends at midnight has thrown it away");
  });

  it("two who order what is suggested at once, or from a page of before, order it once", async () => {
    const cancelAll = () => shop.db.raw("UPDATE purchase_orders SET status = 'cancelled'");
    await cancelAll();
    const other = await (await shop.browser("admin")).get("/purchases/suggestions");
    const both = await Promise.all(
      [manager, await shop.api("admin")].map((one) =>
        buyer(one).post("/api/v1/purchases/suggestions/order", { supplier_id: supplier.id }),
      ),
    );
    assert.deepEqual(both.map(({ status, body }) => [status, body.code]).sort(), [
      [201, undefined],
      [409, "NOTHING_TO_ORDER"],
    ]);
    const late = await other.submit(`#suggest-${supplier.id}`, {});
    assert.match(late.text, /Algo de esto ya no se sugiere/);
    const open = async () =>
      (await shop.db.raw("SELECT count(*)::int AS n FROM purchase_orders WHERE status = 'draft'")).rows[0].n;
    assert.equal(await open(), 1);
    // who was told, and means it, orders all the same
    const meant = await late.submit("form[action='/purchases/orders']", {});
    assert.match(meant.url, /^\/purchases\/orders\/\d+$/, meant.text);
    assert.equal(await open(), 2);
    await cancelAll();
    // and when a part was ordered: some is suggested still, but less than the other page says
    const [mine, old] = await Promise.all(
      (["manager", "admin"] as const).map(async (role) => (await shop.browser(role)).get("/purchases/suggestions")),
    );
    const codes = mine?.root.querySelectorAll(`#suggest-${supplier.id} input[name^=code_]`) ?? [];
    const some = codes.map((code) => [
      (code.getAttribute("name") ?? "").replace("code", "quantity"),
      code.getAttribute("value") === "SELLS" ? "12" : "0",
    ]);
    const part = await mine?.submit(`#suggest-${supplier.id}`, Object.fromEntries(some));
    assert.match(part?.url ?? "", /^\/purchases\/orders\/\d+$/, part?.text);
    const left = (await suggested()).data.flatMap(({ lines }) => lines).find(({ sku }) => sku === "SELLS");
    assert.ok(Number(left?.quantity) > 0, left?.quantity);
    assert.match((await old?.submit(`#suggest-${supplier.id}`, {}))?.text ?? "", /Algo de esto ya no se sugiere/);
    assert.equal(await open(), 1);
    await cancelAll();
  });

  it("a shop of more than five thousand products is suggested those at the end of the alphabet", async () => {
    await shop.db.raw(
      `INSERT INTO products (sku, name, search_text, tax_rate_bp, unit, kind, price_minor, reorder_point_milli, created_at, updated_at)
       SELECT 'A' || n, 'A' || n, 'a' || lpad(n::text, 5, '0'), 0, 'un', 'goods', 100, 1000, now(), now() FROM generate_series(1, 5000) n`,
    );
    const { data } = await suggested();
    const all = data.flatMap(({ lines }) => lines.map(({ sku }) => sku));
    assert.equal(new Set(all).size, all.length);
    assert.ok(all.length > 5000 && all.includes("SELLS") && all.includes("A5000"), String(all.length));
    await shop.db.raw("UPDATE products SET active = false WHERE sku ~ '^A[0-9]'");
  });

  it("who counts, and must not know what is there, is suggested nothing of an open count", async () => {
    const skus = async () => (await suggested()).data.flatMap(({ lines }) => lines.map(({ sku }) => sku));
    const admin = await shop.api("admin");
    assert.ok((await skus()).includes("SELLS"));
    const count = await admin.post("/api/v1/counts", {}, { key: randomUUID() });
    assert.equal(count.status, 201, count.text);
    assert.ok((await skus()).includes("SELLS"), "a manager approves counts");
    const permissions = ["purchases.read", "purchases.order", "counts.enter"];
    assert.equal((await admin.put("/api/v1/roles/manager", { permissions })).status, 200);
    assert.deepEqual(await skus(), []);
    const page = await (await shop.browser("manager")).get("/purchases/suggestions");
    assert.equal(page.root.querySelector("tbody tr"), null);
    const none = await shopping.post("/api/v1/purchases/suggestions/order", { supplier_id: supplier.id });
    assert.deepEqual([none.status, none.body.code], [409, "NOTHING_TO_ORDER"], none.text);
  });
});
