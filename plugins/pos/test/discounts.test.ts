/** Discounts at the till: what is shown is charged, stored and printed; beyond the limit somebody approves. */
import assert from "node:assert/strict";
import { after, before, describe, it } from "mocha";
import type { ApiClient } from "../../../test/harness/api-client.ts";
import type { Browser, Page } from "../../../test/harness/browser.ts";
import { openShop, people, type Shop } from "../../../test/harness/shop.ts";
import { assertBooks, cartOf, cash, digits, type Goods, ring, rung, stocked } from "./till.ts";

const PIN = "402857";

describe("discounts", () => {
  let shop: Shop;
  let goods: Goods;
  let employee: ApiClient;
  before(async () => {
    shop = await openShop();
    goods = await stocked(shop, { sku: "VINO", name: "Vino", price: "40000" });
    await stocked(shop, { sku: "PAN", name: "Pan", price: "3333" });
    employee = await shop.api("employee");
    const manager = await shop.api("manager");
    const set = await manager.put("/api/v1/auth/pin", { current_password: people.manager.password, pin: PIN });
    assert.equal(set.status, 204, set.text);
  });
  after(async () => {
    try {
      await assertBooks(shop);
    } finally {
      await shop.close();
    }
  });

  const discountOn = async (browser: Browser, register: Page, typed: object, where: "line" | "sale" = "sale") => {
    const link = register.root.querySelector(
      where === "line" ? '.pos-line a[href$="/discount"]' : '.pos-pay a[href$="/discount"]',
    );
    const page = await browser.get(link?.getAttribute("href") ?? assert.fail("no link to the discount"));
    return page.submit("#discount", typed as Record<string, string>);
  };

  it("within the limit a cashier gives it alone: shown, charged, stored and printed are the same", async () => {
    const browser = await shop.browser("employee");
    const given = await discountOn(browser, await rung(browser, "VINO", "PAN"), {
      percent: "5",
      reason: "Cliente fiel",
    });
    assert.match(given.text, /Descuento aplicado/);
    // 43333 - 2166,65
    assert.match(digits(given.root.querySelector(".pos-total")?.text ?? ""), /^4116635$/);
    const receipt = await given.submit("#pay-form", { amount: "50000" });
    assert.match(receipt.url, /receipt$/);
    assert.match(digits(receipt.text), /4116635/);
    assert.match(digits(receipt.text), /216665/);
    const { rows } = await shop.db.raw(
      "SELECT total_minor, discount_minor, change_minor FROM sales ORDER BY id DESC LIMIT 1",
    );
    assert.deepEqual(rows[0], { total_minor: 4_116_635, discount_minor: 216_665, change_minor: 883_365 });
    const { rows: trail } = await shop.db.raw(
      "SELECT user_name, after, reason FROM audit_log WHERE action = 'discount.given'",
    );
    assert.deepEqual(trail, [{ user_name: "emilio", after: { percent_bp: 500 }, reason: "Cliente fiel" }]);
  });

  it("beyond the limit a manager's PIN approves it, and without one nothing changes", async () => {
    const browser = await shop.browser("employee");
    const register = await rung(browser, "VINO");
    const asked = await discountOn(browser, register, { amount: "10.000", reason: "Etiqueta rota" }, "line");
    assert.equal(asked.status, 403);
    assert.ok(asked.root.querySelector("#approval"), asked.text);
    assert.doesNotMatch((await browser.get(register.url)).text, /-\s?\$/);
    const given = await asked.submit("#approval", { _approver: people.manager.username, _pin: PIN });
    assert.equal(given.url, `/pos/carts/${cartOf(register)}`);
    assert.match(digits(given.root.querySelector(".pos-total")?.text ?? ""), /^30000/);
    const gone = await discountOn(browser, given, { percent: "", amount: "" }, "line");
    assert.match(gone.text, /Se quitó el descuento/);
    assert.match(digits(gone.root.querySelector(".pos-total")?.text ?? ""), /^40000/);
  });

  it("what was approved for one is not stretched to more: the sale is not paid until it is given again", async () => {
    const browser = await shop.browser("employee");
    const register = await rung(browser, "VINO");
    const asked = await discountOn(browser, register, { percent: "50", reason: "Etiqueta rota" }, "line");
    assert.match(asked.text, /1 un · Vino/, "the manager sees what is asked for");
    assert.match(digits(asked.text), /4000020000/);
    const given = await asked.submit("#approval", { _approver: people.manager.username, _pin: PIN });
    const more = await given.submit(".pos-line", { quantity: "10", do: "set" });
    const refused = await more.submit("#pay-form", { amount: "200000" });
    assert.equal(refused.status, 409);
    assert.match(refused.text, /Aplique el descuento otra vez/);
    const less = await refused.submit(".pos-line", { quantity: "1", do: "set" });
    assert.match((await less.submit("#pay-form", { amount: "20000" })).url, /receipt$/);
  });

  it("on the lines and on the sale they count together: the limit is not had twice", async () => {
    const browser = await shop.browser("employee");
    const limit = "5";
    const onLine = await discountOn(browser, await rung(browser, "VINO"), { percent: limit, reason: "Fiel" }, "line");
    assert.match(onLine.text, /Descuento aplicado/);
    const asked = await discountOn(browser, onLine, { percent: limit, reason: "Fiel" });
    assert.deepEqual([asked.status, asked.root.querySelector("#approval") !== null], [403, true]);
    const given = await asked.submit("#approval", { _approver: people.manager.username, _pin: PIN });
    assert.match(digits(given.root.querySelector(".pos-total")?.text ?? ""), /^36100/);
    assert.match((await given.submit("#pay-form", { amount: "" })).url, /receipt$/);

    const onSale = await discountOn(browser, await rung(browser, "VINO"), { percent: limit, reason: "Fiel" });
    const again = await discountOn(browser, onSale, { percent: limit, reason: "Fiel" }, "line");
    assert.equal(again.status, 403);
    const items = [{ product_id: goods.id, quantity: "1", discount: "2000", discount_reason: "Fiel" }];
    const program = { items, discount: "1900", discount_reason: "Fiel", payments: cash("36100") };
    assert.equal((await ring(employee, program)).body.code, "APPROVAL_NEEDED");
    const part = { items: [{ ...items[0], discount: "1000" }], discount: "1000", discount_reason: "Fiel" };
    assert.equal((await ring(employee, { ...part, payments: cash("38000") })).status, 201);
  });

  it("of goods with the tax on top the limit is of the price, not of the tax: at the till as for programs", async () => {
    const kit = await stocked(shop, { sku: "MAYOR", price: "10000", tax_rate_bp: 1900, tax_kind: "added" });
    const browser = await shop.browser("employee");
    for (const where of ["line", "sale"] as const) {
      const asked = await discountOn(browser, await rung(browser, "MAYOR"), { amount: "550", reason: "Fiel" }, where);
      assert.equal(asked.status, 403, where);
      const given = await discountOn(browser, await rung(browser, "MAYOR"), { percent: "5", reason: "Fiel" }, where);
      assert.match(given.text, /Descuento aplicado/, where);
      assert.match((await given.submit("#pay-form", { amount: "" })).url, /receipt$/);
    }
    const items = [{ product_id: kit.id, quantity: "1", discount: "550", discount_reason: "Fiel" }];
    assert.equal((await ring(employee, { items, payments: cash("20000") })).body.code, "APPROVAL_NEEDED");
  });

  it("bad input keeps what was typed and says beside the field what is wrong", async () => {
    const browser = await shop.browser("employee");
    const register = await rung(browser, "PAN");
    for (const [typed, field] of [
      [{ percent: "0", reason: "x" }, "percent"],
      [{ percent: "101", reason: "x" }, "percent"],
      [{ percent: "12,345", reason: "x" }, "percent"],
      [{ percent: "5", amount: "5", reason: "x" }, "amount"],
      [{ percent: "5", reason: "" }, "reason"],
      [{ amount: "-5", reason: "x" }, "amount"],
    ] as const) {
      const refused = await discountOn(browser, register, typed);
      assert.equal(refused.status, 422, JSON.stringify(typed));
      assert.ok(refused.root.querySelector(`#${field}-error`), JSON.stringify(typed));
      if ("percent" in typed) assert.equal(refused.fields("#discount")["percent"], typed.percent);
    }
  });

  it("a discount larger than the sale leaves nothing to pay, never less", async () => {
    const browser = await shop.browser("manager");
    const given = await discountOn(browser, await rung(browser, "PAN"), { amount: "999.999", reason: "Regalo" });
    assert.equal(digits(given.root.querySelector(".pos-total")?.text ?? ""), "0");
    const receipt = await given.submit("#pay-form", { amount: "" });
    assert.match(receipt.url, /receipt$/, receipt.text);
  });

  it("a program gives them with a reason, and beyond the limit with an approval", async () => {
    const item = { product_id: goods.id, quantity: "1", discount: "2000.00", discount_reason: "Promoción" };
    const within = await ring(employee, { items: [item], payments: cash("38000.00"), expected_total: "38000.00" });
    assert.equal(within.status, 201, within.text);
    assert.deepEqual([within.body.discount, within.body.lines[0]?.["discount"]], ["2000.00", "2000.00"]);
    const whole = {
      items: [{ product_id: goods.id, quantity: "1" }],
      discount: "10000.00",
      discount_reason: "Promoción",
    };
    const beyond = await ring(employee, { ...whole, payments: cash("30000.00") });
    assert.deepEqual(
      [beyond.status, beyond.body.code, beyond.body["permission"]],
      [403, "APPROVAL_NEEDED", "pos.discount"],
    );
    const approval = { permission: "pos.discount", username: people.manager.username, pin: PIN };
    const approved = await ring(employee, { ...whole, payments: cash("30000.00"), approval });
    assert.equal(approved.status, 201, approved.text);
    assert.equal(approved.body.total, "30000.00");
  });
});
