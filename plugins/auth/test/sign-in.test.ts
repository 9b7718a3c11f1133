import assert from "node:assert/strict";
import { after, before, describe, it } from "mocha";
import type { Browser } from "../../../test/harness/browser.ts";
import { openShop, people, type Shop } from "../../../test/harness/shop.ts";

describe("signing in on a page", () => {
  let shop: Shop;
  before(async () => {
    shop = await openShop();
    await shop.api("employee");
  });
  after(() => shop?.close());

  const { username, password } = people.employee;
  const sendLogin = async (browser: Browser, fields: Record<string, string>, path = "/login") =>
    (await browser.get(path)).submit("#login", fields);

  it("a wrong password keeps the typed name and never writes the password into the page", async () => {
    const page = await sendLogin(await shop.browser(), { username, password: "not my password" });
    assert.equal(page.status, 401);
    assert.equal(page.fields("#login")["username"], username);
    assert.match(page.text, /usuario o la contraseña no son correctos/);
    assert.ok(!page.html.includes("not my password"));
  });

  it("after signing in the person is back on the page that was asked for", async () => {
    const browser = await shop.browser();
    const entrance = await browser.get("/account?from=menu");
    assert.match(entrance.url, /^\/login\?next=/);
    const page = await entrance.submit("#login", { username: username.toUpperCase(), password });
    assert.equal(page.url, "/account?from=menu");
    assert.match(page.text, new RegExp(people.employee.fullName));
  });

  it("after a wrong password the way back is not forgotten", async () => {
    const browser = await shop.browser();
    const refused = await (await browser.get("/account")).submit("#login", { username, password: "wrong" });
    assert.equal((await refused.submit("#login", { password })).url, "/account");
  });

  for (const next of ["//evil.example/", "https://evil.example/", "/\\evil.example"])
    it(`a link to ${next} does not lead away from the shop`, async () => {
      const browser = await shop.browser();
      const page = await browser.get(`/login?next=${encodeURIComponent(next)}`);
      assert.equal(page.fields("#login")["next"], "/");
      // and not when the hidden field is changed by hand either
      const home = await page.submit("#login", { username, password, next });
      assert.equal(home.url, "/");
    });

  it("a person who is signed in has nothing to do on the login page", async () => {
    assert.equal((await (await shop.browser("employee")).get("/login")).url, "/");
  });

  it("cookies are out of the reach of scripts and of other sites", async () => {
    const browser = await shop.browser();
    const fields = { ...(await browser.get("/login")).fields("#login"), username, password };
    const answer = await browser.request("POST", "/login", { fields, follow: false });
    const tokens = answer.headers.getSetCookie().filter((line) => /^pos_(access|refresh)=/.test(line));
    assert.equal(tokens.length, 2);
    for (const line of tokens) assert.match(line, /; path=\/; .*samesite=lax; httponly/i);
  });

  it("signing out ends the session on the server, not only in the browser", async () => {
    const browser = await shop.browser("employee");
    const copy = new Map(browser.cookies);
    const page = await (await browser.get("/account")).submit("/logout");
    assert.equal(page.url, "/login");
    assert.ok(!browser.cookies.has("pos_access") && !browser.cookies.has("pos_refresh"));
    const thief = await shop.browser();
    for (const [name, value] of copy) thief.cookies.set(name, value);
    assert.match((await thief.get("/account")).url, /^\/login/);
  });

  it("signing out in a second tab, after the first one did, is no mistake; from another site it signs nobody out", async () => {
    const browser = await shop.browser("employee");
    const [first, second] = [await browser.get("/account"), await browser.get("/account")];
    await first.submit("/logout");
    const page = await second.submit("/logout");
    assert.deepEqual([page.status, page.url], [200, "/login"]);
    const other = await shop.browser("employee");
    assert.equal((await other.request("POST", "/logout", { fields: {}, follow: false })).status, 403);
    assert.equal((await other.get("/account")).url, "/account");
  });
});

describe("a browser's session", () => {
  let shop: Shop;
  before(async () => {
    shop = await openShop();
  });
  after(() => shop?.close());

  const copyOf = async (browser: Browser): Promise<Browser> => {
    const copy = await shop.browser();
    for (const [name, value] of browser.cookies) copy.cookies.set(name, value);
    return copy;
  };
  /** An hour later the browser has dropped the access cookie. */
  const anHourLater = (...browsers: Browser[]) => {
    for (const browser of browsers) browser.cookies.delete("pos_access");
  };

  it("is renewed silently, also by a form that was opened before", async () => {
    const browser = await shop.browser("employee");
    const page = await browser.get("/account");
    const before = browser.cookies.get("pos_refresh");
    anHourLater(browser);
    const answer = await page.submit("#account-password", {
      current_password: "not mine",
      password: "otra frase corta",
      password_again: "otra frase corta",
    });
    assert.equal(answer.status, 422, "the form arrived and was judged");
    assert.match(answer.text, /no es su contraseña actual/);
    assert.ok(browser.cookies.has("pos_access"));
    assert.notEqual(browser.cookies.get("pos_refresh"), before);
  });

  it("an access cookie that was altered is renewed from the refresh cookie", async () => {
    const browser = await shop.browser("employee");
    browser.cookies.set("pos_access", `${browser.cookies.get("pos_access")}x`);
    assert.equal((await browser.get("/account")).status, 200);
  });

  it("two tabs may renew at once", async () => {
    const tab = await shop.browser("employee");
    anHourLater(tab);
    const other = await copyOf(tab);
    const pages = await Promise.all([tab.get("/account"), other.get("/account"), tab.get("/account")]);
    assert.deepEqual(
      pages.map((page) => page.url),
      ["/account", "/account", "/account"],
    );
  });

  it("a stolen copy that comes later ends the session for both", async () => {
    const browser = await shop.browser("employee");
    const thief = await copyOf(browser);
    anHourLater(browser, thief);
    assert.equal((await browser.get("/account")).url, "/account");
    await shop.db.raw("UPDATE sessions SET rotated_at = rotated_at - interval '31 seconds'");
    assert.match((await thief.get("/account")).url, /^\/login/);
    assert.match((await browser.get("/account")).url, /^\/login/);
    const { rows } = await shop.db.raw(
      "SELECT count(*)::int AS seen FROM audit_log WHERE action = 'session.reuse_detected'",
    );
    assert.equal(rows[0].seen, 1);
  });

  it("is over after 30 days without a visit", async () => {
    const browser = await shop.browser("employee");
    anHourLater(browser);
    await shop.db.raw("UPDATE sessions SET expires_at = now() - interval '1 second'");
    assert.match((await browser.get("/account")).url, /^\/login/);
  });

  it("does not stand in for a program's bad token", async () => {
    const browser = await shop.browser("employee");
    const answer = await browser.request("GET", "/api/v1/auth/me", { headers: { authorization: "Bearer nonsense" } });
    assert.equal(answer.status, 401);
  });
});
