import assert from "node:assert/strict";
import { createSecretKey } from "node:crypto";
import { after, before, describe, it } from "mocha";
import type { Browser } from "../../../test/harness/browser.ts";
import { handClock } from "../../../test/harness/clock.ts";
import { openShop, type Shop } from "../../../test/harness/shop.ts";
import { createDevices } from "../devices.ts";
import { createSeal } from "../seal.ts";
import { hire, PASSWORD, tryApi, tryPage } from "./doors.ts";

describe("a browser that is known", () => {
  let shop: Shop;
  before(async () => {
    shop = await openShop();
  });
  after(() => shop?.close());

  const enterAs = async (browser: Browser, username: string) => {
    const page = await tryPage(browser, username, PASSWORD);
    assert.equal(page.status, 200, page.text);
    await browser.post("/logout", page.fields("/logout"));
  };
  const lockOut = async (username: string) => {
    await shop.db.raw("DELETE FROM sign_in_failures");
    for (let turn = 0; turn < 5; turn++) await tryApi(shop, username, "wrong password");
    assert.equal((await tryApi(shop, username, PASSWORD)).status, 429);
  };

  it("keeps a cookie for a year that no script and no other site can read, also after signing out", async () => {
    await hire(shop, "ines");
    const browser = await shop.browser();
    const login = await browser.get("/login");
    const fields = { ...login.fields("#login"), username: "ines", password: PASSWORD };
    const answer = await browser.request("POST", "/login", { fields, follow: false });
    const line = answer.headers.getSetCookie().find((one) => one.startsWith("pos_device=")) ?? "";
    assert.match(line, /samesite=lax/i);
    assert.match(line, /httponly/i);
    const days = (Date.parse(/expires=([^;]+)/i.exec(line)?.[1] ?? "") - Date.now()) / 86_400_000;
    assert.ok(days > 364 && days <= 365, line);
    await browser.post("/logout", (await browser.get("/account")).fields("/logout"));
    assert.ok(browser.cookies.has("pos_device") && !browser.cookies.has("pos_refresh"));
  });

  it("strangers who guess cannot lock its people out: all who work at one till", async () => {
    const till = await shop.browser();
    for (const name of ["jaime", "karen"]) {
      await hire(shop, name);
      await enterAs(till, name);
    }
    for (const name of ["jaime", "karen"]) {
      await lockOut(name);
      await enterAs(till, name);
      assert.equal((await tryPage(await shop.browser(), name, PASSWORD)).status, 429, "a strange browser waits");
    }
  });

  it("is believed for its own people only, and has its own count", async () => {
    const till = await shop.browser();
    await hire(shop, "lorena");
    await hire(shop, "marcos");
    await enterAs(till, "lorena");
    await lockOut("marcos");
    assert.equal((await tryPage(till, "marcos", PASSWORD)).status, 429);
    for (let turn = 0; turn < 5; turn++) assert.equal((await tryPage(till, "lorena", "wrong password")).status, 401);
    assert.equal((await tryPage(till, "lorena", PASSWORD)).status, 429);
    await shop.db.raw("DELETE FROM sign_in_failures WHERE scope <> 'device'");
    assert.equal((await tryApi(shop, "lorena", PASSWORD)).status, 200, "elsewhere nothing was counted");
  });

  it("that of somebody who was let go is a stranger", async () => {
    const till = await shop.browser();
    const id = await hire(shop, "nelson");
    await enterAs(till, "nelson");
    const admin = await shop.api("admin");
    await admin.patch(`/api/v1/users/${id}`, { active: false });
    await shop.db.raw("DELETE FROM sign_in_failures");
    for (let turn = 0; turn < 5; turn++) await tryPage(till, "nelson", PASSWORD);
    const { rows } = await shop.db.raw("SELECT scope FROM sign_in_failures ORDER BY scope");
    assert.deepEqual(rows, [{ scope: "account" }, { scope: "address" }]);
  });

  it("a cookie that was changed or made up is worth nothing", async () => {
    const till = await shop.browser();
    const [own, other] = [await hire(shop, "olga"), await hire(shop, "pedro")];
    await enterAs(till, "olga");
    const cookie = till.cookies.get("pos_device") ?? "";
    await lockOut("pedro");
    const thief = await shop.browser();
    for (const forged of [
      cookie.replace(`.${own}.`, `.${other}.`),
      cookie.replace(/.{43}$/, "A".repeat(43)),
      "x",
      "",
    ]) {
      thief.cookies.set("pos_device", forged);
      assert.equal((await tryPage(thief, "pedro", PASSWORD)).status, 429, forged);
    }
  });

  it("is counted by itself where visitors are counted", async () => {
    const busy = await openShop({ env: { RATE_LIMIT_ANONYMOUS: "4/m" } });
    try {
      const till = await busy.browser();
      await tryPage(till, "admin", "correct horse battery");
      const account = await till.get("/account");
      await till.post("/logout", account.fields("/logout"));
      const stranger = await busy.browser();
      while ((await stranger.get("/login")).status !== 429);
      assert.equal((await till.get("/login")).status, 200);
      till.cookies.set("pos_device", `${till.cookies.get("pos_device")}x`);
      assert.equal((await till.get("/login")).status, 429);
    } finally {
      await busy.close();
    }
  });
});

describe("the cookie of a browser", () => {
  const [old, fresh] = ["old secret of the shop", "new secret of the shop"].map((text) =>
    createSecretKey(Buffer.from(text.padEnd(32, "."))),
  );
  const clock = handClock();
  const devicesWith = (keys: (typeof old)[]) =>
    createDevices({
      seal: createSeal(
        keys.filter((key) => key !== undefined),
        "device",
      ),
      clock,
    });

  it("outlives a change of the secret as long as the old one is named, and one person's many sign-ins", () => {
    const { value } = devicesWith([old]).cookieFor(undefined, 7);
    assert.deepEqual(devicesWith([fresh, old]).read(value)?.people, [7]);
    assert.equal(devicesWith([fresh]).read(value), undefined);
    const again = devicesWith([fresh, old]).cookieFor(value, 9).value;
    assert.deepEqual(devicesWith([fresh]).read(again)?.people, [9, 7]);
    assert.equal(devicesWith([fresh]).read(again)?.id, devicesWith([old]).read(value)?.id);
  });

  it("a mark made for another purpose is none", () => {
    const { value } = devicesWith([old]).cookieFor(undefined, 7);
    const tickets = createDevices({ seal: createSeal(old ? [old] : [], "ticket"), clock });
    assert.equal(tickets.read(value), undefined);
  });

  it("is over after a year, and knows thirty people", () => {
    const devices = devicesWith([old]);
    let cookie: string | undefined;
    for (let id = 1; id <= 40; id++) cookie = devices.cookieFor(cookie, id).value;
    assert.equal(devices.read(cookie)?.people.length, 30);
    assert.equal(devices.read(cookie)?.people[0], 40);
    clock.advance(366 * 24 * 3600 * 1000);
    assert.equal(devices.read(cookie), undefined);
  });
});
