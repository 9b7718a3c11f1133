/** Selling on credit: a customer on the sale, never beyond the limit, paid off into the till. */
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { after, afterEach, before, describe, it } from "mocha";
import type { ApiClient } from "../../../test/harness/api-client.ts";
import { openShop, type Shop } from "../../../test/harness/shop.ts";
import { invariants as accountInvariants } from "../../customers/invariants.ts";
import {
  assertBooks,
  cash,
  digits,
  follow,
  type Goods,
  type ProblemAnswer,
  ring,
  rung,
  type SaleAnswer,
  scan,
  stocked,
} from "./till.ts";

interface Customer extends ProblemAnswer {
  id: number;
  balance: string;
  credit_limit: string;
}

describe("sales on credit", () => {
  let shop: Shop;
  let manager: ApiClient;
  let employee: ApiClient;
  let rice: Goods;
  before(async () => {
    shop = await openShop();
    [manager, employee] = [await shop.api("manager"), await shop.api("employee")];
    rice = await stocked(shop, { sku: "ARROZ", name: "Arroz", price: "10000", stock: "1000" });
  });
  after(() => shop?.close());
  afterEach(async () => {
    await assertBooks(shop);
    for (const { name, check } of accountInvariants)
      assert.deepEqual(await check(shop.db, { since: undefined, limit: 10 }), [], name);
    const { rows } = await shop.db.raw(
      `SELECT coalesce((SELECT sum(amount_minor) FROM payments WHERE method = 'customer_credit'), 0)::bigint AS sold,
         coalesce((SELECT sum(amount_minor) FROM customer_entries WHERE kind <> 'payment'), 0)::bigint AS owed,
         coalesce((SELECT sum(amount_minor) FROM collections WHERE kind = 'debt'), 0)::bigint AS paid,
         coalesce((SELECT -sum(amount_minor) FROM customer_entries WHERE kind = 'payment'), 0)::bigint AS credited`,
    );
    assert.equal(rows[0].sold, rows[0].owed);
    assert.equal(rows[0].paid, rows[0].credited);
  });

  const hire = async (name: string, limit = "50000"): Promise<Customer> => {
    const facts = {
      name,
      credit_limit: limit,
      document_type: "CC",
      document_number: String(Math.random()).slice(2, 12),
    };
    const made = await manager.post<Customer>("/api/v1/customers", facts, { key: randomUUID() });
    assert.equal(made.status, 201, made.text);
    return made.body;
  };
  const buy = (customer: Customer | undefined, quantity: string, amount: string, client = employee) =>
    ring(client, {
      items: [{ product_id: rice.id, quantity }],
      payments: [{ method: "customer_credit", amount }],
      customer_id: customer?.id,
    });
  const balance = async ({ id }: Customer) => (await manager.get<Customer>(`/api/v1/customers/${id}`)).body.balance;
  const pay = (customer: Customer, amount: string, more: object = {}) =>
    employee.post<ProblemAnswer & { id: number; shift_id: number }>(
      `/api/v1/customers/${customer.id}/payments`,
      { amount, method: "cash", ...more },
      { key: randomUUID() },
    );

  it("the cashier chooses the customer at the till before the first product, and charges on credit; the receipt names him", async () => {
    const ana = await hire("Ana Ardila");
    const browser = await shop.browser("employee");
    const register = await browser.get("/pos/new");
    const chooser = await follow(browser, register, "#customer");
    const found = await chooser.submit("#find-customer", { q: "ardila" });
    const back = await found.submit("#choose-customer", { customer_id: String(ana.id) });
    assert.match(back.url, /^\/pos\/carts\//);
    assert.match(back.text, /Ana Ardila/);
    const one = await scan(back, "ARROZ");
    assert.match(one.text, /Ana Ardila/);
    const payment = await follow(browser, one, 'a[href$="/payment"]');
    const receipt = await payment.submit("#payment", { rest: "customer_credit" });
    assert.match(receipt.url, /receipt$/, receipt.text);
    assert.match(receipt.text, /Cliente: Ana Ardila/);
    assert.match(receipt.text, /Crédito/);
    assert.equal(await balance(ana), "10000.00");
  });

  it("one without customers is not sold on credit, and its cart keeps everything", async () => {
    const browser = await shop.browser("employee");
    const payment = await follow(browser, await rung(browser, "ARROZ"), 'a[href$="/payment"]');
    assert.equal(payment.root.querySelector("#amount_customer_credit"), null);
    const bare = await buy(undefined, "1", "10000");
    assert.deepEqual([bare.status, bare.body.code], [422, "CUSTOMER_NEEDED"]);
    const nobody = await ring(employee, {
      items: [{ product_id: rice.id, quantity: "1" }],
      payments: cash("10000"),
      customer_id: 999,
    });
    assert.deepEqual([nobody.status, nobody.body.errors?.[0]?.field], [422, "customer_id"]);
  });

  it("twenty at once do not exceed the limit together", async () => {
    const bruno = await hire("Bruno Bueno", "50000");
    const answers = await Promise.all(Array.from({ length: 20 }, () => buy(bruno, "1", "10000")));
    assert.deepEqual(answers.map(({ status }) => status).sort(), [...Array(5).fill(201), ...Array(15).fill(409)]);
    assert.ok(answers.filter(({ status }) => status === 409).every(({ body }) => body.code === "CREDIT_LIMIT"));
    assert.equal(await balance(bruno), "50000.00");
    const { rows } = await shop.db.raw("SELECT balance_minor FROM customer_entries WHERE customer_id = ? ORDER BY id", [
      bruno.id,
    ]);
    assert.deepEqual(
      rows.map((row: { balance_minor: number }) => row.balance_minor),
      [1, 2, 3, 4, 5].map((one) => one * 1_000_000),
    );
  });

  it("over the limit the page says how much is left, and part of it can be paid otherwise", async () => {
    const carla = await hire("Carla Cano", "4000");
    const browser = await shop.browser("employee");
    const register = await rung(browser, "ARROZ");
    const found = await (await follow(browser, register, "#customer")).submit("#find-customer", { q: "cano" });
    const chosen = await found.submit("#choose-customer", { customer_id: String(carla.id) });
    const refused = await (await follow(browser, chosen, 'a[href$="/payment"]')).submit("#payment", {
      rest: "customer_credit",
    });
    assert.equal(refused.status, 409);
    assert.match(digits(refused.root.querySelector("[role=alert], .message")?.text ?? refused.text), /4000/);
    const paid = await refused.submit("#payment", { amount_customer_credit: "4.000", amount_cash: "6.000" });
    assert.match(paid.url, /receipt$/, paid.text);
    assert.equal(await balance(carla), "4000.00");
  });

  it("a debt is paid off in parts into the open shift, each with a receipt, and no more than is owed", async () => {
    const diego = await hire("Diego Daza");
    const sold = (await buy(diego, "3", "30000")).body;
    const expected = async () =>
      Number((await manager.get<{ expected_cash: string }>(`/api/v1/shifts/${sold.shift_id}/x`)).body.expected_cash);
    const before = await expected();
    const browser = await shop.browser("employee");
    const page = await follow(browser, await browser.get(`/customers/${diego.id}`), 'a[href$="/payment"]');
    const receipt = await page.submit("#debt", { amount: "12.500", method: "cash" });
    assert.match(receipt.url, /^\/collections\/\d+$/, receipt.text);
    assert.match(receipt.text, /ABONO A LA CUENTA/);
    assert.match(digits(receipt.text), /12500/);
    assert.equal(await expected(), before + 12_500);
    const card = await pay(diego, "10000", { method: "card", reference: "AP-1" });
    assert.equal(card.status, 201, card.text);
    assert.equal(await expected(), before + 12_500);
    assert.equal(await balance(diego), "7500.00");
    const much = await pay(diego, "7500.01");
    assert.deepEqual([much.status, much.body.code], [422, "DEBT_EXCEEDED"]);
    const booked = await pay(diego, "100", { method: "gift_card", reference: "AAAAAA" });
    assert.deepEqual([booked.status, booked.body.errors?.[0]?.field], [422, "method"]);
    const again = await Promise.all(Array.from({ length: 10 }, () => pay(diego, "7500")));
    assert.deepEqual(again.map(({ status }) => status).sort(), [201, ...Array(9).fill(422)]);
    assert.equal(await balance(diego), "0.00");
    const ledger = await manager.get<{ data: { kind: string }[] }>(`/api/v1/customers/${diego.id}/ledger`);
    assert.deepEqual(
      ledger.body.data.map(({ kind }) => kind),
      ["payment", "payment", "payment", "charge"],
    );
    const shift = await (await shop.browser("manager")).get(`/shifts/${sold.shift_id}`);
    assert.match(shift.text, /Abonos: Efectivo/);
    assert.match(
      (await (await shop.browser("manager")).get(`/shifts/${sold.shift_id}/sheet`)).text,
      /Abonos: Efectivo/,
    );
  });

  it("goods that come back are taken off the account; a double click on a payment pays once", async () => {
    const elena = await hire("Elena Escobar");
    const sale = (await buy(elena, "2", "20000")).body;
    const back = await manager.post<SaleAnswer & ProblemAnswer>(
      `/api/v1/sales/${sale.id}/returns`,
      { reason: "no era", lines: [{ line: 1, quantity: "1" }] },
      { key: randomUUID() },
    );
    assert.equal(back.status, 201, back.text);
    assert.equal(back.body.payments[0]?.method, "customer_credit");
    assert.equal(await balance(elena), "10000.00");
    const key = randomUUID();
    const body = { amount: "5000", method: "cash" };
    const twice = await Promise.all(
      [1, 2].map(() => employee.post(`/api/v1/customers/${elena.id}/payments`, body, { key })),
    );
    assert.ok(
      twice.every(({ status }) => status < 300 || status === 409),
      twice.map(({ text }) => text).join(),
    );
    assert.equal(await balance(elena), "5000.00");
    const gone = await manager.post(`/api/v1/sales/${sale.id}/returns`, { reason: "tampoco" }, { key: randomUUID() });
    assert.equal(gone.status, 201, gone.text);
    // the shop owes now, and the next sale uses it
    assert.equal(await balance(elena), "-5000.00");
  });
});
