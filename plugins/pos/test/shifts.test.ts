/** A register's day: opened with a float, cash in and out, counted blind, closed once. */
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import fc from "fast-check";
import { after, before, beforeEach, describe, it } from "mocha";
import type { ApiClient } from "../../../test/harness/api-client.ts";
import { openShop, type Shop } from "../../../test/harness/shop.ts";
import type { TaxShare } from "../pricing.ts";
import { countedCash, expectedCash } from "../shift-report.ts";
import { assertBooks, cash, digits, type Goods, type ProblemAnswer, ring, rung, stocked } from "./till.ts";

interface ShiftAnswer {
  id: number;
  status: string;
  float: string;
  z: { number: number; expected: string; counted: string; difference: string; reason: string | null } | null;
}
interface Report {
  sales: number;
  total: string;
  change: string;
  cash_in: string;
  cash_out: string;
  expected_cash: string;
}

describe("shifts", () => {
  let shop: Shop;
  let goods: Goods;
  let cashier: ApiClient;
  let manager: ApiClient;
  before(async () => {
    shop = await openShop();
    goods = await stocked(shop, { sku: "PAN", price: "2500", stock: "10000" });
    cashier = await shop.api("employee");
    manager = await shop.api("manager");
  });
  after(async () => {
    try {
      await assertBooks(shop);
    } finally {
      await shop.close();
    }
  });

  const key = () => ({ key: randomUUID() });
  const open = (float = "50000.00") =>
    cashier.post<ShiftAnswer & ProblemAnswer>("/api/v1/shifts", { register_id: 1, float }, key());
  const current = () => cashier.get<ShiftAnswer>("/api/v1/shifts/current");
  const close = (id: number, body: object) =>
    cashier.post<ShiftAnswer & ProblemAnswer>(`/api/v1/shifts/${id}/close`, body, key());
  const x = async (id: number) => (await manager.get<Report>(`/api/v1/shifts/${id}/x`)).body;
  const sell = (paid = "5000", client = cashier) =>
    ring(client, { items: [{ product_id: goods.id, quantity: "1" }], payments: cash(paid) });
  const closeWhatIsOpen = async () => {
    const { status, body } = await current();
    if (status === 200) await close(body.id, { total: (await x(body.id)).expected_cash });
  };
  beforeEach(closeWhatIsOpen);

  it("the smallest client sells without one: the first sale opens it, and all that follow belong to it", async () => {
    const first = await sell();
    assert.equal(first.status, 201, first.text);
    const { body } = await current();
    assert.deepEqual([body.status, body.float], ["open", "0.00"]);
    const second = await sell();
    for (const sale of [first, second]) assert.equal((sale.body as { shift_id?: number }).shift_id, body.id);
  });

  it("where the owner wants it opened by hand, nothing is sold before, and the cart is not lost", async () => {
    const browser = await shop.browser("admin");
    const settings = await browser.get("/settings");
    await settings.submit("#settings", { "pos.explicit_shift": "on" });
    try {
      const refused = await sell();
      assert.deepEqual([refused.status, refused.body.code], [409, "SHIFT_CLOSED"]);
      const till = await shop.browser("employee");
      const page = await (await rung(till, "PAN")).submit("#pay-form", { amount: "5000" });
      assert.equal(page.status, 409);
      assert.match(page.text, /turno de esta caja está cerrado/);
      assert.equal(page.root.querySelectorAll(".pos-line").length, 1);
      const opened = await (await till.get("/shifts")).submit("#shift-open", { float: "20.000" });
      assert.match(opened.text, /Turno abierto/);
      assert.match((await page.submit("#pay-form", { amount: "5000" })).url, /receipt$/);
    } finally {
      await (await browser.get("/settings")).submit("#settings", { "pos.explicit_shift": undefined });
    }
  });

  it("expected cash is float + cash - change + in - out; X as often as one likes, Z once", async () => {
    const { body: shift } = await open("50000.00");
    await sell("5000");
    await sell("2500");
    const move = (kind: string, amount: string) =>
      cashier.post(`/api/v1/shifts/${shift.id}/cash-movements`, { kind, amount, reason: "Domicilio" }, key());
    assert.equal((await move("in", "10000.00")).status, 201);
    assert.equal((await move("out", "3000.00")).status, 201);
    const report = await x(shift.id);
    assert.deepEqual(
      [report.sales, report.total, report.change, report.cash_in, report.cash_out, report.expected_cash],
      [2, "5000.00", "2500.00", "10000.00", "3000.00", "62000.00"],
    );
    const closed = await close(shift.id, {
      counted: [
        { denomination: "50000.00", count: 1 },
        { denomination: "2000.00", count: 6 },
      ],
    });
    assert.equal(closed.status, 201, closed.text);
    assert.deepEqual(
      [closed.body.status, closed.body.z?.expected, closed.body.z?.difference],
      ["closed", "62000.00", "0.00"],
    );
    const again = await close(shift.id, { total: "62000.00" });
    assert.deepEqual([again.status, again.body.code], [409, "SHIFT_CLOSED"]);
    const next = (await open()).body;
    const z = (await close(next.id, { total: "50000.00" })).body.z;
    assert.equal(z?.number, (closed.body.z?.number ?? 0) + 1, "Z reports are numbered without a gap");
  });

  it("a second opening, also twenty at once, is refused", async () => {
    const answers = await Promise.all(Array.from({ length: 20 }, () => open("1000.00")));
    assert.equal(answers.filter(({ status }) => status === 201).length, 1);
    for (const { status, body } of answers)
      if (status !== 201) assert.deepEqual([status, body.code], [409, "SHIFT_OPEN"]);
  });

  it("a difference needs a reason; with one it is stored, and the trail has it", async () => {
    const { body: shift } = await open("50000.00");
    const refused = await close(shift.id, { total: "40000.00" });
    assert.equal(refused.status, 422);
    assert.deepEqual(
      refused.body.errors?.map(({ field, code }) => [field, code]),
      [["reason", "REASON_NEEDED"]],
    );
    assert.doesNotMatch(refused.text, /50000|10000/, "what ought to be there is not told");
    assert.equal((await current()).body.id, shift.id, "it is still open");
    const closed = await close(shift.id, { total: "40000.00", reason: "Se pagó el agua" });
    assert.deepEqual([closed.body.z?.difference, closed.body.z?.reason], ["-10000.00", "Se pagó el agua"]);
    const { rows } = await shop.db.raw(
      "SELECT after FROM audit_log WHERE action = 'shift.closed' ORDER BY id DESC LIMIT 1",
    );
    assert.deepEqual([rows[0].after.difference_minor, rows[0].after.reason], [-1_000_000, "Se pagó el agua"]);
  });

  it("the cashier counts blind: no page shows what must be there before it was counted", async () => {
    const { body: shift } = await open("77000.00");
    await sell("5000");
    const browser = await shop.browser("employee");
    for (const path of ["/shifts", `/shifts/${shift.id}`, `/shifts/${shift.id}/close`])
      assert.doesNotMatch(digits((await browser.get(path)).text), /79500/, path);
    assert.equal((await cashier.get(`/api/v1/shifts/${shift.id}/x`)).status, 403);
    assert.match(digits((await (await shop.browser("manager")).get(`/shifts/${shift.id}`)).text), /79500/);
    const counting = await browser.get(`/shifts/${shift.id}/close`);
    const nothing = await counting.submit("#count", {});
    assert.equal(nothing.status, 422);
    assert.ok(nothing.root.querySelector("#total-error"));
    const odd = await counting.submit("#count", { d5000000: "x", reason: "Una razón" });
    assert.equal(odd.status, 422);
    assert.equal(odd.fields("#count")["d5000000"], "x");
    assert.equal(odd.fields("#count")["reason"], "Una razón", "what was typed is kept");
    const z = await counting.submit("#count", {
      d5000000: "1",
      d2000000: "1",
      d500000: "1",
      d200000: "2",
      d50000: "1",
    });
    assert.match(z.url, new RegExp(`/shifts/${shift.id}$`));
    assert.match(digits(z.text), /79500/);
  });

  it("no more is taken out than is there, also by twenty at once", async () => {
    const { body: shift } = await open("10000.00");
    const out = () =>
      cashier.post(`/api/v1/shifts/${shift.id}/cash-movements`, { kind: "out", amount: "1000.00", reason: "x" }, key());
    const answers = await Promise.all(Array.from({ length: 20 }, out));
    assert.equal(answers.filter(({ status }) => status === 201).length, 10);
    assert.equal((await x(shift.id)).expected_cash, "0.00");
  });

  it("sales while the shift is closed by somebody else are in it or in the next one, never lost between them", async () => {
    const { body: shift } = await open("0.00");
    const sales = Array.from({ length: 20 }, () => sell("2500"));
    const closing = close(shift.id, { total: "0.00", reason: "Prueba" });
    const answers = await Promise.all(sales);
    const { body } = await closing;
    for (const { status, text } of answers) assert.equal(status, 201, text);
    const { rows } = await shop.db.raw(
      "SELECT shift_id, sum(total_minor)::bigint AS total FROM sales WHERE shift_id >= ? GROUP BY shift_id",
      [shift.id],
    );
    const sums = new Map(rows.map((row: { shift_id: number; total: number }) => [row.shift_id, row.total]));
    assert.equal(Number(body.z?.expected) * 100, sums.get(shift.id) ?? 0, "the Z has every sale of its shift");
    assert.equal(
      [...sums.values()].reduce((a: number, b) => a + Number(b), 0),
      20 * 250_000,
    );
  });

  it("what is posted is final", async () => {
    const { body: shift } = await open();
    await close(shift.id, { total: "50000.00" });
    for (const sql of [
      "UPDATE shift_closings SET counted_minor = 0, difference_minor = -expected_minor",
      "DELETE FROM shift_closings",
      "UPDATE shifts SET float_minor = 0",
      "TRUNCATE cash_movements",
    ])
      await assert.rejects(shop.db.raw(sql), sql);
  });
});

describe("the arithmetic of a drawer", () => {
  const amount = fc.integer({ min: 0, max: 1_000_000_000 });
  const report = fc.record({
    floatMinor: amount,
    sales: fc.nat(1000),
    totalMinor: amount,
    discountMinor: amount,
    roundingMinor: amount,
    taxes: fc.constant<TaxShare[]>([]),
    tenders: fc.array(fc.record({ method: fc.constantFrom("cash", "card", "nequi"), amountMinor: amount })),
    changeMinor: amount,
    cashInMinor: amount,
    cashOutMinor: amount,
    firstNumber: fc.constant(undefined),
    lastNumber: fc.constant(undefined),
  });

  it("only cash changes what must be there", () => {
    fc.assert(
      fc.property(report, amount, (one, more) => {
        const before = expectedCash(one);
        const pay = (method: string) => ({ ...one, tenders: [...one.tenders, { method, amountMinor: more }] });
        assert.equal(expectedCash(pay("card")), before);
        assert.equal(expectedCash(pay("cash")), before + more);
        assert.equal(expectedCash({ ...one, cashOutMinor: one.cashOutMinor + more }), before - more);
      }),
    );
  });

  it("what was counted is the sum of its pieces", () => {
    const pieces = fc.array(
      fc.record({ denominationMinor: fc.integer({ min: 1, max: 10_000_000 }), count: fc.nat(10_000) }),
    );
    fc.assert(
      fc.property(pieces, (counts) => {
        const total = counts.reduce((sum, one) => sum + one.denominationMinor * one.count, 0);
        assert.equal(countedCash(counts), total);
        assert.equal(countedCash([...counts].reverse()), total);
      }),
    );
  });
});
