/** What was sold comes back: by line or whole, once, for exactly what was paid, and onto the right shelf. */
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { after, afterEach, before, describe, it } from "mocha";
import type { ApiClient } from "../../../test/harness/api-client.ts";
import { openShop, people, type Shop } from "../../../test/harness/shop.ts";
import { assertBooks, cash, type Goods, onHand, type ProblemAnswer, ring, type SaleAnswer, stocked } from "./till.ts";

type Document = SaleAnswer & ProblemAnswer & { kind: string; returns_sale_id: number | null };

describe("goods that come back", () => {
  let shop: Shop;
  let manager: ApiClient;
  let bread: Goods;
  let milk: Goods;

  before(async () => {
    shop = await openShop();
    manager = await shop.api("manager");
    bread = await stocked(shop, { sku: "PAN", name: "Pan", price: "1000", stock: "1000" });
    milk = await stocked(shop, { sku: "LECHE", name: "Leche", price: "3333", tax_rate_bp: 500, stock: "1000" });
  });
  after(() => shop?.close());
  afterEach(() => assertBooks(shop));

  const sell = async (items: object[], payments: object[] = cash("1000000"), more: object = {}): Promise<Document> => {
    const answer = await ring(manager, { items, payments, ...more });
    assert.equal(answer.status, 201, answer.text);
    return answer.body as Document;
  };
  const giveBack = (id: number, body: object = {}, key: string = randomUUID(), client = manager) =>
    client.post<Document>(`/api/v1/sales/${id}/returns`, { reason: "no le gustó", ...body }, { key });
  const cancel = (id: number, client = manager) =>
    client.post<Document>(`/api/v1/sales/${id}/void`, { reason: "mal marcada" }, { key: randomUUID() });
  const statusOf = async (id: number) => (await manager.get<Document>(`/api/v1/sales/${id}`)).body.status;
  const expected = async (shiftId: number) =>
    (await manager.get<{ expected_cash: string }>(`/api/v1/shifts/${shiftId}/x`)).body.expected_cash;

  it("a sale in three parts and the rest gives back exactly what was charged, discount and tax with it", async () => {
    const sale = await sell(
      [
        { product_id: milk.id, quantity: "3", discount: "100", discount_reason: "golpeada" },
        { product_id: bread.id, quantity: "1" },
      ],
      cash("20000"),
      { discount: "333", discount_reason: "cliente fiel" },
    );
    const before = [await onHand(shop, milk), await expected(sale.shift_id)];
    const back: Document[] = [];
    for (let count = 0; count < 3; count++) {
      const answer = await giveBack(sale.id, { lines: [{ line: 1, quantity: "1" }] });
      assert.equal(answer.status, 201, answer.text);
      back.push(answer.body);
      assert.equal(await statusOf(sale.id), "partly_returned");
    }
    back.push((await giveBack(sale.id)).body);
    assert.equal(await statusOf(sale.id), "returned");
    for (const member of ["total", "tax", "discount", "subtotal"] as const) {
      const sum = back.reduce((total, one) => total + Number(one[member]), 0);
      assert.equal(sum.toFixed(2), (-Number(sale[member])).toFixed(2), member);
    }
    const [first] = back;
    assert.deepEqual(
      [first?.kind, first?.returns_sale_id, first?.lines[0]?.["quantity"], first?.payments[0]?.method],
      ["return", sale.id, "-1.000", "cash"],
    );
    assert.ok(Number(first?.total) < 0);
    assert.equal(Number(await onHand(shop, milk)) - Number(before[0]), 3);
    assert.equal(Number(before[1]) - Number(await expected(sale.shift_id)), Number(sale.total));
    const more = await giveBack(sale.id);
    assert.deepEqual([more.status, more.body.code], [409, "NOTHING_LEFT"]);
    const numbers = back.map(({ number }) => Number(number.replace(/^.*-/, "")));
    assert.deepEqual(
      numbers,
      [1, 2, 3, 4].map((one) => one + Number(sale.number.replace(/^.*-/, ""))),
      "one sequence of numbers",
    );
  });

  it("twenty at once bring back no more than was sold", async () => {
    const sale = await sell([{ product_id: bread.id, quantity: "7" }]);
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => giveBack(sale.id, { lines: [{ line: 1, quantity: "1" }] })),
    );
    assert.equal(answers.filter(({ status }) => status === 201).length, 7);
    for (const { status, body } of answers)
      if (status !== 201) {
        assert.equal(status, 422);
        assert.equal(body.errors?.[0]?.field, "lines.0.quantity");
      }
  });

  it("one key sent twenty times is one return", async () => {
    const sale = await sell([{ product_id: bread.id, quantity: "2" }]);
    const key = randomUUID();
    const answers = await Promise.all(Array.from({ length: 20 }, () => giveBack(sale.id, {}, key)));
    assert.equal(new Set(answers.map(({ body }) => body.id)).size, 1);
    assert.equal(answers.filter(({ status }) => status === 201).length, 1);
  });

  it("what is damaged comes in and goes out again, each with its line in the ledger", async () => {
    const sale = await sell([{ product_id: milk.id, quantity: "2" }]);
    const before = await onHand(shop, milk);
    const { body } = await giveBack(sale.id, { lines: [{ line: 1, quantity: "2", restock: false }] });
    assert.equal(await onHand(shop, milk), before);
    const { rows } = await shop.db.raw(
      "SELECT reason, quantity_milli::int AS quantity FROM stock_movements WHERE document_id = ? AND document_type = 'return' ORDER BY id",
      [body.id],
    );
    assert.deepEqual(rows, [
      { reason: "return", quantity: 2000 },
      { reason: "damaged", quantity: -2000 },
    ]);
  });

  it("money goes back by the tenders that paid, each no more than it holds", async () => {
    const sale = await sell(
      [{ product_id: bread.id, quantity: "10" }],
      [
        { method: "card", amount: "6000", reference: "A1" },
        { method: "cash", amount: "5000" },
      ],
    );
    const tooMuch = await giveBack(sale.id, {
      lines: [{ line: 1, quantity: "5" }],
      refund: [{ method: "cash", amount: "5000" }],
    });
    assert.deepEqual([tooMuch.status, tooMuch.body.code], [422, "REFUND_TENDER"]);
    const wrong = await giveBack(sale.id, {
      lines: [{ line: 1, quantity: "5" }],
      refund: [{ method: "card", amount: "4999" }],
    });
    assert.deepEqual([wrong.status, wrong.body.code, wrong.body["due"]], [422, "REFUND_MISMATCH", "5000.00"]);
    const unknown = await giveBack(sale.id, { refund: [{ method: "nequi", amount: "10000" }] });
    assert.equal(unknown.body.code, "REFUND_TENDER");
    const split = await giveBack(sale.id, {
      lines: [{ line: 1, quantity: "5" }],
      refund: [
        { method: "card", amount: "1500" },
        { method: "cash", amount: "3500" },
      ],
    });
    assert.equal(split.status, 201, split.text);
    const rest = (await giveBack(sale.id)).body;
    assert.deepEqual(
      rest.payments.map(({ method, amount }) => [method, amount]),
      [
        ["card", "-4500.00"],
        ["cash", "-500.00"],
      ],
    );
  });

  it("with coins of 50, parts are rounded for the drawer and the whole gives back what was paid", async () => {
    const settings = await (await shop.browser("admin")).get("/settings");
    await settings.submit("[name='pos.smallest_coin']", { "pos.smallest_coin": "50" });
    const sale = await sell([{ product_id: milk.id, quantity: "3" }], cash("10000"));
    assert.deepEqual([sale.total, sale.rounding], ["10000.00", "1.00"]);
    const first = (await giveBack(sale.id, { lines: [{ line: 1, quantity: "1" }] })).body;
    assert.deepEqual([first.total, first.rounding], ["-3350.00", "-17.00"]);
    const rest = (await giveBack(sale.id)).body;
    assert.equal(rest.total, "-6650.00");
    await settings.submit("[name='pos.smallest_coin']", { "pos.smallest_coin": "0" });
  });

  it("with coins of 100, store credit for a part is no more than was paid, and the rest can still come back", async () => {
    const settings = await (await shop.browser("admin")).get("/settings");
    await settings.submit("[name='pos.smallest_coin']", { "pos.smallest_coin": "100" });
    const salt = await stocked(shop, { sku: "SAL", price: "1030" });
    const bag = await stocked(shop, { sku: "BOLSA", price: "10" });
    const items = [salt, bag].map(({ id }) => ({ product_id: id, quantity: "1" }));
    const sale = await sell(items, cash("1000"));
    assert.deepEqual([sale.total, sale.rounding], ["1000.00", "-40.00"]);
    const credit = (amount: string) =>
      giveBack(sale.id, { lines: [{ line: 1, quantity: "1" }], refund: [{ method: "store_credit", amount }] });
    const refused = await credit("1030");
    assert.deepEqual([refused.status, refused.body.code, refused.body["due"]], [422, "REFUND_MISMATCH", "1000.00"]);
    assert.equal((await credit("1000")).status, 201);
    const rest = await giveBack(sale.id);
    assert.deepEqual([rest.status, rest.body.total, rest.body.payments], [201, "0.00", []], rest.text);
    assert.equal(await statusOf(sale.id), "returned");
    await settings.submit("[name='pos.smallest_coin']", { "pos.smallest_coin": "0" });
  });

  it("a void takes back the whole sale once, while its shift is open", async () => {
    const sale = await sell([{ product_id: bread.id, quantity: "4" }], cash("10000"));
    const before = [Number(await onHand(shop, bread)), Number(await expected(sale.shift_id))];
    const answers = await Promise.all(Array.from({ length: 10 }, () => cancel(sale.id)));
    const [done] = answers.filter(({ status }) => status === 201);
    assert.equal(answers.filter(({ status }) => status === 201).length, 1);
    assert.ok(answers.every(({ status, body }) => status === 201 || body.code === "SALE_VOIDED"));
    assert.deepEqual([done?.body.kind, done?.body.total], ["void", "-4000.00"]);
    assert.equal(await statusOf(sale.id), "voided");
    assert.deepEqual(
      [Number(await onHand(shop, bread)), Number(await expected(sale.shift_id))],
      [(before[0] ?? 0) + 4, (before[1] ?? 0) - 4000],
    );
    assert.equal((await giveBack(sale.id)).body.code, "SALE_VOIDED");
    assert.equal((await cancel(done?.body.id ?? 0)).body.code, "RETURN_OF_RETURN");
    const part = await sell([{ product_id: bread.id, quantity: "2" }]);
    await giveBack(part.id, { lines: [{ line: 1, quantity: "1" }] });
    assert.equal((await cancel(part.id)).body.code, "VOID_AFTER_RETURN");
  });

  it("after its shift a sale is returned, not voided; the money comes from the shift that is open now", async () => {
    const sale = await sell([{ product_id: bread.id, quantity: "3" }], cash("3000"));
    const report = await manager.get<{ returns: { count: number }; voids: { count: number }; total: string }>(
      `/api/v1/shifts/${sale.shift_id}/x`,
    );
    assert.ok(report.body.returns.count > 0 && report.body.voids.count > 0);
    const total = await expected(sale.shift_id);
    const closed = await manager.post(`/api/v1/shifts/${sale.shift_id}/close`, { total }, { key: randomUUID() });
    assert.equal(closed.status, 201, closed.text);
    assert.equal((await cancel(sale.id)).body.code, "VOID_TOO_LATE");
    const empty = await giveBack(sale.id);
    assert.deepEqual(
      [empty.status, empty.body.code],
      [409, "CASH_SHORT"],
      "a new drawer without a float holds nothing",
    );
    await sell([{ product_id: bread.id, quantity: "5" }], cash("5000"));
    const back = await giveBack(sale.id);
    assert.equal(back.status, 201, back.text);
    assert.notEqual(back.body.shift_id, sale.shift_id);
    assert.equal(Number(await expected(back.body.shift_id)), 2000);
  });

  it("at the till a cashier needs a manager's PIN; the page keeps what was typed and says what is left", async () => {
    const pin = "482913";
    const account = await shop.browser("manager");
    await (await account.get("/account/pin")).submit("[name=pin]", {
      current_password: people.manager.password,
      pin,
      pin_again: pin,
    });
    const sale = await sell([{ product_id: bread.id, quantity: "4" }], cash("4000"));
    const cashier = await shop.browser("employee");
    const page = await cashier.get(`/sales/${sale.id}/return`);
    const refused = await page.submit("#return", { quantity_1: "", reason: "" });
    assert.equal(refused.status, 422);
    const asked = await page.submit("#return", { quantity_1: "1,5", reason: "pan duro" });
    assert.match(asked.text, /1,5 un · Pan/);
    const tooMuch = await asked.submit("#approval", { _approver: people.manager.username, _pin: pin });
    assert.match(tooMuch.url, /\/receipt$/, tooMuch.text);
    assert.match(tooMuch.text, /Devolución[\s\S]*De la venta/);
    const over = await (await cashier.get(`/sales/${sale.id}/return`)).submit("#return", {
      quantity_1: "3",
      reason: "más",
    });
    const said = await over.submit("#approval", { _approver: people.manager.username, _pin: pin });
    assert.equal(said.status, 422);
    assert.match(said.text, /Quedan 2,5 por devolver/);
    assert.equal(said.fields("#return")["quantity_1"], "3");
    const program = await shop.api("employee");
    const denied = await giveBack(sale.id, {}, randomUUID(), program);
    assert.deepEqual([denied.status, denied.body.code], [403, "APPROVAL_NEEDED"]);
    const { rows } = await shop.db.raw(
      "SELECT after ->> 'approved_by' AS by FROM audit_log WHERE action = 'sale.returned' AND subject = ?",
      [`sale:${sale.id}`],
    );
    assert.deepEqual(rows, [{ by: people.manager.username }]);
    const voided = await (
      await account.get(`/sales/${(await sell([{ product_id: bread.id, quantity: "1" }])).id}/void`)
    ).submit("#void", { reason: "doble" });
    assert.match(voided.text, /Anulación/i);
  });
});
