/** Gift cards and store credit: money the shop holds, spent by whoever has the code, never twice. */
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { after, afterEach, before, describe, it } from "mocha";
import type { ApiClient } from "../../../test/harness/api-client.ts";
import { openShop, type Shop } from "../../../test/harness/shop.ts";
import { tamper } from "../../../test/harness/tamper.ts";
import { lookBy, sellCardBy, type Voucher } from "./cards.ts";
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
  stocked,
} from "./till.ts";

describe("gift cards and store credit", () => {
  let shop: Shop;
  let manager: ApiClient;
  let employee: ApiClient;
  let coffee: Goods;
  before(async () => {
    shop = await openShop();
    [manager, employee] = [await shop.api("manager"), await shop.api("employee")];
    coffee = await stocked(shop, { sku: "CAFE", name: "Café", price: "10000", stock: "1000" });
  });
  after(() => shop?.close());
  afterEach(() => assertBooks(shop));

  const sellCard = (amount: string, more: object = {}) => sellCardBy(employee, amount, more);
  const look = (code: string) => lookBy(employee, code);
  const buy = (method: string, reference: string, amount: string, quantity = "1", client = employee) =>
    ring(client, { items: [{ product_id: coffee.id, quantity }], payments: [{ method, amount, reference }] });

  it("a cashier sells a card, its money stands in the shift, and the customer pays with it in two goes", async () => {
    const browser = await shop.browser("employee");
    const page = await browser.get("/vouchers/new");
    const receipt = await page.submit("#gift-card", { amount: "25.000", method: "cash" });
    assert.match(receipt.url, /^\/collections\/\d+$/, receipt.text);
    const code = receipt.root.querySelector("#voucher-code")?.text ?? assert.fail(receipt.text);
    const { rows } = await shop.db.raw("SELECT shift_id FROM collections ORDER BY id DESC LIMIT 1");
    const shift = await manager.get<{ expected_cash: string; total: string }>(`/api/v1/shifts/${rows[0].shift_id}/x`);
    assert.deepEqual([shift.body.expected_cash, shift.body.total], ["25000.00", "0.00"]);

    const payment = await follow(browser, await rung(browser, "CAFE"), 'a[href$="/payment"]');
    const paid = await payment.submit("#payment", { reference_gift_card: code.toLowerCase(), rest: "gift_card" });
    assert.match(paid.url, /receipt$/, paid.text);
    // the receipt tells only the end of the code
    assert.match(paid.text, new RegExp(`Tarjeta regalo ····${code.slice(-4)}`));
    assert.ok(!paid.text.includes(code));
    const again = await follow(browser, await rung(browser, "CAFE", "CAFE"), 'a[href$="/payment"]');
    const short = await again.submit("#payment", { reference_gift_card: code, rest: "gift_card" });
    assert.equal(short.status, 409);
    assert.match(digits(short.text), /15000/);
    const split = await short.submit("#payment", {
      amount_gift_card: "15.000",
      reference_gift_card: code,
      amount_cash: "5.000",
    });
    assert.match(split.url, /receipt$/, split.text);
    assert.equal((await look(code)).balance, "0.00");
    const found = await (await browser.get("/vouchers")).submit("#lookup", { code });
    assert.match(found.url, /^\/vouchers\/\d+$/);
    assert.match(found.text, /Compra/);
  });

  it("twenty at once spend one card once", async () => {
    const { code } = (await sellCard("10000")).body.gift_card;
    const answers = await Promise.all(Array.from({ length: 20 }, () => buy("gift_card", code, "10000")));
    assert.deepEqual(answers.map(({ status }) => status).sort(), [201, ...Array(19).fill(409)]);
    assert.ok(answers.filter(({ status }) => status === 409).every(({ body }) => body.code === "VOUCHER_SHORT"));
  });

  it("two cards in two orders at once: nobody waits for ever", async () => {
    const [one, two] = [(await sellCard("100000")).body.gift_card.code, (await sellCard("100000")).body.gift_card.code];
    const both = (first: string, second: string) =>
      ring(employee, {
        items: [{ product_id: coffee.id, quantity: "1" }],
        payments: [
          { method: "gift_card", amount: "5000", reference: first },
          { method: "gift_card", amount: "5000", reference: second },
        ],
      });
    const answers = await Promise.all(
      Array.from({ length: 16 }, (_, index) => (index % 2 ? both(one, two) : both(two, one))),
    );
    assert.ok(answers.every(({ status }) => status === 201));
    assert.deepEqual([(await look(one)).balance, (await look(two)).balance], ["20000.00", "20000.00"]);
  });

  it("unknown, blocked, expired, taken: said beside the field, and nothing is sold", async () => {
    const { rows } = await shop.db.raw("SELECT count(*)::int AS sales FROM sales");
    const unknown = await buy("gift_card", "NOSUCHCODE", "10000");
    assert.deepEqual([unknown.status, unknown.body.errors?.[0]?.field], [422, "payments.0.reference"]);
    const card = (await sellCard("10000", { code: "plastic-0001" })).body.gift_card;
    assert.equal(card.code, "PLASTIC0001");
    const taken = await sellCard("10000", { code: "PLASTIC 0001" });
    assert.deepEqual([taken.status, taken.body.errors?.[0]?.field], [422, "code"]);
    const past = await sellCard("10000", { expires_on: "2020-01-01" });
    assert.deepEqual([past.status, past.body.errors?.[0]?.field], [422, "expires_on"]);
    assert.equal(
      (await employee.post(`/api/v1/vouchers/${card.id}/block`, { blocked: true, reason: "x" }, { key: randomUUID() }))
        .status,
      403,
    );
    const browser = await shop.browser("manager");
    const page = await browser.get(`/vouchers/${card.id}`);
    await page.submit("#block", { reason: "la perdió" });
    const blocked = await buy("gift_card", card.code, "10000");
    assert.match(blocked.body.errors?.[0]?.message ?? "", /bloqueada|blocked/);
    // one kind is not the other
    const other = await buy("store_credit", card.code, "10000");
    assert.equal(other.status, 422);
    await (await browser.get(`/vouchers/${card.id}`)).submit("#block", { reason: "apareció" });
    assert.equal((await look(card.code)).blocked, false);
    await shop.db.raw("UPDATE vouchers SET expires_on = '2020-01-01' WHERE id = ?", [card.id]);
    const expired = await buy("gift_card", card.code, "10000");
    assert.match(expired.body.errors?.[0]?.message ?? "", /venció|expired/);
    const { rows: after } = await shop.db.raw("SELECT count(*)::int AS sales FROM sales");
    assert.equal(after[0].sales, rows[0].sales);
  });

  it("a balance, an entry or a payment that was changed behind the program's back is found", async () => {
    const { id, code } = (await sellCard("10000")).body.gift_card;
    const sale = (await buy("gift_card", code, "10000")).body;
    const ways = [
      [
        "voucher_balance",
        "vouchers",
        `UPDATE vouchers SET balance_minor = balance_minor + 5 WHERE id = ${id}`,
        `UPDATE vouchers SET balance_minor = balance_minor - 5 WHERE id = ${id}`,
      ],
      [
        "sale_booked",
        "voucher_entries",
        `UPDATE voucher_entries SET sale_id = 999 WHERE sale_id = ${sale.id}`,
        "UPDATE voucher_entries SET sale_id = SALE WHERE sale_id = 999",
      ],
      [
        "sale_booked",
        "voucher_entries",
        `UPDATE voucher_entries SET amount_minor = amount_minor + 1 WHERE voucher_id = ${id} AND kind = 'issue'`,
        `UPDATE voucher_entries SET amount_minor = amount_minor - 1 WHERE voucher_id = ${id} AND kind = 'issue'`,
      ],
    ] as [string, string, string, string][];
    for (const [name, table, sql, undo] of ways) {
      await tamper(shop.db, [table], (tx) => tx.raw(sql));
      const found: string[] = [];
      await shop.kernel.invariants.check("whole", (line) => found.push(line));
      assert.ok(
        found.some((line) => line.startsWith(`${name}: `)),
        `${sql}: ${found}`,
      );
      await tamper(shop.db, [table], (tx) => tx.raw(undo.replace("SALE", String(sale.id))));
    }
  });

  it("a code is money: its receipt tells it in full to who wrote it and who manages them, and its end to everybody else", async () => {
    const sold = await manager.post<{ gift_card: Voucher; collection: { id: number } }>(
      "/api/v1/gift-cards",
      { amount: "10000", method: "cash" },
      { key: randomUUID() },
    );
    const { gift_card: card, collection } = sold.body;
    const sale = (await ring(employee, { items: [{ product_id: coffee.id, quantity: "1" }], payments: cash("10000") }))
      .body;
    const back = await manager.post<SaleAnswer>(
      `/api/v1/sales/${sale.id}/returns`,
      { reason: "x", refund: [{ method: "store_credit", amount: "10000" }] },
      { key: randomUUID() },
    );
    const { rows } = await shop.db.raw("SELECT code FROM vouchers ORDER BY id DESC LIMIT 1");
    const spaced = (code: string) => code.match(/.{1,4}/g)?.join(" ") ?? "";
    const pages = [
      [`/collections/${collection.id}`, spaced(card.code)],
      [`/sales/${back.body.id}/receipt`, spaced(rows[0].code)],
    ] as const;
    const [own, other] = [await shop.browser("manager"), await shop.browser("employee")];
    for (const [path, code] of pages) {
      assert.ok((await own.get(path)).text.includes(code), path);
      const seen = await other.get(path);
      assert.equal(seen.status, 200);
      assert.ok(!seen.text.includes(code), path);
      assert.ok(seen.text.includes(`····${code.slice(-4)}`), path);
    }
    const text = await employee.get(`/api/v1/sales/${back.body.id}/receipt?format=text`);
    assert.ok(!text.text.includes(spaced(rows[0].code)));
    const { url } = (await employee.get<{ url: string }>(`/api/v1/sales/${back.body.id}/link`)).body;
    const shared = await (await shop.browser()).get(url.slice(url.indexOf("/r/")));
    assert.equal(shared.status, 200);
    assert.ok(!shared.text.includes(spaced(rows[0].code)), "by its link");
  });

  it("whoever tries codes, by looking, by paying and by selling, is soon told to wait; others sell on", async () => {
    const strict = await openShop({ env: { RATE_LIMIT_CODES: "3/m" } });
    try {
      const tea = await stocked(strict, { sku: "TE", price: "1000" });
      const [thief, honest] = [await strict.api("employee"), await strict.api("manager")];
      const items = [{ product_id: tea.id, quantity: "1" }];
      const guess = (client: ApiClient) =>
        client.post<ProblemAnswer>("/api/v1/vouchers/lookup", { code: "PLASTIC0002" });
      const pay = (client: ApiClient) =>
        ring(client, { items, payments: [{ method: "gift_card", amount: "1000", reference: "PLASTIC0003" }] });
      const take = (client: ApiClient, code?: string) =>
        client.post<ProblemAnswer>(
          "/api/v1/gift-cards",
          { amount: "1000", method: "cash", code },
          { key: randomUUID() },
        );
      assert.equal((await guess(thief)).status, 422);
      assert.equal((await pay(thief)).status, 422);
      assert.equal((await take(thief, "PLASTIC0004")).status, 201);
      const cart = `/api/v1/carts/${randomUUID()}`;
      assert.equal((await thief.post(`${cart}/items`, { code: "TE" })).status, 200);
      const payCart = (payments?: object[]) =>
        thief.post<ProblemAnswer>(`${cart}/pay`, { expected_total: "1000", payments }, { key: randomUUID() });
      const ofCart = await payCart([{ method: "gift_card", amount: "1000", reference: "PLASTIC0003" }]);
      for (const answer of [await guess(thief), await pay(thief), await take(thief, "PLASTIC0005"), ofCart])
        assert.deepEqual([answer.status, answer.body.code], [429, "RATE_LIMITED"]);
      const browser = await strict.browser("employee");
      assert.equal((await (await browser.get("/vouchers")).submit("#lookup", { code: "PLASTIC0002" })).status, 429);
      const payment = await follow(browser, await rung(browser, "TE"), 'a[href$="/payment"]');
      const typed = await payment.submit("#payment", { rest: "gift_card", reference_gift_card: "PLASTIC0002" });
      assert.equal(typed.status, 429);
      // what names no code counts nothing
      assert.equal((await ring(thief, { items, payments: cash("1000") })).status, 201);
      assert.equal((await take(thief)).status, 201);
      assert.equal((await payCart()).status, 201);
      assert.match((await (await browser.get(payment.url)).submit("#payment", { rest: "cash" })).url, /receipt$/);
      assert.equal((await guess(honest)).status, 422);
    } finally {
      await strict.close();
    }
  });

  it("the list tells no code in full, and only to whoever may see it", async () => {
    assert.equal((await employee.get("/api/v1/vouchers")).status, 403);
    const list = await manager.get<{ data: Voucher[] }>("/api/v1/vouchers");
    assert.ok(list.body.data.length > 5);
    assert.ok(list.body.data.every(({ code }) => /^····.{4}$/.test(code)));
  });
});
