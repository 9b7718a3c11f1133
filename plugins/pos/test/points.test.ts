/** Points: earned by what is paid with money, spent like money, taken back and given back with the goods. */
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import fc from "fast-check";
import { after, afterEach, before, describe, it } from "mocha";
import type { ApiClient } from "../../../test/harness/api-client.ts";
import { openShop, type Shop } from "../../../test/harness/shop.ts";
import { tamper } from "../../../test/harness/tamper.ts";
import { backOf, earnedFor, keptOf, neededFor, worthOf } from "../../customers/points/rules.ts";
import { addCustomer, brokenAccounts } from "./accounts.ts";
import { assertBooks, cash, digits, follow, type Goods, type ProblemAnswer, ring, rung, stocked } from "./till.ts";

interface Customer extends ProblemAnswer {
  id: number;
  points: number;
}

describe("points of customers", () => {
  let shop: Shop;
  let manager: ApiClient;
  let rice: Goods;
  before(async () => {
    shop = await openShop();
    manager = await shop.api("manager");
    rice = await stocked(shop, { sku: "ARROZ", name: "Arroz", price: "10000", stock: "1000" });
  });
  after(() => shop?.close());
  afterEach(async () => {
    await assertBooks(shop);
    assert.deepEqual(await brokenAccounts(shop), []);
  });

  const hire = (name: string) => addCustomer(manager, name);
  const points = async (id: number) => (await manager.get<Customer>(`/api/v1/customers/${id}`)).body.points;
  const buy = (id: number, quantity: string, payments: object[], key?: string) =>
    ring(manager, { items: [{ product_id: rice.id, quantity }], payments, customer_id: id }, key);
  const back = (sale: number, quantity: string) =>
    manager.post<ProblemAnswer & { payments: { method: string; amount: string; reference: string }[] }>(
      `/api/v1/sales/${sale}/returns`,
      { reason: "no era", lines: [{ line: 1, quantity }] },
      { key: randomUUID() },
    );

  it("there are none until the owner says what earns and what pays", async () => {
    const ana = await hire("Ana Ardila");
    assert.equal((await buy(ana, "2", cash("20000"))).status, 201);
    assert.equal(await points(ana), 0);
    const admin = await shop.browser("admin");
    const settings = await admin.get("/settings");
    const saved = await settings.submit("form[action='/settings']", {
      "customers.points_earn": "1000",
      "customers.points_value": "50",
      "customers.points_minimum": "20",
    });
    assert.equal(saved.status, 200, saved.text);
    assert.equal((await settings.submit("form[action='/settings']", { "customers.points_earn": "-1" })).status, 422);
  });

  it("a sale earns, the receipt and the till tell, and so many pay the next one; what they paid earns nothing", async () => {
    const bea = await hire("Bea Bueno");
    const sale = (await buy(bea, "3", cash("30500"))).body;
    assert.equal(await points(bea), 30);
    const browser = await shop.browser("employee");
    assert.match((await browser.get(`/sales/${sale.id}/receipt`)).text, /Puntos de este documento: 30\. Quedan: 30\./);
    const register = await rung(browser, "ARROZ");
    const found = await (await follow(browser, register, "#customer")).submit("#find-customer", { q: "bueno" });
    const chosen = await found.submit("#choose-customer", { customer_id: String(bea) });
    assert.match(chosen.root.querySelector("#points")?.text ?? "", /30 puntos \(\$\s?1\.500\)/);
    const payment = await follow(browser, chosen, 'a[href$="/payment"]');
    const much = await payment.submit("#payment", { amount_points: "1.550", amount_cash: "8.450" });
    assert.equal(much.status, 409);
    assert.match(digits(much.root.querySelector("[role=alert], .message")?.text ?? ""), /1500/);
    const receipt = await much.submit("#payment", { amount_points: "1.500", amount_cash: "8.500" });
    assert.match(receipt.url, /receipt$/, receipt.text);
    assert.match(receipt.text, /Puntos 30 pts/);
    assert.match(receipt.text, /Puntos de este documento: 8\. Quedan: 8\./);
    assert.equal(await points(bea), 8);
    const page = await browser.get(`/customers/${bea}`);
    const ledger = await follow(browser, page, `a[href="/customers/${bea}/points"]`);
    assert.match(ledger.text, /Pago con puntos/);
    assert.equal(ledger.root.querySelector("#points")?.text, "8");
    const few = await buy(bea, "1", [{ method: "points", amount: "400" }, ...cash("9600")]);
    assert.deepEqual([few.status, few.body.code], [409, "POINTS_SHORT"], "fewer than may be spent");
    const nobody = await ring(manager, {
      items: [{ product_id: rice.id, quantity: "1" }],
      payments: [{ method: "points", amount: "10000" }],
    });
    assert.deepEqual([nobody.status, nobody.body.code], [422, "CUSTOMER_NEEDED"]);
  });

  it("goods that come back take what they earned, and give back what paid them, to the last point", async () => {
    const caro = await hire("Caro Cano");
    await buy(caro, "10", cash("100000"));
    assert.equal(await points(caro), 100);
    // 70 points pay 3,500 of 30,000; the other 26,500 earn 26
    const sale = (await buy(caro, "3", [{ method: "points", amount: "3500" }, ...cash("26500")])).body;
    assert.equal(await points(caro), 56);
    const first = await back(sale.id, "1");
    assert.equal(first.status, 201, first.text);
    const [refund] = first.body.payments;
    assert.deepEqual([refund?.method, refund?.amount, refund?.reference], ["points", "-3500.00", "70 pts"]);
    // 6,500 of 26,500 came back in cash: 19 of 26 stay
    assert.equal(await points(caro), 56 + 70 - 7);
    assert.equal((await back(sale.id, "2")).status, 201);
    assert.equal(await points(caro), 100);
    const { body } = await manager.get<{ data: { kind: string; points: number }[] }>(
      `/api/v1/customers/${caro}/points`,
    );
    assert.deepEqual(body.data.map(({ kind, points: moved }) => [kind, moved]).reverse(), [
      ["earn", 100],
      ["spend", -70],
      ["earn", 26],
      ["refund", 70],
      ["reverse", -7],
      ["reverse", -19],
    ]);
  });

  it("points that were spent and then lost are owed, and paid by what is bought next", async () => {
    const dora = await hire("Dora Daza");
    const first = (await buy(dora, "4", cash("40000"))).body;
    await buy(dora, "1", [{ method: "points", amount: "2000" }, ...cash("8000")]);
    assert.equal(await points(dora), 8);
    assert.equal((await back(first.id, "4")).status, 201);
    assert.equal(await points(dora), -32);
    assert.equal((await buy(dora, "4", cash("40000"))).status, 201);
    assert.equal(await points(dora), 8);
  });

  it("twenty tills at once spend no point twice, and a double click spends once", async () => {
    const eva = await hire("Eva Escobar");
    await buy(eva, "10", cash("100000"));
    const pay = [{ method: "points", amount: "5000" }, ...cash("5000")];
    const answers = await Promise.all(Array.from({ length: 20 }, () => buy(eva, "1", pay)));
    const codes = answers.map(({ status, body }) => (status === 201 ? "sold" : body.code)).sort();
    assert.deepEqual(codes, [...Array(19).fill("POINTS_SHORT"), "sold"]);
    assert.equal(await points(eva), 5);
    await buy(eva, "10", cash("100000"));
    const key = randomUUID();
    const twice = await Promise.all([1, 2].map(() => buy(eva, "1", pay, key)));
    assert.ok(twice.some(({ status }) => status === 201));
    assert.equal(await points(eva), 10);
  });

  it("what is changed behind the program's back is found", async () => {
    const ways: [table: string, sql: string, undo: string, name: RegExp][] = [
      ["customers", "UPDATE customers SET points = points + 1 WHERE id = 2", "points - 1", /customer_points/],
      [
        "point_entries",
        "UPDATE point_entries SET points = points - 1 WHERE kind = 'reverse' AND document_type = 'return'",
        "",
        /sale_points|customer_points/,
      ],
    ];
    for (const [table, sql, , name] of ways) {
      await tamper(shop.db, [table], (tx) => tx.raw(sql));
      assert.match((await brokenAccounts(shop)).join("\n"), name);
      const undone = sql.includes("+ 1") ? sql.replace("+ 1", "- 1") : sql.replace("- 1", "+ 1");
      await tamper(shop.db, [table], (tx) => tx.raw(undone));
    }
  });
});

describe("the rules of points", () => {
  const money = fc.integer({ min: 0, max: 1_000_000_000 });

  it("whole points, never rounded for the customer: what returns leave is never more than was bought for", () => {
    fc.assert(
      fc.property(
        money,
        fc.integer({ min: 1, max: 500_000 }),
        fc.array(money, { maxLength: 6 }),
        (whole, per, parts) => {
          const earned = earnedFor(whole, { earnMinor: per, valueMinor: 1, minimum: 0 });
          assert.ok(earned * per <= whole && (earned + 1) * per > whole);
          let left = whole;
          let kept = earned;
          for (const part of parts) {
            left = Math.max(left - part, 0);
            const now = keptOf(earned, whole, left);
            assert.ok(now <= kept && now >= 0 && now * per <= left);
            kept = now;
          }
          assert.equal(keptOf(earned, whole, 0), 0);
          assert.equal(keptOf(earned, whole, whole), whole === 0 ? 0 : earned);
        },
      ),
    );
  });

  it("what pays is worth at least what it pays, and comes back whole when all comes back", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 1_000_000 }),
        fc.integer({ min: 1, max: 100_000 }),
        money,
        (paid, value, part) => {
          const rules = { earnMinor: 1, valueMinor: value, minimum: 0 };
          const points = neededFor(paid, rules);
          assert.ok(worthOf(points, rules) >= paid && worthOf(points - 1, rules) < paid);
          assert.ok(backOf(points, paid, part) <= points);
          assert.equal(backOf(points, paid, paid), points);
        },
      ),
    );
  });
});
