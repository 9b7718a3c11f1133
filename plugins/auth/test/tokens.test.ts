import assert from "node:assert/strict";
import { createHmac, generateKeyPairSync } from "node:crypto";
import jwt from "jsonwebtoken";
import { after, before, describe, it } from "mocha";
import type { ApiClient } from "../../../test/harness/api-client.ts";
import { handClock } from "../../../test/harness/clock.ts";
import { openShop, people, type Shop } from "../../../test/harness/shop.ts";

const JWT_SECRET = "a secret of this test and of no shop anywhere";
const { username, password } = people.admin;

interface TokenAnswer {
  access_token: string;
  refresh_token: string;
  expires_in: number;
  token_type: string;
  user: { id: number; username: string; full_name: string; role: string };
}

describe("a token that was good", () => {
  it("is good for its hour and not a second longer, however often it was shown, and in its own way only", async () => {
    const clock = handClock();
    const shop = await openShop({ env: { JWT_SECRET }, clock });
    try {
      const stranger = await shop.api();
      const { body } = await stranger.post<TokenAnswer>("/api/v1/auth/login", { username, password });
      const authorization = `Bearer ${body.access_token}`;
      const asBearer = () => stranger.get("/api/v1/auth/me", { headers: { authorization } });
      const asCookie = () =>
        stranger.get("/api/v1/auth/me", { headers: { cookie: `pos_access=${body.access_token}` } });
      assert.equal((await asCookie()).status, 401);
      for (let time = 0; time < 2; time++) assert.equal((await asBearer()).status, 200);
      assert.equal((await asCookie()).status, 401);
      clock.advance(3_599_000);
      assert.equal((await asBearer()).status, 200);
      clock.advance(1_000);
      assert.equal((await asBearer()).status, 401);
    } finally {
      await shop.close();
    }
  });
});

describe("tokens of the API", () => {
  let shop: Shop;
  let stranger: ApiClient;
  before(async () => {
    shop = await openShop({ env: { JWT_SECRET } });
    stranger = await shop.api();
  });
  after(() => shop?.close());

  const login = async () => {
    const answer = await stranger.post<TokenAnswer>("/api/v1/auth/login", { username, password });
    assert.equal(answer.status, 200, answer.text);
    return answer.body;
  };
  const me = (token: string) =>
    stranger.get<{ permissions: string[] }>("/api/v1/auth/me", { headers: { authorization: `Bearer ${token}` } });
  const refresh = (refresh_token: string) => stranger.post<TokenAnswer>("/api/v1/auth/refresh", { refresh_token });

  it("a sign-in answers two tokens and the person", async () => {
    const answer = await login();
    assert.equal(answer.token_type, "Bearer");
    assert.equal(answer.expires_in, 3600);
    assert.deepEqual({ ...answer.user, id: 0 }, { id: 0, username, full_name: people.admin.fullName, role: "admin" });
    const mine = await me(answer.access_token);
    assert.equal(mine.status, 200);
    assert.ok(mine.body.permissions.includes("users.manage"));
  });

  it("the token tells who and which session, and nothing else", async () => {
    const claims = jwt.decode((await login()).access_token) as jwt.JwtPayload;
    assert.deepEqual(Object.keys(claims).sort(), ["aud", "exp", "iat", "iss", "sid", "sub"]);
    assert.equal((claims.exp ?? 0) - (claims.iat ?? 0), 3600);
  });

  it("an unknown name and a wrong password get the same answer", async () => {
    const wrong = await stranger.post("/api/v1/auth/login", { username, password: "not the password" });
    const unknown = await stranger.post("/api/v1/auth/login", { username: "nobody", password: "not the password" });
    assert.equal(wrong.status, 401);
    const { request_id: _a, ...one } = wrong.body as Record<string, unknown>;
    const { request_id: _b, ...other } = unknown.body as Record<string, unknown>;
    assert.deepEqual(one, other);
    assert.equal(one["code"], "INVALID_CREDENTIALS");
    assert.equal(unknown.status, 401);
    const { rows } = await shop.db.raw(
      "SELECT row_to_json(a)::text AS entry FROM audit_log a WHERE action = 'login.failed'",
    );
    assert.equal(rows.length, 2);
    assert.ok(!rows.some((row: { entry: string }) => row.entry.includes("nobody")), "what was typed is not kept");
  });

  it("a refresh gives two new tokens; the old one then ends the whole session", async () => {
    const first = await login();
    const second = (await refresh(first.refresh_token)).body;
    assert.notEqual(second.refresh_token, first.refresh_token);
    assert.equal((await me(second.access_token)).status, 200);
    const reused = await refresh(first.refresh_token);
    assert.equal(reused.status, 401);
    assert.equal((reused.body as unknown as { code: string }).code, "REFRESH_INVALID");
    assert.equal((await refresh(second.refresh_token)).status, 401);
    for (const { access_token } of [first, second]) assert.equal((await me(access_token)).status, 401);
  });

  it("of twenty refreshes at once one succeeds", async () => {
    const { refresh_token } = await login();
    const answers = await Promise.all(Array.from({ length: 20 }, () => refresh(refresh_token)));
    assert.equal(answers.filter(({ status }) => status === 200).length, 1);
    assert.equal(answers.filter(({ status }) => status === 401).length, 19);
  });

  it("a refresh token that was made up is refused and ends nothing", async () => {
    const { access_token } = await login();
    for (const made of ["", "x", `00000000-0000-4000-8000-000000000000.${"A".repeat(43)}`])
      assert.equal((await refresh(made)).status, 401);
    assert.equal((await me(access_token)).status, 200);
  });

  it("a browser's refresh token is not a program's", async () => {
    const cookie = (await shop.browser("admin")).cookies.get("pos_refresh");
    assert.ok(cookie);
    assert.equal((await refresh(cookie)).status, 401);
  });

  it("signing out voids both tokens at once", async () => {
    const { access_token, refresh_token } = await login();
    assert.equal((await me(access_token)).status, 200);
    const headers = { authorization: `Bearer ${access_token}` };
    assert.equal((await stranger.post("/api/v1/auth/logout", undefined, { headers })).status, 204);
    assert.equal((await me(access_token)).status, 401);
    assert.equal((await refresh(refresh_token)).status, 401);
  });

  it("secrets are not in the database", async () => {
    const { refresh_token } = await login();
    const secret = Buffer.from(refresh_token.slice(37), "base64url").toString("hex");
    const { rows } = await shop.db.raw("SELECT row_to_json(s)::text AS row FROM sessions s");
    assert.ok(rows.length > 0 && !rows.some(({ row }: { row: string }) => row.includes(secret)));
  });

  describe("a forged token is refused:", () => {
    let good: jwt.JwtPayload;
    before(async () => {
      good = jwt.decode((await login()).access_token) as jwt.JwtPayload;
    });

    const sign = (change: object, key: jwt.Secret = JWT_SECRET, algorithm: jwt.Algorithm = "HS256") =>
      jwt.sign({ ...good, ...change }, key, { algorithm });
    const part = (value: object) => Buffer.from(JSON.stringify(value)).toString("base64url");

    it("(the same by its own means is accepted)", async () => assert.equal((await me(sign({}))).status, 200));

    const now = () => Number(good.iat);
    const forged: Record<string, () => string> = {
      expired: () => sign({ iat: now() - 7200, exp: now() - 3600 }),
      "not yet valid": () => sign({ nbf: now() + 3600 }),
      "of another issuer": () => sign({ iss: "another" }),
      "for another audience": () => sign({ aud: "another" }),
      "signed with another key": () => sign({}, "another secret that is long enough to sign"),
      "of another algorithm": () => sign({}, JWT_SECRET, "HS512"),
      "of algorithm none": () => `${part({ alg: "none", typ: "JWT" })}.${part(good)}.`,
      "of algorithm None with a signature": () => `${part({ alg: "None", typ: "JWT" })}.${part(good)}.AAAA`,
      "signed with a public key pair": () =>
        jwt.sign(good, generateKeyPairSync("rsa", { modulusLength: 2048 }).privateKey, { algorithm: "RS256" }),
      "altered after signing": () => {
        const [head, , signature] = sign({}).split(".");
        return `${head}.${part({ ...good, sub: "999" })}.${signature}`;
      },
      "signed over a body that is no JSON": () => {
        const text = `${part({ alg: "HS256", typ: "JWT" })}.${Buffer.from("{").toString("base64url")}`;
        return `${text}.${createHmac("sha256", JWT_SECRET).update(text).digest("base64url")}`;
      },
      "without a session": () => sign({ sid: undefined }),
      "for a session that is no id": () => sign({ sid: "' OR true --" }),
      "for a session that never was": () => sign({ sid: "00000000-0000-4000-8000-000000000000" }),
      "longer than ours ever are": () => sign({ padding: "x".repeat(4000) }),
      "of three dots": () => "...",
    };
    for (const [name, token] of Object.entries(forged))
      it(name, async () => assert.equal((await me(token())).status, 401));

    it("and so is it as a cookie", async () => {
      const browser = await shop.browser("admin");
      const own = jwt.decode(browser.cookies.get("pos_access") ?? "") as jwt.JwtPayload;
      browser.cookies.delete("pos_refresh");
      browser.cookies.set("pos_access", sign(own));
      assert.equal((await browser.get("/account")).url, "/account");
      browser.cookies.set("pos_access", sign({ ...own, exp: now() - 1 }));
      assert.match((await browser.get("/account")).url, /^\/login/);
    });
  });
});
