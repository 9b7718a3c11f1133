/** Rate limits through the front door: visitors, staff, and tries to sign in. */
import assert from "node:assert/strict";
import { after, afterEach, before, describe, it } from "mocha";
import { type ApiClient, createApiClient } from "../harness/api-client.ts";
import { handClock } from "../harness/clock.ts";
import { openShop, people, type Shop } from "../harness/shop.ts";
import { door, statuses } from "./door.ts";
import { openSystem, type System } from "./system.ts";

const times = <T>(count: number, what: () => T): T[] => Array.from({ length: count }, what);

describe("limits of one instance", () => {
  let system: System;
  let api: ApiClient;
  const clock = handClock();
  const open = async (env: Record<string, string> = {}) => {
    system = await openSystem([door], { clock, env: { RATE_LIMIT_ANONYMOUS: "", RATE_LIMIT_LOGIN: "", ...env } });
    api = createApiClient(() => system.kernel.url);
  };
  afterEach(() => system?.close());

  it("of forty visits at once ten are let in; staff at the same address go on", async () => {
    await open();
    assert.deepEqual(await statuses(times(40, () => api.get("/api/v1/open"))), { 200: 10, 429: 30 });
    assert.equal((await api.get("/api/v1/open", { headers: { "x-user": "7" } })).status, 200);
  });

  it("the answer says how much is left of the tightest window, and when to come back", async () => {
    await open({ RATE_LIMIT_ANONYMOUS: "3/m,4/h,200/d" });
    const said = async () => {
      const { headers, status } = await api.get("/api/v1/open");
      const rate = ["limit", "remaining", "reset"].map((name) => headers.get(`ratelimit-${name}`));
      return [status, ...rate, headers.get("retry-after")].join(" ");
    };
    assert.deepEqual(
      [await said(), await said(), await said(), await said()],
      ["200 3 2 60 ", "200 3 1 60 ", "200 3 0 60 ", "429 3 0 60 60"],
    );
    clock.advance(60_000);
    assert.deepEqual([await said(), await said()], ["200 4 0 3540 ", "429 4 0 3540 3540"]);
  });

  it("staff have 600 a minute each", async () => {
    await open({ RATE_LIMIT_USER: "5/m" });
    const as = (user: string) => api.get("/api/v1/open", { headers: { "x-user": user } });
    assert.deepEqual(await statuses(times(8, () => as("7"))), { 200: 5, 429: 3 });
    assert.equal((await as("8")).status, 200);
    assert.deepEqual(system.kernel.config.RATE_LIMIT_USER, [{ max: 5, seconds: 60 }]);
    await system.close();
    system = await openSystem([door], { env: { RATE_LIMIT_USER: "" } });
    assert.deepEqual(system.kernel.config.RATE_LIMIT_USER, [{ max: 600, seconds: 60 }]);
  });

  it("a browser that is known is counted by itself, not with its address", async () => {
    await open({ RATE_LIMIT_ANONYMOUS: "2/m" });
    assert.deepEqual(await statuses(times(3, () => api.get("/api/v1/open"))), { 200: 2, 429: 1 });
    assert.equal((await api.get("/api/v1/open", { headers: { "x-visitor": "till one" } })).status, 200);
  });

  it("five tries a minute for one account, however it is written and from wherever", async () => {
    await open({ RATE_LIMIT_ANONYMOUS: "1000/m", TRUST_PROXY: "true" });
    const spellings = ["ana", "ANA", " Ana", "Ána", "aná", "AnA", "ana "];
    const knock = (name: string, from: string, headers: Record<string, string> = {}) =>
      api.post<{ code?: string }>("/api/v1/knock", { name }, { headers: { "x-forwarded-for": from, ...headers } });
    const tried = spellings.map((name, index) => knock(name, `203.0.113.${index}`));
    assert.deepEqual(await statuses(tried), { 200: 5, 429: 2 });
    const refused = await knock("ana", "203.0.113.99");
    assert.equal(refused.body.code, "RATE_LIMITED");
    assert.equal(refused.headers.get("retry-after"), "60");
    assert.equal(refused.headers.get("ratelimit-limit"), "5", "the tightest of both limits");
    assert.equal((await knock("beto", "203.0.113.1")).status, 200, "other people go on");
    const till = await knock("ana", "203.0.113.1", { "x-visitor": "till one" });
    assert.equal(till.status, 200, "the till where she works has turns of its own");
  });

  it("a body that no schema lets through is not a try", async () => {
    await open({ RATE_LIMIT_ANONYMOUS: "1000/m" });
    assert.deepEqual(await statuses(times(7, () => api.post("/api/v1/knock", { name: 7 }))), { 422: 7 });
    assert.equal((await api.post("/api/v1/knock", { name: "7" })).status, 200);
  });
});

describe("signing in too often", () => {
  let shop: Shop;
  before(async () => {
    shop = await openShop({ env: { RATE_LIMIT_LOGIN: "" } });
  });
  after(() => shop?.close());

  const { username } = people.admin;
  const wrong = { username, password: "not the right one" };

  it("the page says how long to wait in its language, and keeps the name that was typed", async () => {
    const browser = await shop.browser();
    let page = await browser.get("/login");
    for (let turn = 0; turn < 5; turn++) {
      page = await page.submit("#login", wrong);
      assert.equal(page.status, 401);
    }
    page = await page.submit("#login", { username: username.toUpperCase(), password: people.admin.password });
    assert.equal(page.status, 429, "even with the right password");
    assert.match(page.text, /Intente de nuevo en \d+ segundos/);
    assert.ok(Number(page.headers.get("retry-after")) > 0);
    assert.equal(page.fields("#login")["username"], username.toUpperCase());
  });

  it("the API counts the same tries", async () => {
    const answer = await (await shop.api()).post<{ code: string }>("/api/v1/auth/login", wrong);
    assert.equal(answer.status, 429);
    assert.equal(answer.body.code, "RATE_LIMITED");
  });
});
