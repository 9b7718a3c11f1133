import assert from "node:assert/strict";
import { after, before, describe, it } from "mocha";
import { createCache } from "../../../kernel/cache/index.ts";
import type { Database } from "../../../kernel/db/database.ts";
import { type Kernel, startKernel } from "../../../kernel/kernel.ts";
import { type ApiClient, createApiClient } from "../../../test/harness/api-client.ts";
import { handClock } from "../../../test/harness/clock.ts";
import { memoryLog } from "../../../test/harness/log.ts";
import { type TestRedis, testRedis, whyNoRedis } from "../../../test/harness/redis.ts";
import { CALM, openShop, people, type Shop } from "../../../test/harness/shop.ts";
import { until } from "../../../test/harness/until.ts";
import { createSessions } from "../sessions.ts";

interface SessionAnswer {
  id: string;
  kind: string;
  current: boolean;
}
interface Tokens {
  access_token: string;
  refresh_token: string;
}
type List = { data: SessionAnswer[] };

const ME = "/api/v1/auth/me";

async function signIn(shop: Shop, person: { username: string; password: string }): Promise<Tokens> {
  const { username, password } = person;
  const answer = await (await shop.api()).post<Tokens>("/api/v1/auth/login", { username, password });
  assert.equal(answer.status, 200, answer.text);
  return answer.body;
}

describe("a person's sessions", () => {
  let shop: Shop;
  let admin: ApiClient;
  before(async () => {
    shop = await openShop();
    admin = await shop.api("admin");
    await shop.api("employee");
  });
  after(() => shop?.close());

  const own = (client: ApiClient) => client.get<List>("/api/v1/auth/sessions");
  const enter = async () => createApiClient(() => shop.url, (await signIn(shop, people.employee)).access_token);

  it("are listed with the one in use marked, and one of them is ended on the page", async () => {
    const other = await enter();
    const browser = await shop.browser("employee");
    const page = await browser.get("/account/sessions");
    assert.match(page.text, /esta/);
    const { body } = await own(other);
    assert.deepEqual(
      body.data.filter(({ current }) => current).map(({ kind }) => kind),
      ["bearer"],
    );
    assert.ok(body.data.some(({ kind, current }) => kind === "cookie" && !current));
    const mine = body.data.find(({ current }) => current);
    const after = await page.submit(`form[action="/account/sessions/${mine?.id}/end"] button`);
    assert.match(after.text, /La sesión quedó cerrada/);
    assert.equal((await other.get(ME)).status, 401);
    assert.equal((await browser.get("/account")).url, "/account");
  });

  it("all others are ended at once, and the one in use goes on", async () => {
    const others = await Promise.all([enter(), enter(), enter()]);
    const browser = await shop.browser("employee");
    const page = await (await browser.get("/account/sessions")).submit("#end-all");
    assert.equal(page.url, "/account/sessions");
    for (const other of others) assert.equal((await other.get(ME)).status, 401);
    assert.equal((await browser.get("/account")).url, "/account");
  });

  it("the one in use can be ended as well: the next page is the way in", async () => {
    const browser = await shop.browser("employee");
    const page = await browser.get("/account/sessions");
    const card = page.root.querySelectorAll("form.auth-session").find((form) => form.text.includes("esta"));
    const left = await page.submit(`form[action="${card?.getAttribute("action")}"] button`);
    assert.match(left.url, /^\/login/);
    assert.match((await browser.get("/account")).url, /^\/login/);
  });

  it("nobody ends those of somebody else, an administrator does", async () => {
    const client = await enter();
    const { body } = await own(client);
    const id = body.data.find(({ current }) => current)?.id;
    const manager = await shop.api("manager");
    assert.equal((await manager.delete(`/api/v1/auth/sessions/${id}`)).status, 404);
    assert.equal((await client.get(ME)).status, 200);
    const user = (await client.get<{ id: number }>(ME)).body.id;
    assert.equal((await manager.get(`/api/v1/users/${user}/sessions`)).status, 403);
    const seen = await admin.get<List>(`/api/v1/users/${user}/sessions`);
    assert.ok(seen.body.data.some((one) => one.id === id && !one.current));
    assert.equal((await admin.delete(`/api/v1/users/${user}/sessions/${id}`)).status, 204);
    assert.equal((await client.get(ME)).status, 401);
    assert.equal((await admin.delete(`/api/v1/users/${user}/sessions/${id}`)).status, 404, "it is over already");
  });

  it("an administrator ends all of a person on a page, and the trail says so", async () => {
    const client = await enter();
    const { id } = (await client.get<{ id: number }>(ME)).body;
    const browser = await shop.browser("admin");
    const page = await (await browser.get(`/users/${id}/sessions`)).submit("#end-all");
    assert.match(page.text, /Ninguna/);
    assert.equal((await client.get(ME)).status, 401);
    const { rows } = await shop.db.raw(
      "SELECT user_name, after FROM audit_log WHERE action = 'session.ended' AND subject = ? ORDER BY id DESC LIMIT 1",
      [`user:${id}`],
    );
    assert.equal(rows[0].user_name, people.admin.username);
    assert.ok(rows[0].after.sessions >= 1);
    assert.equal((await admin.delete("/api/v1/users/999999/sessions")).status, 404);
  });
});

/** What ends on one instance is over on the other one with its next request. */
function acrossInstances(what: string, env: () => Record<string, string>) {
  describe(`two instances ${what}`, () => {
    let shop: Shop;
    let second: Kernel;
    before(async () => {
      shop = await openShop({ env: env() });
      second = await startKernel({ ...CALM, env: shop.env });
      for (const kernel of [shop.kernel, second])
        if (Object.keys(env()).length > 0) await until(async () => kernel.cache.state() === "redis");
    });
    after(async () => {
      await second?.stop();
      await shop?.close();
    });

    const there = (token: string) => createApiClient(() => second.url, token);
    const hire = async (username: string) => {
      const person = { username, password: "una frase corta", full_name: username, role: "employee" };
      const { body } = await (await shop.api("admin")).post<{ id: number }>("/api/v1/users", person);
      const tokens = await signIn(shop, person);
      const other = there(tokens.access_token);
      assert.equal((await other.get(ME)).status, 200, "known there before");
      return { ...tokens, id: body.id, other };
    };

    it("signing out", async () => {
      const { access_token, other } = await hire("olga");
      assert.equal((await createApiClient(() => shop.url, access_token).post("/api/v1/auth/logout")).status, 204);
      assert.equal((await other.get(ME)).status, 401);
    });

    it("a new password", async () => {
      const { id, other } = await hire("pedro");
      const admin = await shop.api("admin");
      await admin.post(`/api/v1/users/${id}/password`, { password: "otra frase distinta" });
      assert.equal((await other.get(ME)).status, 401);
    });

    it("a change of role", async () => {
      const { id, other } = await hire("quique");
      assert.equal((await other.get("/api/v1/users")).status, 403);
      await (await shop.api("admin")).patch(`/api/v1/users/${id}`, { role: "admin" });
      assert.equal((await other.get("/api/v1/users")).status, 200);
    });

    it("deactivation", async () => {
      const { id, other } = await hire("rosa");
      await (await shop.api("admin")).patch(`/api/v1/users/${id}`, { active: false });
      assert.equal((await other.get(ME)).status, 401);
    });

    it("what a role may do", async () => {
      const { other } = await hire("sara");
      assert.equal((await other.get("/api/v1/sales")).status, 200);
      await (await shop.api("admin")).put("/api/v1/roles/employee", { permissions: ["pos.sell"] });
      assert.equal((await other.get("/api/v1/sales")).status, 403);
    });

    it("a refresh token that came back", async () => {
      const { refresh_token, other } = await hire("tomas");
      const stranger = await shop.api();
      assert.equal((await stranger.post("/api/v1/auth/refresh", { refresh_token })).status, 200);
      assert.equal((await other.get(ME)).status, 200);
      assert.equal((await stranger.post("/api/v1/auth/refresh", { refresh_token })).status, 401);
      assert.equal((await other.get(ME)).status, 401);
    });
  });
}

acrossInstances("without Redis", () => ({}));

describe("with Redis", () => {
  const missing = whyNoRedis();
  if (missing) {
    it(`is skipped: ${missing}`, function () {
      this.skip();
    });
    return;
  }
  let redis: TestRedis;
  before(async () => {
    redis = await testRedis();
  });
  after(() => redis?.close());
  acrossInstances("that share Redis", () => ({ REDIS_URL: redis.url }));
});

describe("a session that changes while somebody reads it", () => {
  it("is not put back into the cache as it was", async () => {
    const shop = await openShop();
    const clock = handClock(new Date().toISOString());
    const { log } = memoryLog();
    const cache = await createCache({ log, clock, alone: true });
    try {
      const { access_token } = await signIn(shop, people.admin);
      const id = JSON.parse(Buffer.from(access_token.split(".")[1] ?? "", "base64url").toString()).sid;
      let letGo = () => {};
      let began = () => {};
      const reading = new Promise<void>((resolve) => {
        began = resolve;
      });
      const held = new Promise<void>((resolve) => {
        letGo = resolve;
      });
      let slow = true;
      const { client } = shop.db;
      type Answered = (error: unknown, result: unknown) => void;
      const acquireConnection = async () => {
        const connection = await client.acquireConnection();
        const query = (statement: object, answered: Answered) =>
          connection.query(statement, (error: unknown, result: unknown) => {
            if (!slow) return answered(error, result);
            slow = false;
            began();
            void held.then(() => answered(error, result));
          });
        return { query, end: () => client.releaseConnection(connection) };
      };
      const releaseConnection = ({ end }: { end(): void }) => end();
      const db = {
        ...shop.kernel.db,
        primary: { client: { emit: () => {}, acquireConnection, releaseConnection } },
        transaction: shop.kernel.db.transaction,
      } as unknown as Database;
      const audit = async () => {};
      const sessions = createSessions({ db, cache, clock, audit, sign: () => "" });
      const early = sessions.find(id);
      await reading;
      await sessions.end({ user: { id: 1, username: people.admin.username }, address: "::1" }, id);
      letGo();
      assert.ok(await early, "who asked before the end is told what was true then");
      assert.equal(await sessions.find(id), undefined, "nobody after it");
    } finally {
      await cache.close();
      await shop.close();
    }
  });
});

describe("a signing secret that changes", () => {
  it("lets people go on: old tokens are good while the old secret is known, refresh tokens always", async () => {
    const shop = await openShop({ env: { JWT_SECRET: "first secret of at least 32 bytes" } });
    const start = (env: Record<string, string>) => startKernel({ ...CALM, env: { ...shop.env, ...env } });
    const now = "second secret of at least 32 bytes";
    const turning = await start({ JWT_SECRET: now, JWT_SECRET_OLD: "first secret of at least 32 bytes" });
    const turned = await start({ JWT_SECRET: now });
    try {
      const before = await signIn(shop, people.admin);
      const status = async (kernel: Kernel, token: string) =>
        (await createApiClient(() => kernel.url, token).get(ME)).status;
      assert.deepEqual(
        await Promise.all([status(turning, before.access_token), status(turned, before.access_token)]),
        [200, 401],
      );
      const renewed = await createApiClient(() => turning.url).post<Tokens>("/api/v1/auth/refresh", {
        refresh_token: before.refresh_token,
      });
      assert.equal(await status(turned, renewed.body.access_token), 200, "the new secret signs");
      assert.equal(await status(shop.kernel, renewed.body.access_token), 401, "who knows only the old one refuses it");
    } finally {
      await turned.stop();
      await turning.stop();
      await shop.close();
    }
  });
});
