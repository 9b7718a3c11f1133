/** Orders and deliveries for programs: the stock, its cost and the order change together or not at all. */
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { after, afterEach, before, describe, it } from "mocha";
import type { ApiClient } from "../../../test/harness/api-client.ts";
import { openShop, type Shop } from "../../../test/harness/shop.ts";
import { allowMore } from "../settings.ts";
import { type Answer, assertEven, buyer } from "./buying.ts";

describe("buying", () => {
  let shop: Shop;
  let manager: ApiClient;
  let shopping: ReturnType<typeof buyer>;
  let supplier: Answer;
  before(async () => {
    shop = await openShop();
    manager = await shop.api("manager");
    shopping = buyer(manager);
    supplier = await shopping.supplier("Distribuidora");
  });
  after(() => shop?.close());
  afterEach(() => assertEven(shop));

  const productOf = (id: number) => shopping.read(`/api/v1/products/${id}`);
  const orderOf = (id: number) => shopping.read(`/api/v1/purchases/orders/${id}`);

  it("what is on order stays goods in its unit until the order is received or cancelled", async () => {
    const { id } = await shopping.product("PEDIDO");
    const order = await shopping.order(supplier, [{ code: "PEDIDO", quantity: "3", cost: "10" }]);
    const become = (body: object) => manager.patch<Answer & { title: string }>(`/api/v1/products/${id}`, body);
    for (const body of [{ kind: "service" }, { unit: "caja" }]) {
      const answer = await become(body);
      assert.deepEqual([answer.status, answer.body.code], [409, "KIND_ORDERED"], answer.text);
      assert.match(answer.body.title, new RegExp(order.number));
    }
    assert.equal((await become({ unit: "UN" })).status, 200, "the same unit, written otherwise");
    await shopping.post(`/api/v1/purchases/orders/${order.id}/cancel`);
    assert.equal((await become({ kind: "service" })).status, 200);
  });

  it("an order in two deliveries: the first is a part, the second completes it; the stock has the net cost", async () => {
    const rice = await shopping.product("RICE");
    const oil = await shopping.product("OIL", { barcodes: ["770555"] });
    const order = await shopping.sent(supplier, [
      { code: "RICE", quantity: "10", cost: "100", discount_bp: 1000 },
      { code: "770555", quantity: "4", cost: "50" },
    ]);
    assert.equal(order.total, "1100.00");
    const receive = (lines: object[], note: string) =>
      shopping.post(`/api/v1/purchases/orders/${order.id}/receipts`, { delivery_note: note, lines });
    const first = await receive([{ product_id: rice.id, quantity: "10" }], "R-1");
    assert.equal(first.status, 201, first.text);
    assert.deepEqual(
      first.body.lines.map(({ cost, discount_bp, unit_cost, total }) => [cost, discount_bp, unit_cost, total]),
      [["100.00", 1000, "90.00", "900.00"]],
    );
    assert.equal((await orderOf(order.id)).status, "partly_received");
    assert.equal((await productOf(rice.id)).average_cost, "90.00");
    const second = await receive([{ product_id: oil.id, quantity: "4", cost: "60" }], "R-2");
    assert.equal(second.status, 201, second.text);
    const done = await orderOf(order.id);
    assert.deepEqual([done.status, done.lines.map(({ received }) => received)], ["received", ["10.000", "4.000"]]);
    const { on_hand, average_cost } = await productOf(oil.id);
    assert.deepEqual([on_hand, average_cost], ["4.000", "60.00"]);
    const late = await receive([{ product_id: oil.id, quantity: "1" }], "R-3");
    assert.deepEqual([late.status, late.body.code], [409, "ORDER_NOT_OPEN"]);
    const moved = await manager.get<{ data: { reason: string; document: { number: string } }[] }>(
      `/api/v1/inventory/movements?product_id=${oil.id}`,
    );
    assert.deepEqual(
      moved.body.data.map(({ reason, document }) => [reason, document.number]),
      [["purchase", second.body.number]],
    );
  });

  it("more than was ordered comes with a warning, or is refused by setting with nothing posted", async () => {
    const milk = await shopping.product("MILK");
    const order = await shopping.sent(supplier, [{ code: "MILK", quantity: "5", cost: "10" }]);
    const body = { lines: [{ code: "MILK", quantity: "7" }] };
    const decide = async (value: boolean) => {
      await shop.kernel.db.transaction((tx) =>
        tx.raw(
          "INSERT INTO settings (key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value",
          [allowMore.key, JSON.stringify(value)],
        ),
      );
      await shop.restart();
      manager = await shop.api("manager");
    };
    await decide(false);
    const refused = await shopping.post(`/api/v1/purchases/orders/${order.id}/receipts`, body);
    assert.deepEqual(
      [refused.status, refused.body.errors?.[0]?.field, refused.body.errors?.[0]?.code],
      [422, "lines.0.quantity", "RECEIVED_TOO_MUCH"],
    );
    assert.equal((await productOf(milk.id)).on_hand, "0.000");
    assert.equal((await orderOf(order.id)).status, "sent");
    await decide(true);
    const warned = await shopping.post(`/api/v1/purchases/orders/${order.id}/receipts`, body);
    assert.equal(warned.status, 201, warned.text);
    assert.deepEqual(
      warned.body.warnings.map(({ code }) => code),
      ["MORE_THAN_ORDERED"],
    );
    assert.match(warned.body.warnings[0]?.message ?? "", /2 un/);
    assert.equal((await productOf(milk.id)).on_hand, "7.000");
  });

  it("twenty at once receive the same: one delivery with one key, and of twenty with the same delivery note one", async () => {
    const salt = await shopping.product("SALT");
    const order = await shopping.sent(supplier, [{ code: "SALT", quantity: "100", cost: "3" }]);
    const path = `/api/v1/purchases/orders/${order.id}/receipts`;
    const key = randomUUID();
    const twins = await Promise.all(
      Array.from({ length: 20 }, () => shopping.post(path, { lines: [{ code: "SALT", quantity: "1" }] }, key)),
    );
    assert.equal(new Set(twins.map(({ body }) => body.id)).size, 1);
    const same = await Promise.all(
      Array.from({ length: 20 }, () =>
        shopping.post(path, { delivery_note: "SAME", lines: [{ code: "SALT", quantity: "2" }] }),
      ),
    );
    assert.deepEqual(same.map(({ status }) => status).sort(), [201, ...Array(19).fill(422)]);
    assert.equal(same.find(({ status }) => status === 422)?.body.errors?.[0]?.field, "delivery_note");
    const others = await Promise.all(
      Array.from({ length: 20 }, () => shopping.post(path, { lines: [{ code: "SALT", quantity: "1", cost: "3" }] })),
    );
    assert.ok(others.every(({ status }) => status === 201));
    assert.equal((await productOf(salt.id)).on_hand, "23.000");
    assert.equal((await orderOf(order.id)).lines[0]?.received, "23.000");
  });

  it("goods without an order; back to the supplier at most what is there, the average stays", async () => {
    const soap = await shopping.product("SOAP");
    const bought = await shopping.post("/api/v1/purchases/receipts", {
      supplier_id: supplier.id,
      delivery_note: "F-77",
      lines: [
        { code: "SOAP", quantity: "3", cost: "20" },
        { code: "SOAP", quantity: "1", cost: "40" },
      ],
    });
    assert.equal(bought.status, 201, bought.text);
    assert.deepEqual([bought.body.total, bought.body.order_id], ["100.00", null]);
    assert.equal((await productOf(soap.id)).average_cost, "25.00");
    const back = (quantity: string) =>
      shopping.post("/api/v1/purchases/returns", {
        supplier_id: supplier.id,
        note: "Llegó mojado",
        lines: [{ code: "SOAP", quantity, cost: "20" }],
      });
    const short = await back("4.001");
    assert.deepEqual([short.status, short.body.code], [409, "STOCK_INSUFFICIENT"]);
    const returned = await back("1");
    assert.equal(returned.status, 201, returned.text);
    assert.deepEqual([returned.body.total, returned.body.lines[0]?.quantity], ["-20.00", "-1.000"]);
    const { on_hand, average_cost } = await productOf(soap.id);
    assert.deepEqual([on_hand, average_cost], ["3.000", "25.00"]);
    const moved = await shop.db.raw(
      "SELECT reason FROM stock_movements WHERE product_id = ? ORDER BY id DESC LIMIT 1",
      [soap.id],
    );
    assert.equal(moved.rows[0].reason, "supplier_return");
  });

  it("what was paid is a history by product and supplier, and the last of it is the next order's cost", async () => {
    const tea = await shopping.product("TEA", { cost: "9" });
    const other = await shopping.supplier("La otra");
    for (const [from, cost] of [
      [supplier, "10"],
      [other, "8"],
      [supplier, "12"],
    ] as const)
      await shopping.post("/api/v1/purchases/receipts", {
        supplier_id: from.id,
        lines: [{ code: "TEA", quantity: "1", cost, discount_bp: 500 }],
      });
    const all = await shopping.read(`/api/v1/purchases/prices?product_id=${tea.id}`);
    assert.deepEqual(
      all.data.map(({ unit_cost }) => unit_cost),
      ["11.40", "7.60", "9.50"],
    );
    const ofOne = await shopping.read(`/api/v1/purchases/prices?product_id=${tea.id}&supplier_id=${other.id}`);
    assert.deepEqual(
      ofOne.data.map(({ unit_cost }) => unit_cost),
      ["7.60"],
    );
    const order = await shopping.order(supplier, [{ code: "TEA", quantity: "1" }]);
    assert.deepEqual(
      order.lines.map(({ cost, discount_bp }) => [cost, discount_bp]),
      [["12.00", 500]],
    );
  });

  it("the code of a case brings its bottles at the case's cost; what is kept on no shelf is refused", async () => {
    const beer = await shopping.product("BEER");
    const unit = { name: "caja", factor: "24", barcodes: ["770024"] };
    const units = await manager.put(`/api/v1/products/${beer.id}/units`, { units: [unit] });
    assert.equal(units.status, 200, units.text);
    const came = await shopping.post("/api/v1/purchases/receipts", {
      supplier_id: supplier.id,
      lines: [{ code: "770024", quantity: "2", cost: "100" }],
    });
    assert.equal(came.status, 201, came.text);
    assert.deepEqual(
      came.body.lines.map(({ quantity, cost, total }) => [quantity, cost, total]),
      [["48.000", "4.17", "200.00"]],
    );
    assert.equal((await productOf(beer.id)).on_hand, "48.000");
    await shopping.product("WORK", { kind: "service" });
    const service = await shopping.post("/api/v1/purchases/receipts", {
      supplier_id: supplier.id,
      lines: [{ code: "WORK", quantity: "1", cost: "1" }],
    });
    assert.deepEqual([service.status, service.body.errors?.[0]?.code], [422, "NOT_STOCKED"]);
  });

  it("bad input is told by its field, and nothing is posted", async () => {
    await shopping.product("BAD");
    const line = { code: "BAD", quantity: "1", cost: "1" };
    for (const [field, code, change] of [
      ["lines.0.cost", "MONEY_NEGATIVE", { cost: "-1" }],
      ["lines.0.quantity", "QUANTITY_SMALL", { quantity: "0" }],
      ["lines.0.quantity", "QUANTITY_SMALL", { quantity: "-3" }],
      ["lines.0.discount_bp", "DISCOUNT", { discount_bp: 10_001 }],
      ["lines.0.code", "CODE_UNKNOWN", { code: "NO-HAY" }],
      ["lines.0.code", "ONE_PRODUCT", { product_id: 1 }],
      ["lines.0.quantity", "TOO_LARGE", { quantity: "1000000", cost: "100000000000" }],
    ] as const) {
      for (const path of ["receipts", "orders"]) {
        const answer = await shopping.post(`/api/v1/purchases/${path}`, {
          supplier_id: supplier.id,
          lines: [{ ...line, ...change }],
        });
        const [fault] = answer.body.errors ?? [];
        assert.deepEqual([answer.status, fault?.field, fault?.code], [422, field, code], answer.text);
      }
    }
    const twice = await shopping.post("/api/v1/purchases/orders", { supplier_id: supplier.id, lines: [line, line] });
    assert.deepEqual([twice.status, twice.body.errors?.[0]?.code], [422, "PRODUCT_TWICE"]);
    const nobody = await shopping.post("/api/v1/purchases/receipts", { supplier_id: 999_999, lines: [line] });
    assert.deepEqual([nobody.status, nobody.body.errors?.[0]?.field], [422, "supplier_id"]);
    const elsewhere = await shopping.post("/api/v1/purchases/receipts", {
      supplier_id: supplier.id,
      store_id: 999,
      lines: [line],
    });
    assert.deepEqual([elsewhere.status, elsewhere.body.code], [403, "STORE_NOT_YOURS"]);
    const good = { ...line };
    const half = await shopping.post("/api/v1/purchases/receipts", {
      supplier_id: supplier.id,
      lines: [good, { ...line, code: "NO-HAY" }],
    });
    assert.equal(half.status, 422);
    const { rows } = await shop.db.raw(
      "SELECT on_hand_milli FROM inventory i JOIN products p ON p.id = i.product_id WHERE p.sku = 'BAD'",
    );
    assert.deepEqual(rows, [{ on_hand_milli: 0 }]);
  });

  it("a draft is changed and sent once; what is sent is not changed; what is cancelled is not received", async () => {
    await shopping.product("STEP");
    const lines = [{ code: "STEP", quantity: "1", cost: "5" }];
    const draft = await shopping.order(supplier, lines);
    const path = `/api/v1/purchases/orders/${draft.id}`;
    const early = await shopping.post(`${path}/receipts`, { lines });
    assert.deepEqual([early.status, early.body.code], [409, "ORDER_NOT_OPEN"]);
    const patched = await manager.patch<Answer>(path, { lines: [{ code: "STEP", quantity: "3", cost: "5" }] });
    assert.equal(patched.body.total, "15.00");
    assert.equal((await shopping.post(`${path}/send`)).body.status, "sent");
    assert.equal((await shopping.post(`${path}/send`)).body.status, "sent");
    assert.equal((await manager.patch<Answer>(path, { lines })).body.code, "ORDER_NOT_DRAFT");
    assert.equal((await shopping.post(`${path}/cancel`)).body.status, "cancelled");
    assert.equal((await shopping.post(`${path}/receipts`, { lines })).body.code, "ORDER_NOT_OPEN");
    const { rows } = await shop.db.raw("SELECT action FROM audit_log WHERE subject = ? ORDER BY id", [
      `purchase_order:${draft.id}`,
    ]);
    assert.deepEqual(
      rows.map(({ action }: { action: string }) => action.replace("purchase_order.", "")),
      ["created", "changed", "sent", "cancelled"],
    );
  });

  it("what was delivered is final, and an employee buys nothing", async () => {
    for (const sql of [
      "UPDATE purchase_documents SET note = 'x'",
      "DELETE FROM purchase_document_lines",
      "TRUNCATE purchase_documents CASCADE",
    ])
      await assert.rejects(shop.db.raw(sql), /final/, sql);
    const employee = await shop.api("employee");
    assert.equal((await employee.get("/api/v1/purchases/orders")).status, 403);
    assert.equal((await employee.get("/api/v1/purchases/documents")).status, 403);
  });
});
