/** The project's nginx in front of two instances of the app: TLS, compression, cache, limits, who is believed, who is asked. */
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { randomUUID } from "node:crypto";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { Agent } from "node:https";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { promisify } from "node:util";
import { gunzipSync } from "node:zlib";
import { after, before, describe, it } from "mocha";
import { root } from "../arch/sources.ts";
import { type RunningApp, startApp } from "../crash/app.ts";
import { migrateEverything } from "../harness/migrated.ts";
import { type Edge, type EdgeAnswer, startEdge, whyNoNginx } from "../harness/nginx.ts";
import { migratedDatabase } from "../harness/postgres.ts";
import { whyNoProgram } from "../harness/programs.ts";
import { people } from "../harness/shop.ts";
import { until } from "../harness/until.ts";

const run = promisify(execFile);
const JSON_TYPE = { "content-type": "application/json" };

describe("nginx in front of two instances", function () {
  this.timeout(300_000);
  const undo: (() => Promise<unknown>)[] = [];
  let edge: Edge;
  let apps: [RunningApp, RunningApp];
  let token: string;

  before(async function () {
    const why = whyNoNginx();
    if (why !== undefined) {
      process.stderr.write(`      skipped: ${why}\n`);
      return this.skip();
    }
    const database = await migratedDatabase(migrateEverything);
    undo.push(() => database.drop());
    const folder = await mkdtemp(join(tmpdir(), "pos-odata-instances-"));
    undo.push(() => rm(folder, { recursive: true, force: true }));
    const env = {
      DATABASE_URL: database.url,
      DATA_DIR: folder,
      JWT_SECRET: "a secret of thirty-two bytes, at least",
      // nginx alone connects from there
      TRUST_PROXY: "127.0.0.2",
    };
    const started = [await startApp(env), await startApp(env)] as const;
    for (const app of started) undo.push(() => app.stop());
    apps = [...started];
    edge = await startEdge(both(), ["proxy_bind 127.0.0.2;"]);
    undo.push(() => edge.stop());
    token = (await signIn()).access_token;
  });
  after(async () => {
    for (const step of undo.splice(0).reverse()) await step();
  });

  const both = () => apps.map(({ url }) => url);
  const send = (path: string, body: object, headers: Record<string, string>) =>
    edge.ask(path, { method: "POST", headers: { ...JSON_TYPE, ...headers }, body: JSON.stringify(body) });
  const signIn = async (headers: Record<string, string> = {}) => {
    const { username, password } = people.admin;
    const answer = await send("/api/v1/auth/login", { username, password }, headers);
    assert.equal(answer.status, 200, answer.bytes.toString());
    return JSON.parse(answer.bytes.toString()) as { access_token: string; refresh_token: string };
  };
  const product = (key: string | undefined) => {
    const sku = `E${randomUUID().slice(0, 8)}`;
    const headers = { authorization: `Bearer ${token}`, ...(key ? { "idempotency-key": key } : {}) };
    return send("/api/v1/products", { sku, name: sku, price: "1000" }, headers);
  };
  /** who was asked for it: one instance, or several after each other */
  const askedOf = async (path: string) => {
    const id = String((await edge.ask(path)).headers["x-request-id"]);
    return (await edge.accessLog(id)).find(({ request }) => request === id)?.["instance"];
  };
  const stylesheet = async () => {
    const page = (await edge.ask("/login")).bytes.toString();
    return /\/assets\/app\.css\?v=[\w-]+/.exec(page)?.[0] ?? assert.fail("the login page has no stylesheet");
  };

  it("plain HTTP leads to TLS, and keeps method and address", async () => {
    const answer = await fetch(`${edge.plain}/products?q=caf%C3%A9`, { method: "POST", redirect: "manual", body: "x" });
    assert.equal(answer.status, 308);
    assert.equal(answer.headers.get("location"), `${edge.url}/products?q=caf%C3%A9`);
  });

  it("the app knows that it is asked over TLS: cookies bound to the host, and HSTS", async () => {
    const { headers } = await edge.ask("/login");
    assert.match(headers["strict-transport-security"] ?? "", /max-age=31536000/);
    for (const cookie of headers["set-cookie"] ?? []) assert.match(cookie, /^__Host-.*; secure/i);
  });

  it("pages travel compressed to whoever can unpack them", async () => {
    const small = await edge.ask("/login", { headers: { "accept-encoding": "gzip, br" } });
    const plain = await edge.ask("/login");
    assert.equal(small.headers["content-encoding"], "gzip");
    assert.equal(plain.headers["content-encoding"], undefined);
    assert.match(gunzipSync(small.bytes).toString(), /<form/);
    assert.ok(small.bytes.length < plain.bytes.length / 2);
  });

  it("a static file is asked of the app once, and given out in both forms", async () => {
    const path = await stylesheet();
    const first = await edge.ask(path, { headers: { "accept-encoding": "gzip" } });
    assert.equal(first.headers["x-cache"], "MISS");
    const small = await edge.ask(path, { headers: { "accept-encoding": "gzip" } });
    const plain = await edge.ask(path, { headers: { "accept-encoding": "identity" } });
    assert.deepEqual([small.headers["x-cache"], plain.headers["x-cache"]], ["HIT", "HIT"]);
    assert.deepEqual([small.headers["content-encoding"], plain.headers["content-encoding"]], ["gzip", undefined]);
    assert.deepEqual(gunzipSync(small.bytes), plain.bytes);
    assert.match(plain.headers["cache-control"] ?? "", /immutable/);
    assert.notEqual(small.headers["x-request-id"], first.headers["x-request-id"]);
  });

  it("an address with the hash of another version is not kept", async () => {
    for (let turn = 0; turn < 2; turn++) {
      const { headers, status } = await edge.ask("/assets/app.css?v=of-another");
      assert.deepEqual([status, headers["x-cache"]], [200, "MISS"]);
    }
  });

  it("what the app is told of a visitor it is told of files as well", async () => {
    const { headers } = await edge.ask("/assets/app.css?v=of-a-third");
    assert.ok(headers["strict-transport-security"], "the app knows that the visitor came by TLS");
  });

  it("each request gets its number here, whatever the visitor says; the app answers with it", async () => {
    const { headers } = await edge.ask("/login", { headers: { "x-request-id": "chosen-by-a-visitor" } });
    const id = String(headers["x-request-id"]);
    assert.match(id, /^[0-9a-f]{32}$/);
    const line = (await edge.accessLog(id)).find(({ request }) => request === id);
    assert.deepEqual([line?.["path"], line?.["status"]], ["/login", 200]);
    assert.ok(apps.some(({ url }) => url.endsWith(String(line?.["instance"]))));
  });

  it("writes down no address that opens a receipt, and has one way to the metrics, which is closed", async () => {
    const secret = `17-${randomUUID()}`;
    const paths = [`/r/${secret}`, `/r/${secret}/receipt.pdf`, `/no-reminders/${secret}`, `/reports/no-more/${secret}`];
    for (const path of paths) await edge.ask(path);
    for (const path of ["/metrics", "/METRICS", "/metrics/", "/Metrics//"])
      assert.equal((await edge.ask(path)).status, 404, path);
    const lines = await edge.accessLog('"/Metrics');
    assert.equal(JSON.stringify(lines).includes(secret), false);
    assert.equal(lines.filter(({ path }) => path === "/r/...").length, 2);
  });

  it("a visitor's address is that of its connection, whatever it says", async () => {
    const forged = { "x-forwarded-for": "198.51.100.7", forwarded: "for=198.51.100.7", "x-real-ip": "198.51.100.7" };
    const { access_token } = await signIn(forged);
    const answer = await edge.ask("/api/v1/auth/sessions", { headers: { authorization: `Bearer ${access_token}` } });
    const { data } = JSON.parse(answer.bytes.toString()) as { data: { address: string; current: boolean }[] };
    assert.deepEqual(
      data.filter(({ current }) => current).map(({ address }) => address),
      ["127.0.0.1"],
    );
  });

  it("who reaches an instance beside the edge is not believed either", async () => {
    const forged = { "x-forwarded-for": "198.51.100.7", "x-forwarded-proto": "https" };
    const { headers } = await fetch(`${apps[0].url}/login`, { headers: { ...forged, connection: "close" } });
    assert.equal(headers.get("strict-transport-security"), null);
  });

  it("the numbers of the shop are not for the street", async () => {
    assert.equal((await edge.ask("/metrics")).status, 404);
  });

  it("too large a body is refused at the edge, in the reader's language", async () => {
    const headers = { "content-length": String(27 * 1024 * 1024), "accept-language": "en" };
    const answer = await edge.ask("/api/v1/products/import", { method: "POST", headers });
    assert.equal(answer.status, 413);
    assert.match(String(answer.headers["content-type"]), /^application\/problem\+json/);
    const problem = JSON.parse(answer.bytes.toString()) as Record<string, unknown>;
    assert.deepEqual([problem["code"], problem["status"]], ["BODY_TOO_LARGE", 413]);
    assert.equal(problem["request_id"], answer.headers["x-request-id"]);
    const page = await edge.ask("/products/import", {
      method: "POST",
      headers: { ...headers, "accept-language": "es" },
    });
    assert.match(page.bytes.toString(), /lang="es"[\s\S]*demasiado grande/);
  });

  it("ops/deploy/monitor finds it well, or says what is wrong", async function () {
    const why = whyNoProgram("curl");
    if (why !== undefined) {
      process.stderr.write(`      skipped: ${why}\n`);
      return this.skip();
    }
    const monitor = async (url: string, env: Record<string, string> = {}) => {
      const { CA_FILE = edge.caFile, CERTIFICATE_DAYS = "1" } = env;
      const all = { ...process.env, CA_FILE, CERTIFICATE_DAYS };
      return run(join(root, "ops/deploy/monitor"), [url], { env: all }).then(
        ({ stdout }) => stdout,
        ({ code, stderr }) => `${code} ${stderr}`,
      );
    };
    assert.equal(await monitor(edge.url), `${edge.url} is well\n`);
    assert.match(await monitor(edge.url, { CERTIFICATE_DAYS: "14" }), /^1 the certificate of .* ends within 14 days/);
    assert.match(await monitor("https://127.0.0.1:1"), /^1 .*not ready: .*no sign-in page: /s);
  });

  it("when an instance dies nobody notices: the other one answers, and the dead one is left alone", async () => {
    // however slow the machine is, nobody looks meanwhile whether it is back
    await edge.setUpstreams(both(), { seconds: 3600 });
    await edge.reload();
    await apps[0].kill();
    const answers = await Promise.all(
      Array.from({ length: 40 }, (_, turn) => (turn % 2 ? product(undefined) : edge.ask("/health/ready"))),
    );
    assert.deepEqual([...new Set(answers.map(({ status }) => status))].sort(), [200, 201]);
    // not even tried, twelve times in a row, which is no chance
    const asked = new Set<unknown>();
    for (let turn = 0; turn < 12; turn++) asked.add(await askedOf("/health/live"));
    assert.deepEqual([...asked], [new URL(apps[1].url).host]);
  });

  it("started again it has its share of the work", async () => {
    const mine = new URL(apps[0].url).host;
    await edge.setUpstreams(both());
    await edge.reload();
    // it is known to be dead, and comes back without another reload
    await until(async () => String(await askedOf("/health/live")).includes(mine));
    await apps[0].killAndRestart();
    await until(async () => (await askedOf("/health/live")) === mine);
  });

  it("an instance dies over a write with a key: the other one does it. Without a key the person is told, as it may have been done", async () => {
    const { refresh_token } = await signIn();
    // all of them get to the one that hangs
    await edge.setUpstreams([apps[0].url], { spare: [apps[1].url] });
    await edge.reload();
    process.kill(apps[0].pid(), "SIGSTOP");
    const keyed = Array.from({ length: 6 }, () => product(randomUUID()));
    const bare = Array.from({ length: 6 }, () => product(undefined));
    // a token or a code that comes twice looks stolen
    const renewal = send("/api/v1/auth/refresh", { refresh_token }, { "idempotency-key": randomUUID() });
    const removal = edge.ask("/api/v1/auth/totp", { method: "DELETE", headers: JSON_TYPE, body: "{}" });
    await until(async () => (await unread(apps[0].url)) === 14);
    await apps[0].kill();
    assert.deepEqual([...new Set((await Promise.all(keyed)).map(({ status }) => status))], [201]);
    const told = await Promise.all(bare);
    assert.deepEqual([...new Set(told.map(({ status }) => status))], [502]);
    assert.equal(JSON.parse(String(told[0]?.bytes))["code"], "INSTANCE_DOWN");
    assert.deepEqual([(await renewal).status, (await removal).status], [502, 502]);
    await apps[0].killAndRestart();
    await edge.setUpstreams(both());
    await edge.reload();
  });

  it("with no instance left the edge itself says so; static files stay", async () => {
    const path = await stylesheet();
    await edge.ask(path);
    for (const app of apps) await app.stop();
    const page = await edge.ask("/", { headers: { "accept-language": "en" } });
    assert.equal(page.status, 502);
    assert.match(String(page.bytes), /lang="en"[\s\S]*does not answer/);
    assert.match(String(page.bytes), new RegExp(String(page.headers["x-request-id"])));
    assert.equal((await edge.ask(path)).status, 200);
  });

  it("one who asks too often is told so, and how long to wait", async () => {
    assert.match(await readFile(join(root, "ops/nginx/place/edge.conf"), "utf8"), /zone=requests:10m rate=100r\/s;/);
    // no machine is so slow that it asks less often
    await edge.setRate(1);
    await edge.reload();
    const path = "/assets/app.css";
    const agent = new Agent({ keepAlive: true, maxSockets: 20 });
    let refused: EdgeAnswer | undefined;
    let asked = 0;
    const visitor = async () => {
      while (refused === undefined) {
        asked++;
        const answer = await edge.ask(path, { agent });
        if (answer.status === 429) refused = answer;
      }
    };
    await Promise.all(Array.from({ length: 20 }, visitor));
    agent.destroy();
    assert.ok(asked > 300, `300 at once are let through, refused after ${asked}`);
    assert.equal(refused?.headers["retry-after"], "5");
    assert.match(String(refused?.bytes), /lang="es"[\s\S]*Demasiadas solicitudes/);
  });
});

/** How many connections to that server hold something that it has not read yet, as the system tells. */
async function unread(url: string): Promise<number> {
  const port = Number(new URL(url).port).toString(16).toUpperCase().padStart(4, "0");
  const lines = (await readFile("/proc/net/tcp", "utf8")).split("\n").map((line) => line.trim().split(/\s+/));
  const ESTABLISHED = "01";
  return lines.filter(
    ([, local, , state, queues]) =>
      local?.endsWith(`:${port}`) && state === ESTABLISHED && !queues?.endsWith(":00000000"),
  ).length;
}
