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

  it("are in no line of the log, whatever goes right or wrong", async () => {
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
    const changed = await account.submit("#account-password", { current_password: PASSWORD, ...typed });
    assert.equal(changed.url, "/account");
    secrets.push(...browser.cookies.values());

    const text = JSON.stringify(lines);
    assert.ok(
      lines.some(({ msg }) => msg === "request"),
      "the log was written",
    );
    for (const secret of secrets) assert.ok(!text.includes(secret), `the log holds ${secret}`);
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
