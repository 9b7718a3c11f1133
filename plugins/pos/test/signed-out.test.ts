/** What happens to a sale under way when the session ends: nothing. */
import assert from "node:assert/strict";
import { after, before, describe, it } from "mocha";
import { openShop, people, type Shop } from "../../../test/harness/shop.ts";
import { cartOf, rung, scan, stocked } from "./till.ts";

describe("a session that ends in the middle of a sale", () => {
  let shop: Shop;
  before(async () => {
    shop = await openShop();
    for (const sku of ["PAN", "LECHE", "QUESO"]) await stocked(shop, { sku, price: "3000" });
  });
  after(() => shop?.close());

  const endAll = async (username: string) => {
    const { rows } = await shop.db.raw("SELECT id FROM users WHERE username = ?", [username]);
    assert.equal((await (await shop.api("admin")).delete(`/api/v1/users/${rows[0].id}/sessions`)).status, 204);
  };

  it("an hour over: the next scan renews it on the way and nobody notices", async () => {
    const browser = await shop.browser("employee");
    const register = await rung(browser, "PAN");
    const refresh = browser.cookies.get("pos_refresh");
    browser.cookies.delete("pos_access");
    const next = await scan(register, "LECHE");
    assert.equal(cartOf(next), cartOf(register));
    assert.equal(next.root.querySelectorAll(".pos-line").length, 2);
    assert.ok(browser.cookies.has("pos_access"));
    assert.notEqual(browser.cookies.get("pos_refresh"), refresh, "the refresh token was turned over");
  });

  it("ended by an administrator: the cashier signs in again and the cart is there, to be paid", async () => {
    const browser = await shop.browser("employee");
    const register = await rung(browser, "PAN", "LECHE");
    await endAll(people.employee.username);
    const login = await scan(register, "QUESO");
    assert.match(login.url, /^\/login\?next=/);
    const { username, password } = people.employee;
    const back = await login.submit("#login", { username, password });
    assert.equal(cartOf(back), cartOf(register));
    assert.equal(back.root.querySelectorAll(".pos-line").length, 2);
    const receipt = await (await scan(back, "QUESO")).submit("#pay-form", { amount: "9000" });
    assert.match(receipt.url, /^\/sales\/\d+\/receipt$/);
  });

  it("a form drawn before signing in again is not sent in the new session's name: it is asked for once more", async () => {
    const browser = await shop.browser("employee");
    const register = await rung(browser, "PAN");
    await endAll(people.employee.username);
    const { username, password } = people.employee;
    await (await browser.get("/login")).submit("#login", { username, password });
    const refused = await register.submit("#pay-form", { amount: "3000" });
    assert.equal(refused.status, 403);
    const { rows } = await shop.db.raw("SELECT status FROM carts WHERE id = ?", [cartOf(register)]);
    assert.equal(rows[0].status, "open");
  });

  it("somebody else who signs in at the same terminal does not see the cart", async () => {
    const browser = await shop.browser("employee");
    const register = await rung(browser, "PAN");
    await endAll(people.employee.username);
    await shop.api("manager");
    const { username, password } = people.manager;
    const login = await scan(register, "QUESO");
    const page = await login.submit("#login", { username, password });
    assert.equal(page.status, 404);
  });

  it("a fragment that HTMX asks for sends the whole page to the way in, and back to the cart", async () => {
    const browser = await shop.browser("employee");
    const register = await rung(browser, "PAN");
    await endAll(people.employee.username);
    const headers = { "hx-request": "true", "hx-target": "register" };
    const answer = await browser.request("GET", register.url, { headers, follow: false });
    assert.equal(answer.status, 401);
    assert.equal(answer.headers.get("hx-redirect"), `/login?next=${encodeURIComponent(register.url)}`);
  });
});
