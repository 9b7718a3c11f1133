/** Promotions in the shop: made on a page, taken at the till and by programs, named on everything that tells of the sale. */
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { after, afterEach, before, describe, it } from "mocha";
import type { ApiClient } from "../../../test/harness/api-client.ts";
import { openShop, type Shop } from "../../../test/harness/shop.ts";
import {
  assertBooks,
  cash,
  digits,
  follow,
  type Goods,
  type ProblemAnswer,
  payment,
  ring,
  rung,
  type SaleAnswer,
  saleIdOf,
  scan,
  stocked,
} from "./till.ts";

interface Taken {
  id: number;
  name: string;
  amount: string;
}
type Sold = Omit<SaleAnswer, "lines"> & { promotions: Taken[]; lines: { promotion: Taken | null; discount: string }[] };
interface Answer extends ProblemAnswer {
  id: number;
  name: string;
  kind: string;
  ended_at: string | null;
  product_ids: number[];
  data: Answer[];
}

const ALWAYS = { kind: "percent", percent_bp: 1000, starts_on: "2020-01-01" };

describe("promotions", () => {
  let shop: Shop;
  let manager: ApiClient;
  let employee: ApiClient;
  let soap: Goods;
  let milk: Goods;
  let salt: Goods;
  before(async () => {
    shop = await openShop();
    [manager, employee] = [await shop.api("manager"), await shop.api("employee")];
    soap = await stocked(shop, { sku: "JABON", name: "Jabón", price: "3000", tax_rate_bp: 1900, category: "Aseo" });
    milk = await stocked(shop, { sku: "LECHE", name: "Leche", price: "4000", tax_rate_bp: 0, category: "Lácteos" });
    salt = await stocked(shop, { sku: "SAL", name: "Sal", price: "1000", tax_rate_bp: 0 });
  });
  after(() => shop?.close());
  afterEach(async () => {
    await assertBooks(shop);
    const { body } = await manager.get<Answer>("/api/v1/promotions?limit=100");
    for (const { id } of body.data) await manager.post(`/api/v1/promotions/${id}/end`, {});
  });

  const make = async (facts: object, client = manager) =>
    client.post<Answer>("/api/v1/promotions", { name: "Promo", ...ALWAYS, ...facts }, { key: randomUUID() });
  const made = async (facts: object): Promise<Answer> => {
    const answer = await make(facts);
    assert.equal(answer.status, 201, answer.text);
    return answer.body;
  };
  const sell = async (items: [Goods, string][], more: object = {}) => {
    const sale = await ring(employee, {
      items: items.map(([{ id }, quantity]) => ({ product_id: id, quantity })),
      payments: cash("100000"),
      ...more,
    });
    assert.equal(sale.status, 201, sale.text);
    return sale.body as unknown as Sold;
  };
  const totalOf = (page: { root: { querySelector(selector: string): { text: string } | null } }) =>
    digits(page.root.querySelector(".pos-total strong")?.text ?? "");

  it("the manager makes a 3 for 2 on a page; a faulty one is told at its fields and keeps what was typed", async () => {
    const browser = await shop.browser("manager");
    const form = await browser.get("/promotions/new");
    const typed = { name: "3x2 en jabón", kind: "n_for_m", take: "3", pay: "3", products: "JABON\nNADIE" };
    const wrong = await form.submit("#promotion", typed);
    assert.equal(wrong.status, 422);
    assert.match(wrong.root.querySelector("#pay-error")?.text ?? "", /menos/);
    const unknown = await wrong.submit("#promotion", { pay: "2" });
    assert.match(unknown.root.querySelector("#products-error")?.text ?? "", /NADIE/);
    assert.equal(unknown.fields("#promotion")["take"], "3");
    const list = await unknown.submit("#promotion", { products: "JABON" });
    assert.equal(list.url, "/promotions", list.text);
    assert.match(list.text, /3x2 en jabón[\s\S]*Lleve 3, pague 2[\s\S]*vigente/);

    const cashier = await shop.browser("employee");
    let page = await rung(cashier, "3*JABON", "LECHE");
    assert.equal(totalOf(page), "10000");
    assert.match(page.root.querySelector(".pos-promotions")?.text ?? "", /3x2 en jabón/);
    assert.match(digits(page.root.querySelector(".pos-promotions b")?.text ?? ""), /3000/);
    page = await scan(page, "JABON");
    assert.equal(totalOf(page), "13000");
    const receipt = await page.submit("#pay-form", { amount: "20.000" });
    const id = saleIdOf(receipt);
    assert.match(receipt.text, /3x2 en jabón -\$\s?3\.000/);
    const { body } = await employee.get<Sold>(`/api/v1/sales/${id}`);
    assert.deepEqual(
      body.promotions.map(({ name, amount }) => [name, amount]),
      [["3x2 en jabón", "3000.00"]],
    );
    assert.equal(body.total, "13000.00");
    assert.match((await cashier.get(`/sales/${id}`)).text, /3x2 en jabón[\s\S]*-\$\s?3\.000/);

    // another name and another offer: what was sold stays as it was sold
    const one = await follow(browser, await browser.get("/promotions"), 'th a[href^="/promotions/"]');
    await one.submit("#promotion", { name: "Otra", take: "2", pay: "1" });
    assert.match((await cashier.get(`/sales/${id}/receipt`)).text, /3x2 en jabón/);
    assert.equal(totalOf(await rung(cashier, "2*JABON")), "3000");
    const ended = await (await browser.get(one.url)).submit("#promotion-end", {});
    assert.match(ended.text, /terminó/);
    assert.equal(totalOf(await rung(cashier, "2*JABON")), "6000");
    assert.match((await browser.get("/promotions?ended=1")).text, /Otra/);
  });

  it("of several the one that takes most holds for a product; categories, quantities and everything", async () => {
    const dairy = await categoryOf("Lácteos");
    await made({ name: "Todo", percent_bp: 500 });
    await made({ name: "Lácteos", category_ids: [dairy], percent_bp: 1000 });
    await made({ name: "Tres leches", kind: "quantity", from_quantity: "3", percent_bp: 2500, product_ids: [milk.id] });
    const two = await sell([
      [milk, "2"],
      [salt, "1"],
    ]);
    assert.deepEqual(
      two.lines.map(({ promotion }) => [promotion?.name, promotion?.amount]),
      [
        ["Lácteos", "800.00"],
        ["Todo", "50.00"],
      ],
    );
    assert.equal(two.total, "8150.00");
    const three = await sell([
      [milk, "2"],
      [milk, "1"],
    ]);
    assert.deepEqual(
      three.promotions.map(({ name, amount }) => [name, amount]),
      [["Tres leches", "3000.00"]],
    );
  });

  it("only on its days, at its hours, in its stores and for its group", async () => {
    const { body: stores } = await manager.get<{ data: { id: number; time_zone?: string }[] }>("/api/v1/stores");
    const store = stores.data[0]?.id;
    const clock = new Intl.DateTimeFormat("en-GB", {
      timeZone: "America/Bogota",
      hour: "2-digit",
      minute: "2-digit",
      hourCycle: "h23",
    });
    const [hour = 0, minute = 0] = clock.format(new Date()).split(":").map(Number);
    const at = (minutes: number) => {
      const of = (hour * 60 + minute + minutes + 1440) % 1440;
      return `${String(Math.floor(of / 60)).padStart(2, "0")}:${String(of % 60).padStart(2, "0")}`;
    };
    const group = await manager.post<Answer>("/api/v1/customer-groups", { name: "Club" }, { key: randomUUID() });
    const member = await manager.post<Answer>(
      "/api/v1/customers",
      { name: "Ana", group_id: group.body.id },
      { key: randomUUID() },
    );
    const cases: [string, object, string, object?][] = [
      ["hours that run, perhaps over midnight", { from_time: at(-120), to_time: at(120) }, "900.00"],
      ["hours that are over", { from_time: at(120), to_time: at(240) }, "1000.00"],
      ["a store of the shop", { store_ids: [store] }, "900.00"],
      ["yesterday's", { ends_on: "2020-01-02" }, "1000.00"],
      ["to come", { starts_on: "2999-01-01" }, "1000.00"],
      ["every weekday", { weekdays: [1, 2, 3, 4, 5, 6, 7] }, "900.00"],
      ["a group, for a stranger", { group_ids: [group.body.id] }, "1000.00"],
      ["a group, for its member", { group_ids: [group.body.id] }, "900.00", { customer_id: member.body.id }],
    ];
    for (const [what, facts, total, more] of cases) {
      const { id } = await made(facts);
      assert.equal((await sell([[salt, "1"]], more)).total, total, what);
      await manager.post(`/api/v1/promotions/${id}/end`, {});
    }
  });

  it("a discount by hand comes after it, its limit does not count it, and loss insight tells only the hand", async () => {
    await made({ percent_bp: 5000 });
    const half = await ring(employee, {
      items: [{ product_id: milk.id, quantity: "1", discount: "200", discount_reason: "golpeada" }],
      payments: cash("10000"),
    });
    assert.equal(half.status, 201, half.text);
    assert.deepEqual([half.body.total, half.body.discount], ["1800.00", "2200.00"]);
    const receipt = await (await shop.browser("employee")).get(`/sales/${half.body.id}/receipt`);
    assert.match(receipt.text, /Promo -\$\s?2\.000[\s\S]*Descuento -\$\s?200/);
    const { rows } = await shop.db.raw("SELECT business_date FROM sales WHERE id = ?", [half.body.id]);
    const day = rows[0].business_date;
    const loss = await (await shop.browser("manager")).get(`/loss?from=${day}&to=${day}`);
    assert.match(loss.text, /\$\s?200/);
    assert.doesNotMatch(loss.text, /\$\s?2\.200/);
  });

  it("what comes back gives back its part of the promotion, to the last peso", async () => {
    await made({ name: "3x2", kind: "n_for_m", percent_bp: null, take: 3, pay: 2, product_ids: [soap.id] });
    const sale = await sell([[soap, "3"]]);
    assert.equal(sale.total, "6000.00");
    const back = async () => {
      const body = { reason: "no le gustó", lines: [{ line: 1, quantity: "1" }] };
      const answer = await manager.post<Sold>(`/api/v1/sales/${sale.id}/returns`, body, { key: randomUUID() });
      assert.equal(answer.status, 201, answer.text);
      return [answer.body.total, answer.body.promotions[0]?.amount];
    };
    for (let part = 0; part < 3; part += 1) assert.deepEqual(await back(), ["-2000.00", "-1000.00"]);
  });

  it("a promotion that ends while the customer stands there: the page says the total changed, nothing is charged", async () => {
    const { id } = await made({ percent_bp: 1000 });
    const browser = await shop.browser("employee");
    const page = await rung(browser, "SAL");
    assert.equal(totalOf(page), "900");
    const pay = payment(page, "1000");
    await manager.post(`/api/v1/promotions/${id}/end`, {});
    const refused = await browser.post(pay.path, pay.fields);
    assert.equal(refused.status, 409);
    assert.equal(totalOf(refused), "1000");
  });

  it("bad ones are refused by field; who may not makes none; twenty of one key are one", async () => {
    const faults: [object, string][] = [
      [{ percent_bp: 10_001 }, "percent_bp"],
      [{ percent_bp: null }, "percent_bp"],
      [{ kind: "quantity" }, "from_quantity"],
      [{ kind: "quantity", from_quantity: "0" }, "from_quantity"],
      [{ kind: "n_for_m", take: 2, pay: 2 }, "pay"],
      [{ kind: "n_for_m", take: 1, pay: 1 }, "take"],
      [{ ends_on: "2019-12-31" }, "ends_on"],
      [{ from_time: "10:00" }, "to_time"],
      [{ from_time: "10:00", to_time: "10:00" }, "to_time"],
      [{ from_time: "25:00", to_time: "10:00" }, "from_time"],
      [{ weekdays: [8] }, "weekdays.0"],
      [{ product_ids: [999_999] }, "product_ids"],
      [{ category_ids: [999_999] }, "category_ids"],
      [{ group_ids: [999_999] }, "group_ids"],
    ];
    for (const [facts, field] of faults) {
      const answer = await make(facts);
      assert.deepEqual([answer.status, answer.body.errors?.[0]?.field], [422, field], JSON.stringify(facts));
    }
    assert.equal((await make({ store_ids: [999_999] })).body.code, "STORE_NOT_YOURS");
    assert.equal((await make({}, employee)).status, 403);
    assert.equal((await (await shop.browser("employee")).get("/promotions")).status, 403);
    const key = randomUUID();
    const body = { name: "Una", ...ALWAYS };
    const twenty = await Promise.all(
      Array.from({ length: 20 }, () => manager.post<Answer>("/api/v1/promotions", body, { key })),
    );
    assert.equal(new Set(twenty.filter(({ status }) => status < 300).map((one) => one.body.id)).size, 1);
    const { rows } = await shop.db.raw("SELECT count(*)::int AS made FROM promotions WHERE name = 'Una'");
    assert.equal(rows[0].made, 1);
    const { body: over } = await manager.post<Answer>(`/api/v1/promotions/${twenty[0]?.body.id}/end`, {});
    assert.notEqual(over.ended_at, null);
    assert.equal((await manager.put<Answer>(`/api/v1/promotions/${over.id}`, body)).body.code, "PROMOTION_ENDED");
  });

  async function categoryOf(name: string): Promise<number> {
    const { rows } = await shop.db.raw("SELECT id FROM categories WHERE name = ?", [name]);
    return rows[0].id;
  }
});
