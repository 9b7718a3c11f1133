/** Mistakes at the till: money collected for no goods is taken back, and cash leaves the drawer that is at hand. */
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { after, afterEach, before, describe, it } from "mocha";
import type { ApiClient } from "../../../test/harness/api-client.ts";
import { openShop, type Shop } from "../../../test/harness/shop.ts";
import { invariants as accountInvariants } from "../../customers/invariants.ts";
import { assertBooks, cash, type Goods, type ProblemAnswer, ring, type SaleAnswer, stocked } from "./till.ts";
import { standing } from "./two-stores.ts";

interface Collection extends ProblemAnswer {
  id: number;
  amount: string;
  shift_id: number;
  voucher_id: number;
  reverses_id: number | null;
  reversed_by_id: number | null;
  reason: string | null;
}
interface Sold extends ProblemAnswer {
  collection: Collection;
  gift_card: { id: number; code: string };
}

describe("taking back what was a mistake", () => {
  let shop: Shop;
  let manager: ApiClient;
  let employee: ApiClient;
  let rice: Goods;
  before(async () => {
    shop = await openShop();
    [manager, employee] = [await shop.api("manager"), await shop.api("employee")];
    rice = await stocked(shop, { sku: "ARROZ", price: "10000" });
  });
  after(() => shop?.close());
  afterEach(async () => {
    await assertBooks(shop);
    for (const { name, check } of accountInvariants)
      assert.deepEqual(await check(shop.db, { since: undefined, limit: 10 }), [], name);
  });

  const expected = async (shiftId: number) =>
    (await manager.get<{ expected_cash: string }>(`/api/v1/shifts/${shiftId}/x`)).body.expected_cash;
  const reverse = (client: ApiClient, id: number, more: object = {}) =>
    client.post<Collection>(`/api/v1/collections/${id}/reverse`, { reason: "error", ...more }, { key: randomUUID() });
  const sellCard = async (amount: string, code?: string) => {
    const body = { amount, method: "cash", ...(code === undefined ? {} : { code }) };
    return employee.post<Sold>("/api/v1/gift-cards", body, { key: randomUUID() });
  };
  const look = (code: string) =>
    employee.post<{ balance: string; entries: { kind: string }[] }>("/api/v1/vouchers/lookup", { code });
  const owing = async () => {
    const facts = { name: "Ana Ardila", credit_limit: "50000" };
    const { id } = (await manager.post<{ id: number }>("/api/v1/customers", facts, { key: randomUUID() })).body;
    const sale = await ring(employee, {
      items: [{ product_id: rice.id, quantity: "1" }],
      payments: [{ method: "customer_credit", amount: "10000" }],
      customer_id: id,
    });
    assert.equal(sale.status, 201, sale.text);
    return id;
  };
  const payDebt = async (customer: number, amount: string) =>
    (
      await employee.post<Collection>(
        `/api/v1/customers/${customer}/payments`,
        { amount, method: "cash" },
        { key: randomUUID() },
      )
    ).body;
  const balance = async (id: number) =>
    (await manager.get<{ balance: string }>(`/api/v1/customers/${id}`)).body.balance;

  it("a debt payment typed wrong is taken back on its receipt: the customer owes it again, the drawer expects less", async () => {
    const ana = await owing();
    const paid = await payDebt(ana, "10000");
    const before = Number(await expected(paid.shift_id));
    const refused = await reverse(employee, paid.id);
    assert.deepEqual([refused.status, refused.body.code], [403, "APPROVAL_NEEDED"]);
    const browser = await shop.browser("manager");
    const receipt = await browser.get(`/collections/${paid.id}`);
    const unsaid = await receipt.submit("#reverse", { reason: "" });
    assert.equal(unsaid.status, 422);
    const done = await unsaid.submit("#reverse", { reason: "era de otro cliente" });
    assert.match(done.url, /^\/collections\/\d+$/, done.text);
    assert.match(done.text, new RegExp(`Anula el recibo RC-${paid.id}`));
    assert.match(done.text, /era de otro cliente/);
    assert.equal(done.root.querySelector("#reverse"), null);
    const first = await browser.get(`/collections/${paid.id}`);
    assert.match(first.text, /ANULADO/);
    assert.equal(first.root.querySelector("#reverse"), null);
    assert.equal(await balance(ana), "10000.00");
    assert.equal(Number(await expected(paid.shift_id)), before - 10_000);
    const account = await browser.get(`/customers/${ana}`);
    assert.match(account.text, /Abono anulado/);
    const { body } = await manager.get<Collection>(`/api/v1/collections/${paid.id}`);
    const reversal = (await manager.get<Collection>(`/api/v1/collections/${body.reversed_by_id}`)).body;
    assert.deepEqual(
      [reversal.amount, reversal.reverses_id, reversal.reason],
      ["-10000.00", paid.id, "era de otro cliente"],
    );
    const trail = await (await shop.browser("admin")).get("/audit");
    assert.match(trail.text, /Recibo de caja anulado/);
  });

  it("twenty at once take it back once, and what takes back is not taken back", async () => {
    const ana = await owing();
    const paid = await payDebt(ana, "4000");
    const answers = await Promise.all(Array.from({ length: 20 }, () => reverse(manager, paid.id)));
    assert.deepEqual(answers.map(({ status }) => status).sort(), [201, ...Array(19).fill(409)]);
    assert.equal(await balance(ana), "10000.00");
    const { id } = answers.find(({ status }) => status === 201)?.body ?? assert.fail();
    assert.equal((await reverse(manager, id)).body.code, "COLLECTION_REVERSED");
    assert.equal((await reverse(manager, 999_999)).status, 404);
  });

  it("a gift card sold by mistake is empty again and its plastic is sold anew; one that was used stays sold", async () => {
    const { collection, gift_card: card } = (await sellCard("500000", "PLASTIC0001")).body;
    const before = Number(await expected(collection.shift_id));
    const back = await reverse(manager, collection.id);
    assert.equal(back.status, 201, back.text);
    assert.equal(Number(await expected(collection.shift_id)), before - 500_000);
    const { body } = await look(card.code);
    assert.deepEqual([body.balance, body.entries.map(({ kind }) => kind)], ["0.00", ["reversal", "issue"]]);
    const again = await sellCard("50000", "PLASTIC0001");
    assert.equal(again.status, 201, again.text);
    assert.equal((await look(card.code)).body.balance, "50000.00");
    assert.equal((await sellCard("50000", "PLASTIC0001")).status, 422);
    const items = [{ product_id: rice.id, quantity: "1" }];
    const spent = await ring(employee, {
      items,
      payments: [{ method: "gift_card", amount: "10000", reference: card.code }],
    });
    assert.equal(spent.status, 201, spent.text);
    const refused = await reverse(manager, again.body.collection.id);
    assert.deepEqual([refused.status, refused.body.code], [409, "CARD_SPENT"]);
    assert.equal((await look(card.code)).body.balance, "40000.00");
  });

  it("what a blocked or expired card paid comes back as store credit, which can be spent", async () => {
    const { id, code } = (await sellCard("30000")).body.gift_card;
    const buy = (method: string, reference: string, amount: string, quantity: string) =>
      ring(employee, { items: [{ product_id: rice.id, quantity }], payments: [{ method, amount, reference }] });
    const sale = (await buy("gift_card", code, "30000", "3")).body;
    const oneBack = async () => {
      const body = { reason: "x", lines: [{ line: 1, quantity: "1" }] };
      const back = await manager.post(`/api/v1/sales/${sale.id}/returns`, body, { key: randomUUID() });
      assert.equal(back.status, 201, back.text);
      const { rows } = await shop.db.raw("SELECT kind, code, balance_minor FROM vouchers ORDER BY id DESC LIMIT 1");
      return { card: (await look(code)).body.balance, newest: rows[0] };
    };
    const block = (blocked: boolean) =>
      manager.post(`/api/v1/vouchers/${id}/block`, { blocked, reason: "perdida" }, { key: randomUUID() });
    assert.ok((await block(true)).status < 300);
    const lost = await oneBack();
    assert.deepEqual([lost.card, lost.newest.kind, lost.newest.balance_minor], ["0.00", "store_credit", 1_000_000]);
    assert.equal((await buy("store_credit", lost.newest.code, "10000", "1")).status, 201);
    assert.ok((await block(false)).status < 300);
    await shop.db.raw("UPDATE vouchers SET expires_on = '2020-01-01' WHERE id = ?", [id]);
    const expired = await oneBack();
    assert.equal(expired.card, "0.00");
    assert.notEqual(expired.newest.code, lost.newest.code);
    await shop.db.raw("UPDATE vouchers SET expires_on = NULL WHERE id = ?", [id]);
    const good = await oneBack();
    assert.deepEqual([good.card, good.newest.code], ["10000.00", expired.newest.code]);
  });

  it("cash that is not in the drawer is not given back", async () => {
    const { collection } = (await sellCard("1000")).body;
    const all = await expected(collection.shift_id);
    const out = { kind: "out", amount: all, reason: "banco" };
    const path = `/api/v1/shifts/${collection.shift_id}/cash-movements`;
    assert.equal((await manager.post(path, out, { key: randomUUID() })).status, 201);
    const refused = await reverse(manager, collection.id);
    assert.deepEqual([refused.status, refused.body.code], [409, "CASH_SHORT"]);
  });

  it("goods brought back to another register of the store are paid out of its drawer", async () => {
    const admin = await shop.api("admin");
    const other = await admin.post<{ id: number }>("/api/v1/registers", { name: "Caja 2" }, { key: randomUUID() });
    const items = [{ product_id: rice.id, quantity: "1" }];
    const sale = (await ring(employee, { items, payments: cash("10000") })).body;
    const float = await manager.post<{ id: number }>(
      "/api/v1/shifts",
      { register_id: other.body.id, float: "30000" },
      { key: randomUUID() },
    );
    const browser = await standing(await shop.browser("manager"), other.body.id);
    const page = await browser.get(`/sales/${sale.id}/return`);
    const receipt = await page.submit("#return", { quantity_1: "1", reason: "talla" });
    assert.match(receipt.url, /receipt$/, receipt.text);
    assert.equal(await expected(float.body.id), "20000.00");
    const { collection } = (await sellCard("5000")).body;
    const taken = await (await browser.get(`/collections/${collection.id}`)).submit("#reverse", { reason: "error" });
    assert.match(taken.text, /Caja 2/);
    assert.equal(await expected(float.body.id), "15000.00");
    const sold = (await manager.get<SaleAnswer>(`/api/v1/sales/${sale.id}`)).body;
    assert.notEqual(sold.shift_id, float.body.id);
  });
});
