import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "mocha";
import { type Kernel, startKernel } from "../../../kernel/kernel.ts";
import { createApiClient } from "../../../test/harness/api-client.ts";
import { createBrowser } from "../../../test/harness/browser.ts";
import { type LogLine, memoryLog } from "../../../test/harness/log.ts";
import { type TestDatabase, testDatabase } from "../../../test/harness/postgres.ts";

const PASSWORD = "a phrase that no log may hold";
const NEW_PASSWORD = "another phrase for nobody's eyes";
const HIRED_PASSWORD = "a third phrase for the newcomer";
/** a signed token, a hash of a password, a member that is named like a secret */
const LOOKS_SECRET = /eyJ[\w-]{10,}\.|\$(scrypt|argon2)|"(\w*(password|secret|token|hash)\w*|pin)":/i;

describe("secrets", () => {
  let folder: string;
  let database: TestDatabase;
  let kernel: Kernel;
  let lines: LogLine[];
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "pos-odata-secrets-"));
    database = await testDatabase();
    const memory = memoryLog();
    lines = memory.lines;
    const env = {
      NODE_ENV: "test",
      PORT: "0",
      DATA_DIR: folder,
      DATABASE_URL: database.url,
      TRUST_PROXY: "true",
      RATE_LIMIT_ANONYMOUS: "100000/m",
      RATE_LIMIT_LOGIN: "100000/m",
      ADMIN_USERNAME: "ana",
      ADMIN_PASSWORD: PASSWORD,
    };
    kernel = await startKernel({ env, log: memory.log });
  });
  after(async () => {
    await kernel?.stop();
    await database?.drop();
    await rm(folder, { recursive: true, force: true });
  });

  it("are in no line of the log and of the audit trail, whatever goes right or wrong", async () => {
    const url = () => kernel.url;
    const api = createApiClient(url);
    const secrets = [PASSWORD, NEW_PASSWORD];

    type Tokens = { access_token: string; refresh_token: string };
    const { body: first } = await api.post<Tokens>("/api/v1/auth/login", { username: "ana", password: PASSWORD });
    const { body: second } = await api.post<Tokens>("/api/v1/auth/refresh", { refresh_token: first.refresh_token });
    assert.equal((await api.post("/api/v1/auth/refresh", { refresh_token: first.refresh_token })).status, 401);
    await api.get("/api/v1/auth/me", { headers: { authorization: `Bearer ${second.access_token}` } });
    await api.post("/api/v1/auth/login", { username: PASSWORD, password: "typed in the wrong field" });
    await api.post("/api/v1/auth/login", { username: "ana", password: PASSWORD, unknown: PASSWORD });
    for (const { access_token, refresh_token } of [first, second]) secrets.push(access_token, refresh_token);

    const browser = createBrowser(url);
    await (await browser.get("/login")).submit("#login", { username: "ana", password: PASSWORD });
    secrets.push(...browser.cookies.values());
    browser.cookies.delete("pos_access");
    const account = await browser.get("/account");
    const typed = { password: NEW_PASSWORD, password_again: NEW_PASSWORD };
    await account.submit("#account-password", { current_password: "not this one", ...typed });
    const easy = { password: "qwertyuiop12345", password_again: "qwertyuiop12345" };
    assert.equal((await account.submit("#account-password", { current_password: PASSWORD, ...easy })).status, 422);
    const begun = await (await browser.get("/account/totp")).submit("#totp-begin");
    const key = begun.root.querySelector("#totp-secret")?.text ?? "";
    assert.notEqual(key, "");
    await begun.submit("#totp", { totp: "123 456", current_password: PASSWORD });
    secrets.push(easy.password, key, key.replaceAll(" ", ""));
    const changed = await account.submit("#account-password", { current_password: PASSWORD, ...typed });
    assert.equal(changed.url, "/account");
    secrets.push(...browser.cookies.values());

    const hired = { username: "beto", full_name: "Beto", role: "employee", password: HIRED_PASSWORD };
    const { body: fresh } = await api.post<Tokens>("/api/v1/auth/login", { username: "ana", password: NEW_PASSWORD });
    const headers = { authorization: `Bearer ${fresh.access_token}` };
    assert.equal((await api.post("/api/v1/users", hired, { headers })).status, 201);
    secrets.push(HIRED_PASSWORD, fresh.access_token, fresh.refresh_token);
    secrets.push(...(await kernel.db.primary("users").pluck("password_hash")));

    const text = JSON.stringify(lines);
    assert.ok(
      lines.some(({ msg }) => msg === "request"),
      "the log was written",
    );
    for (const secret of secrets) assert.ok(!text.includes(secret), `the log holds ${secret}`);

    const trail: { action: string; entry: string }[] = await kernel.db
      .primary("audit_log as a")
      .select("action", kernel.db.primary.raw("row_to_json(a)::text AS entry"));
    const written = new Set(trail.map(({ action }) => action));
    for (const action of [
      "login.failed",
      "session.started",
      "session.reuse_detected",
      "password.changed",
      "user.created",
    ])
      assert.ok(written.has(action), `the trail was written: ${action}`);
    for (const { entry } of trail) {
      for (const secret of secrets) assert.ok(!entry.includes(secret), `the trail holds ${secret}: ${entry}`);
      assert.doesNotMatch(entry, LOOKS_SECRET, "nor does it hold what has the look of one");
    }
  });

  it("cookies behind TLS are only for TLS", async () => {
    const browser = createBrowser(() => kernel.url);
    const headers = { "x-forwarded-proto": "https" };
    const login = await browser.request("GET", "/login", { headers });
    const fields = { ...login.fields("#login"), username: "ana", password: NEW_PASSWORD };
    const answer = await browser.request("POST", "/login", { headers, fields, follow: false });
    const tokens = answer.headers.getSetCookie().filter((line) => /^__Host-pos_(access|refresh)=./.test(line));
    assert.equal(tokens.length, 2, answer.text);
    for (const line of tokens) assert.match(line, /; path=\/;.*; samesite=lax; secure; httponly$/i);
    for (const line of tokens) assert.doesNotMatch(line, /domain=/i);

    browser.cookies.delete("__Host-pos_access");
    const renewed = (await browser.request("GET", "/account", { headers })).headers.getSetCookie();
    assert.match(renewed.find((line) => line.startsWith("__Host-pos_access=")) ?? "", /; secure(;|$)/i);
  });
});
