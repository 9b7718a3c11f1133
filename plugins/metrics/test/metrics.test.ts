import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { after, before, describe, it } from "mocha";
import { selfSigned } from "../../../test/harness/certificate.ts";
import { whyNoProgram } from "../../../test/harness/programs.ts";
import { raw } from "../../../test/harness/raw.ts";
import { openShop, type Shop } from "../../../test/harness/shop.ts";

const TOKEN = "a-token-for-Prometheus";

describe("metrics", () => {
  let open: Shop;
  let closed: Shop;
  before(async () => {
    open = await openShop();
    closed = await openShop({ env: { METRICS_TOKEN: TOKEN, TRUST_PROXY: "loopback" } });
  });
  after(async () => {
    await open?.close();
    await closed?.close();
  });

  const ask = (shop: Shop, headers: Record<string, string> = {}) =>
    fetch(`${shop.url}/metrics`, { headers: { connection: "close", ...headers } });

  it("this machine reads them in Prometheus' format, with the last verification of the ledgers", async () => {
    await open.kernel.jobs.runNow("kernel", "verify_ledgers");
    const answer = await ask(open);
    assert.equal(answer.status, 200);
    assert.match(answer.headers.get("content-type") ?? "", /^text\/plain; version=/);
    const text = await answer.text();
    assert.match(text, /^pos_ledger_findings\{ledger="audit"\} 0$/m);
    assert.match(text, /^# TYPE pos_rate_limit_fallback_total counter$/m);
  });

  it("with a token only who has it, from wherever; a wrong one and none are refused", async () => {
    for (const authorization of ["", "Bearer another-token-of-it", TOKEN, `Basic ${TOKEN}`])
      assert.equal((await ask(closed, { authorization })).status, 403, authorization);
    assert.equal((await ask(closed, { authorization: `Bearer ${TOKEN}` })).status, 200);
  });

  it("who comes through the proxy is not this machine", async () => {
    const shop = await openShop({ env: { TRUST_PROXY: "loopback" } });
    try {
      assert.equal((await ask(shop, { "x-forwarded-for": "203.0.113.9" })).status, 403);
      assert.equal((await ask(shop)).status, 200);
    } finally {
      await shop.close();
    }
  });

  it("who comes through a proxy that is not known as one, or that says who asks in no way to be read, is not this machine either", async () => {
    for (const headers of [
      { "x-forwarded-for": "203.0.113.9" },
      { "x-real-ip": "203.0.113.9" },
      { forwarded: "for=203.0.113.9" },
      { via: "1.1 edge" },
    ])
      assert.equal((await ask(open, headers as Record<string, string>)).status, 403, JSON.stringify(headers));
    const shop = await openShop({ env: { TRUST_PROXY: "loopback" } });
    try {
      for (const client of ["unknown", "203.0.113.9:40000", "[2001:db8::1]:40000", "127.0.0.1"])
        assert.equal((await ask(shop, { "x-forwarded-for": client })).status, 403, client);
    } finally {
      await shop.close();
    }
  });

  it("a page from elsewhere whose name was made to lead to this machine reads nothing in its browser; this machine by its own names does", async () => {
    const { port } = new URL(open.url);
    const asked = async (host: string) =>
      (await raw(open.url, `GET /metrics HTTP/1.1\r\nHost:${host}\r\nConnection: close\r\n\r\n`)).status;
    for (const host of [
      ` evil.test:${port}`,
      " 127.0.0.1.evil.test",
      " localhost.evil.test",
      " 127.evil.test",
      " 192.168.1.20",
      " [fd00::5]",
      " [::1",
      "",
    ])
      assert.equal(await asked(host), 403, host);
    assert.equal((await raw(open.url, "GET /metrics HTTP/1.0\r\n\r\n")).status, 403, "without a name");
    for (const host of [
      `localhost:${port}`,
      "LocalHost",
      `127.0.0.1:${port}`,
      "127.0.0.1",
      `[::1]:${port}`,
      "[0:0:0:0:0:0:0:1]",
    ])
      assert.equal(await asked(` ${host}`), 200, host);
    const told = async (host: string) => {
      const { body } = await raw(open.url, `GET /health HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`);
      return JSON.parse(body) as { version?: string; checks: Record<string, unknown> };
    };
    const [theirs, ours] = [await told(`evil.test:${port}`), await told(`localhost:${port}`)];
    assert.deepEqual([theirs.version, theirs.checks["migrations"]], [undefined, { status: "ok" }]);
    assert.deepEqual([typeof ours.version, "plugin pos" in ours.checks], ["string", true]);
  });

  it("has one address: a rule of the edge for it cannot be walked around", async () => {
    for (const path of ["/METRICS", "/Metrics"]) assert.equal((await fetch(`${open.url}${path}`)).status, 404, path);
  });

  it("the end of the certificate that visitors see is told; one that cannot be read is over", async function () {
    const why = whyNoProgram("openssl");
    if (why !== undefined) {
      process.stderr.write(`      skipped: ${why}\n`);
      return this.skip();
    }
    const folder = await mkdtemp(join(tmpdir(), "pos-odata-certificate-"));
    const file = join(folder, "fullchain.pem");
    const shop = await openShop({ env: { METRICS_CERTIFICATE: file } });
    const ends = async () =>
      Number(/^pos_certificate_expires_timestamp_seconds (\S+)$/m.exec(await (await ask(shop)).text())?.[1]);
    try {
      assert.equal(await ends(), 0, "there is none");
      await selfSigned({ certificate: file, key: join(folder, "key.pem") }, { days: 30 });
      assert.ok(Math.abs((await ends()) - Date.now() / 1000 - 30 * 86_400) < 300);
      await writeFile(file, "nonsense");
      assert.equal(await ends(), 0);
    } finally {
      await shop.close();
      await rm(folder, { recursive: true, force: true });
    }
  });

  it("is asked as often as one likes", async () => {
    const shop = await openShop({ env: { RATE_LIMIT_ANONYMOUS: "2/m" } });
    try {
      for (let turn = 0; turn < 5; turn++) assert.equal((await ask(shop)).status, 200);
    } finally {
      await shop.close();
    }
  });
});
