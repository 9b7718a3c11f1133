/** A PIN is good for what its page showed: what a browser or another one changes meanwhile is shown anew, and asked for again. */
import assert from "node:assert/strict";
import { after, before, describe, it } from "mocha";
import type { Browser, Page } from "../../../test/harness/browser.ts";
import { openShop, people, type Shop } from "../../../test/harness/shop.ts";
import { until } from "../../../test/harness/until.ts";
import { assertBooks, cartOf, digits, follow, rung, scan, stocked } from "./till.ts";

const PIN = "402857";
const approve = { _approver: people.manager.username, _pin: PIN };
const CHANGED = /Lo que se pide cambió.*Revíselo/;

describe("what a manager approves is what the page showed", () => {
  let shop: Shop;
  let cashier: Browser;
  /** the same cashier's phone */
  let second: Browser;
  before(async () => {
    shop = await openShop();
    await stocked(shop, { sku: "VINO", name: "Vino", price: "40000", stock: "900" });
    await stocked(shop, { sku: "PAN", name: "Pan", price: "3000", stock: "900" });
    const manager = await shop.api("manager");
    const set = await manager.put("/api/v1/auth/pin", { current_password: people.manager.password, pin: PIN });
    assert.equal(set.status, 204, set.text);
    cashier = await shop.browser("employee");
    second = await shop.browser("employee");
  });
  after(async () => {
    try {
      await assertBooks(shop);
    } finally {
      await shop.close();
    }
  });

  const askPrice = async (register: Page, price: string) =>
    (await follow(cashier, register, '.pos-line a[href$="/price"]')).submit("#price", { price, reason: "Roto" });
  const askDiscount = async (register: Page, percent: string) =>
    (await follow(cashier, register, '.pos-pay a[href$="/discount"]')).submit("#discount", { percent, reason: "Roto" });
  const lineOf = async (register: Page) =>
    (
      await shop.db.raw("SELECT quantity_milli, unit_price_minor, list_price_minor FROM cart_lines WHERE cart_id = ?", [
        cartOf(register),
      ])
    ).rows[0];
  const count = async (action: string) =>
    (await shop.db.raw("SELECT count(*)::int AS many FROM audit_log WHERE action = ?", [action])).rows[0].many;
  const somebodyWaits = () =>
    until(async () => {
      const { rows } = await shop.db.raw("SELECT count(*)::int AS waiting FROM pg_locks WHERE NOT granted");
      return rows[0].waiting > 0;
    });
  const assertAskedAnew = (page: Page, notice = CHANGED) => {
    assert.equal(page.status, 409, page.text);
    assert.match(page.root.querySelector('[role="alert"]')?.text ?? page.text, notice);
    assert.equal(page.fields("#approval")["_pin"], "", "the PIN is not written back");
    assert.equal(page.fields("#approval")["_approver"], people.manager.username, "who approves stays chosen");
  };

  it("a price edited in the page after it was drawn is shown before a PIN is good for it; no PIN is tried for it", async () => {
    const register = await rung(cashier, "VINO");
    let asking = await askPrice(register, "39000");
    const [granted, refused] = [await count("approval.granted"), await count("approval.refused")];
    for (const [turn, pin] of ["111222", "111223", "111224", "111225", "111226", "111227", PIN].entries()) {
      asking = await asking.submit("#approval", { ...approve, price: String(turn + 1), _pin: pin });
      assertAskedAnew(asking);
      assert.match(asking.root.querySelector("section ul")?.text ?? "", new RegExp(`40\\.000\\D+${turn + 1}\\D`));
    }
    assert.equal((await lineOf(register)).unit_price_minor, 4_000_000);
    assert.deepEqual([await count("approval.granted"), await count("approval.refused")], [granted, refused]);
    // the manager sees 7 now, and means it
    const done = await asking.submit("#approval", approve);
    assert.equal(done.url, `/pos/carts/${cartOf(register)}`, done.text);
    assert.equal((await lineOf(register)).unit_price_minor, 700);
  });

  it("the quantity raised on another screen of the same cashier is shown before a PIN is good for it", async () => {
    const register = await rung(cashier, "VINO");
    const asking = await askPrice(register, "1");
    assert.match(asking.text, /1 un · Vino/);
    const raised = await (await second.get(register.url)).submit(".pos-line", { quantity: "100", do: "set" });
    assert.equal(raised.status, 200, raised.text);
    const anew = await asking.submit("#approval", approve);
    assertAskedAnew(anew);
    assert.match(anew.text, /100 un · Vino/);
    assert.deepEqual(await lineOf(register), {
      quantity_milli: 100_000,
      unit_price_minor: 4_000_000,
      list_price_minor: null,
    });
    await (await second.get(register.url)).submit(".pos-line", { quantity: "1", do: "set" });
    // what the first page showed is so again: its PIN is good for one, and not for more
    const done = await asking.submit("#approval", approve);
    assert.equal(done.url, `/pos/carts/${cartOf(register)}`, done.text);
    const more = await done.submit(".pos-line", { quantity: "2", do: "set" });
    assert.equal(more.status, 409);
    assert.equal((await lineOf(register)).quantity_milli, 1000);
  });

  it("and so it is when the other screen is faster by a moment, while the PIN is looked at", async () => {
    const register = await rung(cashier, "VINO");
    const asking = await askPrice(register, "1");
    const cart = cartOf(register);
    const { answer } = await shop.db.transaction(async (other) => {
      await other.raw("SELECT FROM carts WHERE id = ? FOR UPDATE", [cart]);
      await other.raw("UPDATE cart_lines SET quantity_milli = 100000 WHERE cart_id = ?", [cart]);
      const posted = asking.submit("#approval", approve);
      await somebodyWaits();
      return { answer: posted };
    });
    const anew = await answer;
    assertAskedAnew(anew);
    assert.match(anew.text, /100 un · Vino/);
    assert.equal((await lineOf(register)).unit_price_minor, 4_000_000);
    assert.equal((await anew.submit("#approval", approve)).url, `/pos/carts/${cart}`, "the form's key is still good");
    assert.deepEqual(await lineOf(register), {
      quantity_milli: 100_000,
      unit_price_minor: 100,
      list_price_minor: 4_000_000,
    });
  });

  it("a discount on the sale is of the goods that were shown: more of them are shown and approved anew", async () => {
    const register = await rung(cashier, "PAN");
    const asking = await askDiscount(register, "50");
    assert.match(digits(asking.text), /30001500/);
    await scan(await second.get(register.url), "VINO");
    const anew = await asking.submit("#approval", approve);
    assertAskedAnew(anew);
    assert.match(digits(anew.text), /4300021500/);
    const { rows } = await shop.db.raw("SELECT discount_value FROM carts WHERE id = ?", [cartOf(register)]);
    assert.deepEqual(rows, [{ discount_value: null }]);
    const given = await anew.submit("#approval", approve);
    assert.match(digits(given.root.querySelector(".pos-total")?.text ?? ""), /^21500/);
    assert.match((await given.submit("#pay-form", { amount: "21500" })).url, /receipt$/);
  });

  it("nothing changed: one PIN is enough, a wrong one before it too, and the same form twice is one deed", async () => {
    const register = await rung(cashier, "VINO");
    const asking = await askPrice(register, "30000");
    const wrong = await asking.submit("#approval", { ...approve, _pin: "402858" });
    assert.equal(wrong.status, 403);
    assert.match(wrong.text, /El PIN no es correcto/);
    const { _seal: mark } = wrong.fields("#approval");
    assert.ok(mark, "the page carries a mark of what it shows");
    assert.equal(mark, asking.fields("#approval")["_seal"]);
    const [granted, changed] = [await count("approval.granted"), await count("price.changed")];
    for (const page of [wrong, wrong, asking]) {
      const done = await page.submit("#approval", approve);
      assert.equal(done.url, `/pos/carts/${cartOf(register)}`, done.text);
    }
    assert.deepEqual([await count("approval.granted"), await count("price.changed")], [granted + 1, changed + 1]);
  });

  it("a wrong PIN in the moment of a change approves nothing afterwards that was not told to have changed", async () => {
    const register = await rung(cashier, "VINO");
    const asking = await askPrice(register, "1");
    const screen = await second.get(register.url);
    const { answer } = await shop.db.transaction(async (other) => {
      // the PIN is looked at once the tries are counted
      await other.raw("LOCK TABLE sign_in_failures IN EXCLUSIVE MODE");
      const posted = asking.submit("#approval", { ...approve, _pin: "402858" });
      await somebodyWaits();
      await screen.submit(".pos-line", { quantity: "100", do: "set" });
      return { answer: posted };
    });
    const wrong = await answer;
    assert.equal(wrong.status, 403, wrong.text);
    assert.match(wrong.text, /100 un · Vino.*El PIN no es correcto/);
    assertAskedAnew(await wrong.submit("#approval", approve));
    assert.equal((await lineOf(register)).unit_price_minor, 4_000_000);
  });

  it("a post without the mark, with one of another line or of another session is asked for anew", async () => {
    const [first, other] = [await rung(cashier, "VINO"), await rung(cashier, "VINO")];
    const [asking, elsewhere] = [await askPrice(first, "5"), await askPrice(other, "5")];
    const action = asking.form("#approval").getAttribute("action") ?? "";
    const fields = { ...asking.fields("#approval"), ...approve };
    const { _seal: mark, ...without } = fields as Record<string, string>;
    assert.ok(mark);
    assertAskedAnew(await cashier.post(action, without));
    assertAskedAnew(await cashier.post(action, { ...fields, _seal: elsewhere.fields("#approval")["_seal"] ?? "" }));
    assertAskedAnew(await cashier.post(action, { ...fields, _seal: "x" }));
    assertAskedAnew(await cashier.post(action, { ...without, _seal: [String(mark), String(mark)] }));
    const own = { ...fields, _csrf: (await second.get(first.url)).fields("#pay-form")["_csrf"] ?? "" };
    assertAskedAnew(await second.post(action, own));
    assert.equal((await lineOf(first)).unit_price_minor, 4_000_000);
    assert.equal((await cashier.post(action, fields)).url, `/pos/carts/${cartOf(first)}`);
  });

  it("an amount that another language reads otherwise is shown anew, in that language", async () => {
    const register = await rung(cashier, "VINO");
    const asking = await askPrice(register, "30,000");
    assert.match(asking.text, /a \$\s30 Motivo/);
    cashier.cookies.set("pos_lang", "en");
    try {
      const anew = await asking.submit("#approval", approve);
      assertAskedAnew(anew, /What is asked for has changed.*Look at it/);
      assert.match(anew.text, /to \$30,000 Reason: Roto/);
    } finally {
      cashier.cookies.delete("pos_lang");
    }
    assert.equal((await lineOf(register)).unit_price_minor, 4_000_000);
  });
});
