/** A cashier may not change a price; somebody who may approves one change with a PIN, and nobody is signed out. */
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { after, before, describe, it } from "mocha";
import type { Page } from "../../../test/harness/browser.ts";
import { openShop, people, type Shop } from "../../../test/harness/shop.ts";
import { cartOf, type Goods, type ProblemAnswer, rung, type SaleAnswer, stocked } from "./till.ts";

const PIN = "402857";

describe("approval on the spot", () => {
  let shop: Shop;
  let goods: Goods;
  before(async () => {
    shop = await openShop();
    goods = await stocked(shop, { sku: "ARROZ", name: "Arroz", price: "5000" });
    await shop.api("manager");
  });
  after(() => shop?.close());

  const trail = async (action: string) => {
    const { rows } = await shop.db.raw(
      "SELECT user_name, subject, before, after, reason FROM audit_log WHERE action = ? ORDER BY id DESC",
      [action],
    );
    return rows;
  };
  /** The page that asks for the PIN, after a new price was typed. */
  const askedFor = async (register: Page, browser: { get(path: string): Promise<Page> }, price: string) => {
    const line = register.root.querySelector(".pos-line a")?.getAttribute("href") ?? assert.fail("no line");
    return (await browser.get(line)).submit("#price", { price, reason: "Empaque roto" });
  };

  it("without anybody who has a PIN the page says that there is nobody, and nothing changes", async () => {
    const browser = await shop.browser("employee");
    const asking = await askedFor(await rung(browser, "ARROZ"), browser, "4000");
    assert.equal(asking.status, 403);
    assert.match(asking.text, /Nadie/);
    assert.equal(asking.root.querySelector("#approval"), null);
  });

  it("a manager sets a PIN on the own page: the password is asked, an easy one is refused", async () => {
    const browser = await shop.browser("manager");
    const page = await browser.get("/account/pin");
    const { password } = people.manager;
    for (const easy of ["123456", "111111", "987654", "121212", "482482", "12345", "no digits"]) {
      const refused = await page.submit("#pin-set", { pin: easy, pin_again: easy, current_password: password });
      assert.equal(refused.status, 422, easy);
      assert.ok(refused.root.querySelector("#pin-error"), easy);
    }
    const wrong = await page.submit("#pin-set", { pin: PIN, pin_again: PIN, current_password: "not my password" });
    assert.equal(wrong.status, 422);
    assert.ok(wrong.root.querySelector("#current_password-error"));
    const unlike = await page.submit("#pin-set", { pin: PIN, pin_again: "402858", current_password: password });
    assert.ok(unlike.root.querySelector("#pin_again-error"));
    const set = await page.submit("#pin-set", { pin: PIN, pin_again: PIN, current_password: password });
    assert.equal(set.url, "/account");
    assert.match(set.text, /Su PIN quedó guardado/);
    assert.match((await browser.get("/account/pin")).text, /Ya tiene un PIN/);
    assert.equal((await (await shop.browser("employee")).get("/account/pin")).status, 403);
  });

  it("the manager's PIN on the cashier's screen changes one price; the cashier stays signed in and sells at it", async () => {
    const browser = await shop.browser("employee");
    const register = await rung(browser, "ARROZ");
    const asking = await askedFor(register, browser, "4.000,00");
    assert.equal(asking.status, 403);
    assert.match(asking.text, /Manuela Mora/);
    assert.equal(asking.fields("#approval")["price"], "4.000,00", "what was typed is kept");
    const done = await asking.submit("#approval", { _approver: people.manager.username, _pin: PIN });
    assert.equal(done.url, `/pos/carts/${cartOf(register)}`);
    assert.match(done.text, /4\.000/);
    const receipt = await done.submit("#pay-form", { amount: "4000" });
    assert.match(receipt.url, /receipt$/);
    assert.match(receipt.text, /4\.000/);
    const [granted] = await trail("approval.granted");
    assert.deepEqual([granted.user_name, granted.after.approver], ["emilio", "manuela"]);
    const [price] = await trail("price.changed");
    assert.deepEqual(
      [price.before.price_minor, price.after.price_minor, price.after.approved_by, price.reason],
      [500_000, 400_000, "manuela", "Empaque roto"],
    );
    // one approval, one deed
    const next = await askedFor(await rung(browser, "ARROZ"), browser, "4000");
    assert.equal(next.status, 403);
    assert.ok(next.root.querySelector("#approval"));
  });

  it("a wrong PIN changes nothing, keeps what was typed, and stands in the trail", async () => {
    const browser = await shop.browser("employee");
    const register = await rung(browser, "ARROZ");
    const asking = await askedFor(register, browser, "3500");
    const refused = await asking.submit("#approval", { _approver: people.manager.username, _pin: "402858" });
    assert.equal(refused.status, 403);
    assert.match(refused.text, /El PIN no es correcto/);
    assert.equal(refused.fields("#approval")["price"], "3500");
    assert.equal(refused.fields("#approval")["_pin"], "", "the PIN is not written back");
    const [line] = (await shop.db.raw("SELECT unit_price_minor FROM cart_lines WHERE cart_id = ?", [cartOf(register)]))
      .rows;
    assert.equal(line.unit_price_minor, 500_000);
    const [entry] = await trail("approval.refused");
    assert.deepEqual([entry.user_name, entry.after.approver], ["emilio", "manuela"]);
    const right = await refused.submit("#approval", { _pin: PIN });
    assert.equal(right.url, `/pos/carts/${cartOf(register)}`);
  });

  it("a PIN approves only what its owner may do, and only where the route says so", async () => {
    const admin = await shop.api("admin");
    const { body: roles } = await admin.get<{
      data: { role: string; permissions: { name: string; granted: boolean }[] }[];
    }>("/api/v1/roles");
    const managers = roles.data.find(({ role }) => role === "manager")?.permissions ?? [];
    const held = managers.filter(({ granted }) => granted).map(({ name }) => name);
    const browser = await shop.browser("employee");
    const asking = await askedFor(await rung(browser, "ARROZ"), browser, "4000");
    for (const lost of ["pos.change_price", "approvals.give"]) {
      await admin.put("/api/v1/roles/manager", { permissions: held.filter((name) => name !== lost) });
      const refused = await asking.submit("#approval", { _approver: people.manager.username, _pin: PIN });
      assert.equal(refused.status, 403, lost);
    }
    await admin.put("/api/v1/roles/manager", { permissions: held });
    const settings = (await (await shop.browser("manager")).get("/settings")).fields("#settings");
    const stolen = { ...settings, _approval: "settings.manage", _approver: people.manager.username, _pin: PIN };
    assert.equal((await browser.post("/settings", stolen)).status, 403);
  });

  it("a program brings the PIN with the sale; a twin of it is the same sale, and the PIN is kept nowhere", async () => {
    const employee = await shop.api("employee");
    const sale = {
      items: [{ product_id: goods.id, quantity: "1", unit_price: "4500.00", price_reason: "Empaque roto" }],
      payments: [{ method: "cash", amount: "4500.00" }],
    };
    const key = randomUUID();
    const bare = await employee.post<ProblemAnswer>("/api/v1/sales", sale, { key });
    assert.deepEqual(
      [bare.status, bare.body.code, bare.body["permission"]],
      [403, "APPROVAL_NEEDED", "pos.change_price"],
    );
    const approval = { username: people.manager.username, pin: PIN };
    const wrong = await employee.post<ProblemAnswer>(
      "/api/v1/sales",
      { ...sale, approval: { ...approval, pin: "0" } },
      { key },
    );
    assert.deepEqual([wrong.status, wrong.body.code], [403, "PIN_WRONG"]);
    const first = await employee.post<SaleAnswer>("/api/v1/sales", { ...sale, approval }, { key });
    assert.equal(first.status, 201, first.text);
    const again = await employee.post<SaleAnswer>("/api/v1/sales", { ...sale, approval }, { key });
    assert.deepEqual([again.status, again.body.id], [200, first.body.id]);
    for (const table of ["audit_log", "idempotency_keys", "outbox", "users"]) {
      const { rows } = await shop.db.raw("SELECT row_to_json(t)::text AS row FROM ?? t", [table]);
      for (const { row } of rows) assert.ok(!row.includes(PIN), `${table}: ${row}`);
    }
  });

  it("a PIN taken away, or its owner deactivated, approves nothing", async () => {
    const browser = await shop.browser("manager");
    const page = await browser.get("/account/pin");
    const gone = await page.submit("#pin-remove", { current_password: people.manager.password });
    assert.match(gone.text, /Ya no tiene PIN/);
    const cashier = await shop.browser("employee");
    assert.match((await askedFor(await rung(cashier, "ARROZ"), cashier, "4000")).text, /Nadie/);
  });
});

describe("PINs that are guessed", () => {
  let shop: Shop;
  before(async () => {
    shop = await openShop();
    await stocked(shop, { sku: "ARROZ", price: "5000" });
    const manager = await shop.api("manager");
    const set = { current_password: people.manager.password, pin: PIN };
    assert.equal((await manager.put("/api/v1/auth/pin", set)).status, 204);
  });
  after(() => shop?.close());

  const sale = (pin: string, key = randomUUID()) => ({
    key,
    body: {
      items: [{ code: "ARROZ", quantity: "1", unit_price: "4000.00", price_reason: "x" }],
      payments: [{ method: "cash", amount: "4000.00" }],
      approval: { username: people.manager.username, pin },
    },
  });
  const ring = async (pin: string) => {
    const { key, body } = sale(pin);
    return (await shop.api("employee")).post<ProblemAnswer>("/api/v1/sales", body, { key });
  };

  it("of fifty at once five are looked at; then the right one waits as well, on the page too", async () => {
    const answers = await Promise.all(Array.from({ length: 50 }, (_, index) => ring(String(500_000 + index * 7))));
    const codes = answers.map(({ body }) => body.code);
    assert.equal(codes.filter((code) => code === "PIN_WRONG").length, 5);
    assert.equal(codes.filter((code) => code === "PIN_LOCKED").length, 45);
    const right = await ring(PIN);
    assert.deepEqual([right.status, right.body.code], [429, "PIN_LOCKED"]);
    assert.ok(Number(right.headers.get("retry-after")) > 0);
    const browser = await shop.browser("employee");
    const line = (await rung(browser, "ARROZ")).root.querySelector(".pos-line a")?.getAttribute("href") ?? "";
    const asking = await (await browser.get(line)).submit("#price", { price: "4000", reason: "Empaque roto" });
    const locked = await asking.submit("#approval", { _approver: people.manager.username, _pin: PIN });
    assert.equal(locked.status, 429);
    assert.match(locked.text, /demasiados PIN equivocados\. Espere/);
    assert.equal(locked.fields("#approval")["price"], "4000", "what was typed is kept");
    const { rows } = await shop.db.raw("SELECT count(*)::int AS locks FROM audit_log WHERE action = 'approval.locked'");
    assert.equal(rows[0].locks, 1);
  });

  /** A further cashier, who rings the same sale with this PIN. */
  const cashier = async (username: string) => {
    const admin = await shop.api("admin");
    const body = { username, full_name: `${username} Cajera`, role: "employee", password: "una frase corta" };
    assert.equal((await admin.post("/api/v1/users", body)).status, 201);
    const stranger = await shop.api();
    const { password } = body;
    const entered = await stranger.post<{ access_token: string }>("/api/v1/auth/login", { username, password });
    const headers = { authorization: `Bearer ${entered.body.access_token}` };
    return (pin: string) => {
      const { key, body: approved } = sale(pin);
      return stranger.post<ProblemAnswer>("/api/v1/sales", approved, { key, headers });
    };
  };

  it("one cashier who guesses does not lock the manager's PIN for the others, and an administrator lifts the lock", async () => {
    const admin = await shop.api("admin");
    const sold = await (await cashier("otra"))(PIN);
    assert.equal(sold.status, 201, sold.text);
    const { rows } = await shop.db.raw("SELECT id FROM users WHERE username = ?", [people.employee.username]);
    assert.equal((await admin.post(`/api/v1/users/${rows[0].id}/unlock`, {})).status, 204);
    assert.equal((await ring(PIN)).status, 201);
  });

  it("cashiers who guess in turn, each a few times, lock that PIN for everybody after twenty", async () => {
    await shop.db.raw("DELETE FROM sign_in_failures");
    for (const name of ["ana", "berta", "clara", "diana", "elsa"]) {
      const guess = await cashier(name);
      for (let turn = 0; turn < 4; turn++) {
        const wrong = await guess(String(600_000 + turn * 7));
        assert.deepEqual([wrong.status, wrong.body.code], [403, "PIN_WRONG"], `${name} ${turn}`);
      }
    }
    const right = await (await cashier("fresia"))(PIN);
    assert.deepEqual([right.status, right.body.code], [429, "PIN_LOCKED"]);
    assert.ok(Number(right.headers.get("retry-after")) > 0);
    const { rows } = await shop.db.raw(
      "SELECT after->>'by' AS by FROM audit_log WHERE action = 'approval.locked' ORDER BY id DESC LIMIT 1",
    );
    assert.equal(rows[0]?.by, "pin");
  });
});
