import assert from "node:assert/strict";
import { after, before, describe, it } from "mocha";
import type { ApiClient } from "../../../test/harness/api-client.ts";
import type { Browser, Page } from "../../../test/harness/browser.ts";
import { openShop, type Shop } from "../../../test/harness/shop.ts";
import {
  audited,
  clientOf,
  codeOf,
  forgetSteps,
  hire,
  PASSWORD,
  type Problem,
  tryApi,
  tryPage,
  waitOutLocks,
  wrongCode,
} from "./doors.ts";

describe("a second factor", () => {
  let shop: Shop;
  before(async () => {
    shop = await openShop();
  });
  after(() => shop?.close());

  /** Switched on by API. */
  const enrol = async (client: ApiClient, password = PASSWORD): Promise<string> => {
    await shop.db.raw("DELETE FROM sign_in_failures");
    const begun = await client.post<{ secret: string; uri: string }>("/api/v1/auth/totp");
    assert.equal(begun.status, 201, begun.text);
    const { secret } = begun.body;
    const proof = { current_password: password, totp: codeOf(secret) };
    const answer = await client.post("/api/v1/auth/totp/confirm", proof);
    assert.equal(answer.status, 204, answer.text);
    await forgetSteps(shop);
    return secret;
  };
  const halfWay = async (browser: Browser, username: string, path = "/login"): Promise<Page> => {
    const page = await (await browser.get(path)).submit("#login", { username, password: PASSWORD });
    assert.match(page.url, /^\/login\/code/, page.text);
    return page;
  };

  it("is switched on on a page: a picture of our own, the key as text, the first code and the password", async () => {
    const id = await hire(shop, "rosa", "admin");
    const elsewhere = await clientOf(shop, "rosa");
    const browser = await shop.browser();
    await tryPage(browser, "rosa", PASSWORD);
    assert.ok((await browser.get("/account")).html.includes('href="/account/totp"'));
    const begun = await (await browser.get("/account/totp")).submit("#totp-begin");
    const image = begun.root.querySelector("main img");
    assert.match(image?.getAttribute("src") ?? "", /^data:image\/svg\+xml;base64,/);
    assert.match(image?.getAttribute("alt") ?? "", /QR/);
    const secret = begun.root.querySelector("#totp-secret")?.text ?? "";
    assert.match(secret, /^([A-Z2-7]{4} ){7}[A-Z2-7]{4}$/);

    const mistyped = await begun.submit("#totp", { totp: codeOf(secret), current_password: "not mine" });
    assert.equal(mistyped.status, 422);
    const missed = await begun.submit("#totp", { totp: wrongCode(secret), current_password: PASSWORD });
    assert.match(missed.text, /El código no es correcto/);
    assert.equal((await tryApi(shop, "rosa", PASSWORD)).status, 200, "not on before its first code");

    const on = await begun.submit("#totp", { totp: codeOf(secret), current_password: PASSWORD });
    assert.match(on.text, /El segundo paso quedó activo/);
    assert.ok(!on.html.includes(secret) && !on.html.includes("data:image"), "the key is not shown again");
    assert.equal((await elsewhere.get("/api/v1/auth/me")).status, 401, "other sessions came without a code");
    assert.equal((await audited(shop, "totp.enabled", id))[0]?.user_name, "rosa");
  });

  it("asks for the code after the password, and then leads on to the page that was asked for", async () => {
    await hire(shop, "saul");
    const secret = await enrol(await clientOf(shop, "saul"));
    const browser = await shop.browser();
    const asked = await halfWay(browser, "saul", (await browser.get("/account?from=menu")).url);
    assert.ok(!browser.cookies.has("pos_access") && !browser.cookies.has("pos_refresh"), "no session before the code");
    assert.match((await browser.get("/account")).url, /^\/login/);
    const missed = await asked.submit("#login-code", { totp: wrongCode(secret) });
    assert.equal(missed.status, 401);
    assert.match(missed.text, /código no es correcto/);
    const code = codeOf(secret);
    const entered = await missed.submit("#login-code", { totp: `${code.slice(0, 3)} ${code.slice(3)}` });
    assert.equal(entered.url, "/account?from=menu");
    assert.ok(!browser.cookies.has("pos_ticket"));
  });

  it("a browser that is known is asked all the same", async () => {
    await hire(shop, "tomas");
    const browser = await shop.browser();
    const page = await tryPage(browser, "tomas", PASSWORD);
    await browser.post("/logout", page.fields("/logout"));
    await enrol(await clientOf(shop, "tomas"));
    assert.ok(browser.cookies.has("pos_device"));
    await halfWay(browser, "tomas");
  });

  it("a code is good once, and so is the one before it", async () => {
    await hire(shop, "ursula");
    const secret = await enrol(await clientOf(shop, "ursula"));
    const code = codeOf(secret);
    assert.equal((await tryApi(shop, "ursula", PASSWORD, code)).status, 200);
    for (const used of [code, codeOf(secret, -1)]) {
      const again = await tryApi(shop, "ursula", PASSWORD, used);
      assert.equal(again.status, 401);
      assert.equal(again.body.code, "SECOND_FACTOR_WRONG");
    }
  });

  it("of ten uses of one code at once one gets in", async () => {
    await hire(shop, "vera");
    const secret = await enrol(await clientOf(shop, "vera"));
    const code = codeOf(secret);
    const answers = await Promise.all(Array.from({ length: 10 }, () => tryApi(shop, "vera", PASSWORD, code)));
    assert.equal(answers.filter(({ status }) => status === 200).length, 1);
  });

  it("a clock half a minute off is forgiven, two minutes are not", async () => {
    await hire(shop, "wanda");
    const secret = await enrol(await clientOf(shop, "wanda"));
    assert.equal((await tryApi(shop, "wanda", PASSWORD, codeOf(secret, -4))).status, 401);
    assert.equal((await tryApi(shop, "wanda", PASSWORD, codeOf(secret, 4))).status, 401);
    assert.equal((await tryApi(shop, "wanda", PASSWORD, codeOf(secret, 1))).status, 200);
  });

  it("a program hears of it after a right password only", async () => {
    await hire(shop, "ximena");
    const secret = await enrol(await clientOf(shop, "ximena"));
    assert.equal((await tryApi(shop, "ximena", "wrong password")).body.code, "INVALID_CREDENTIALS");
    assert.equal((await tryApi(shop, "ximena", "wrong password", codeOf(secret))).body.code, "INVALID_CREDENTIALS");
    const needed = await tryApi(shop, "ximena", PASSWORD);
    assert.equal(needed.status, 401);
    assert.equal(needed.body.code, "SECOND_FACTOR_NEEDED");
    assert.equal((await tryApi(shop, "ximena", PASSWORD, codeOf(secret))).status, 200);
  });

  it("wrong codes lock like wrong passwords, and a right password in between buys none", async () => {
    const id = await hire(shop, "yago");
    const secret = await enrol(await clientOf(shop, "yago"));
    const wrong = wrongCode(secret);
    for (let turn = 0; turn < 5; turn++) {
      assert.equal((await tryApi(shop, "yago", PASSWORD)).body.code, "SECOND_FACTOR_NEEDED");
      assert.equal((await tryApi(shop, "yago", PASSWORD, wrong)).body.code, "SECOND_FACTOR_WRONG");
    }
    assert.equal((await tryApi(shop, "yago", PASSWORD, codeOf(secret))).status, 429);
    assert.equal((await audited(shop, "login.locked", id)).length, 1);
    // on the page the same count goes on
    await waitOutLocks(shop);
    const browser = await shop.browser();
    const asked = await halfWay(browser, "yago");
    assert.equal((await asked.submit("#login-code", { totp: wrong })).status, 401);
    const locked = await asked.submit("#login-code", { totp: codeOf(secret) });
    assert.equal(locked.status, 429);
    assert.match(locked.text, /demasiados intentos/);
  });

  it("the page of the code is for the browser that has shown the password, for five minutes, until the password changes", async () => {
    const id = await hire(shop, "zaida");
    const secret = await enrol(await clientOf(shop, "zaida"));
    assert.equal((await (await shop.browser()).get("/login/code")).url.split("?")[0], "/login");
    const browser = await shop.browser();
    const asked = await halfWay(browser, "zaida");
    const ticket = browser.cookies.get("pos_ticket") ?? "";

    const send = async (value: string) => {
      browser.cookies.set("pos_ticket", value);
      return asked.submit("#login-code", { totp: codeOf(secret) });
    };
    const other = await hire(shop, "zenon");
    const [, end, mark] = ticket.split(".");
    for (const forged of [`${other}.${end}.${mark}`, `${id}.${Number(end) + 60_000}.${mark}`, "x"]) {
      const refused = await send(forged);
      assert.equal(refused.url.split("?")[0], "/login");
      assert.match(refused.text, /Pasó demasiado tiempo/);
    }
    const admin = await shop.api("admin");
    await admin.post(`/api/v1/users/${id}/password`, { password: "una frase distinta" });
    assert.equal((await send(ticket)).url.split("?")[0], "/login");
  });

  it("is switched off by password and code, neither is enough alone, and the trail says by whom", async () => {
    const id = await hire(shop, "abel");
    const client = await clientOf(shop, "abel");
    const secret = await enrol(client);
    const off = (current_password: string, totp: string) =>
      client.delete<Problem>("/api/v1/auth/totp", { current_password, totp });
    assert.equal((await off(PASSWORD, wrongCode(secret))).body.errors?.[0]?.field, "totp");
    assert.equal((await off("wrong password", codeOf(secret))).body.errors?.[0]?.field, "current_password");
    assert.equal((await tryApi(shop, "abel", PASSWORD)).body.code, "SECOND_FACTOR_NEEDED");
    const again = await client.post<Problem>("/api/v1/auth/totp");
    assert.equal(again.body.code, "SECOND_FACTOR_ON", "nor is it replaced by another one");

    const browser = await shop.browser();
    const asked = await halfWay(browser, "abel");
    await asked.submit("#login-code", { totp: codeOf(secret) });
    const page = await browser.get("/account/totp");
    const done = await page.submit("#totp-off", { totp: codeOf(secret, 1), current_password: PASSWORD });
    assert.match(done.text, /quedó desactivado/);
    assert.equal((await tryApi(shop, "abel", PASSWORD)).status, 200);
    assert.equal((await audited(shop, "totp.disabled", id))[0]?.user_name, "abel");
  });

  it("wrong codes beside the right password do not switch it off by guessing: after five the right one waits", async () => {
    const id = await hire(shop, "ciro");
    const client = await clientOf(shop, "ciro");
    const secret = await enrol(client);
    const off = (totp: string) => client.delete<Problem>("/api/v1/auth/totp", { current_password: PASSWORD, totp });
    for (let turn = 0; turn < 5; turn++) {
      const wrong = await off(wrongCode(secret));
      assert.deepEqual([wrong.status, wrong.body.errors?.[0]?.field], [422, "totp"]);
    }
    const right = await off(codeOf(secret));
    assert.deepEqual([right.status, right.body.code], [429, "SIGN_IN_LOCKED"]);
    assert.ok(Number(right.headers.get("retry-after")) > 0);
    assert.equal((await audited(shop, "proof.locked", id)).length, 1);
    await waitOutLocks(shop);
    assert.equal((await off(codeOf(secret))).status, 204);
  });

  it("a key that was shown and not confirmed is good for a quarter of an hour", async () => {
    const id = await hire(shop, "dalia");
    const client = await clientOf(shop, "dalia");
    const browser = await shop.browser();
    await tryPage(browser, "dalia", PASSWORD);
    const begin = async () => (await client.post<{ secret: string }>("/api/v1/auth/totp")).body.secret;
    const confirm = (secret: string) => {
      const proof = { current_password: PASSWORD, totp: codeOf(secret) };
      return client.post<Problem>("/api/v1/auth/totp/confirm", proof);
    };
    const passed = (minutes: number) =>
      shop.db.raw("UPDATE second_factors SET begun_at = begun_at - make_interval(mins => ?) WHERE user_id = ?", [
        minutes,
        id,
      ]);
    const shown = async () => (await browser.get("/account/totp")).root.querySelector("#totp-secret") !== null;

    const late = await begin();
    assert.ok(await shown());
    await passed(16);
    const refused = await confirm(late);
    assert.deepEqual([refused.status, refused.body.code], [409, "SECOND_FACTOR_NOT_BEGUN"]);
    assert.ok(!(await shown()), "nor is it shown any more");
    assert.equal((await tryApi(shop, "dalia", PASSWORD)).status, 200, "nothing was switched on");

    const soon = await begin();
    assert.notEqual(soon, late);
    await passed(14);
    assert.equal((await confirm(soon)).status, 204);
  });

  it("its key is in no trail", async () => {
    await hire(shop, "beatriz");
    const secret = await enrol(await clientOf(shop, "beatriz"));
    const { rows } = await shop.db.raw("SELECT row_to_json(a)::text AS entry FROM audit_log a");
    assert.ok(!rows.some(({ entry }: { entry: string }) => entry.includes(secret)));
  });
});
