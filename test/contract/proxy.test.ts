/** Who stands behind a proxy, and who only says so. */
import assert from "node:assert/strict";
import { afterEach, describe, it } from "mocha";
import { readProxyTrust } from "../../kernel/http/proxy.ts";
import { type ApiClient, createApiClient } from "../harness/api-client.ts";
import { openShop, people } from "../harness/shop.ts";
import { door, statuses } from "./door.ts";
import { openSystem, type System } from "./system.ts";

const FORGED = {
  "x-forwarded-for": "198.51.100.7",
  "x-forwarded-proto": "https",
  "x-forwarded-host": "evil.example",
  "x-request-id": "forged-by-a-stranger",
};

describe("behind a proxy", () => {
  let system: System;
  let api: ApiClient;
  afterEach(() => system?.close());
  const open = async (trust: string, anonymous = "100/m") => {
    system = await openSystem([door], { env: { TRUST_PROXY: trust, RATE_LIMIT_ANONYMOUS: anonymous } });
    api = createApiClient(() => system.kernel.url);
  };
  const addressOf = async (chain: string) =>
    (await api.get<{ address: string }>("/api/v1/open", { headers: { "x-forwarded-for": chain } })).body.address;

  for (const trust of ["false", "10.0.0.0/8,::1"])
    it(`TRUST_PROXY=${trust}: what a stranger writes about itself changes nothing`, async () => {
      await open(trust, "3/m");
      const forged = Array.from({ length: 6 }, (_, turn) =>
        api.get<{ address: string }>("/api/v1/open", {
          headers: { ...FORGED, "x-forwarded-for": `198.51.100.${turn}` },
        }),
      );
      assert.deepEqual(await statuses(forged), { 200: 3, 429: 3 });
      for (const { body, headers } of await Promise.all(forged)) {
        assert.ok(body.address === undefined || body.address === "127.0.0.1");
        assert.equal(headers.get("strict-transport-security"), null);
        assert.notEqual(headers.get("x-request-id"), FORGED["x-request-id"]);
      }
    });

  for (const trust of ["loopback", "192.0.2.1, 127.0.0.0/8"])
    it(`TRUST_PROXY=${trust}: the proxy is believed`, async () => {
      await open(trust);
      const { body, headers } = await api.get<{ address: string }>("/api/v1/open", { headers: FORGED });
      assert.equal(body.address, "198.51.100.7");
      assert.match(headers.get("strict-transport-security") ?? "", /max-age=31536000/);
      assert.equal(headers.get("x-request-id"), FORGED["x-request-id"]);
    });

  it("what stands left of the proxies was written by a stranger", async () => {
    await open("loopback,10.0.0.0/8,fd00::/8");
    assert.equal(await addressOf("1.1.1.1, 198.51.100.7"), "198.51.100.7");
    assert.equal(await addressOf("1.1.1.1, 198.51.100.7, 10.0.0.9, 127.0.0.1"), "198.51.100.7");
    assert.equal(await addressOf("1.1.1.1, 2001:db8::7, fd00::9"), "2001:db8::7");
    assert.equal(await addressOf("198.51.100.7, ::ffff:10.0.0.9"), "198.51.100.7");
    assert.equal(await addressOf("1.1.1.1, unknown"), "127.0.0.1", "the proxy does not know: its own address");
    assert.equal(await addressOf("1.1.1.1, <script>, 10.0.0.9"), "10.0.0.9");
    assert.equal(await addressOf(""), "127.0.0.1");
  });

  it("TRUST_PROXY=true: whoever connects is the proxy, and it wrote the last entry", async () => {
    await open("true");
    assert.equal(await addressOf("1.1.1.1, 198.51.100.7"), "198.51.100.7");
    const proto = { "x-forwarded-proto": "https, http" };
    const { headers } = await api.get("/api/v1/open", { headers: proto });
    assert.equal(headers.get("strict-transport-security"), null, "the last one counts for the scheme too");
  });

  it("the audit trail keeps the address of the socket, whatever the request says; cookies stay those of plain HTTP", async () => {
    const shop = await openShop({ env: { TRUST_PROXY: "10.0.0.0/8" } });
    try {
      const browser = await shop.browser();
      const { username, password } = people.admin;
      const fields = { ...(await browser.get("/login")).fields("#login"), username, password };
      const headers = FORGED;
      const answer = await browser.request("POST", "/login", { headers, fields, follow: false });
      assert.equal(answer.status, 303);
      for (const line of answer.headers.getSetCookie()) assert.doesNotMatch(line, /secure|__Host-/i);
      const { rows } = await shop.db.raw("SELECT address FROM audit_log WHERE action = 'session.started'");
      assert.deepEqual(rows, [{ address: "127.0.0.1" }]);
    } finally {
      await shop.close();
    }
  });

  it("an address that is none stops the start", () => {
    for (const wrong of ["yes", "10.0.0.0/33", "10.0.0", "loopback,nginx", "::1/129", "10.0.0.0/8/8", "10.0.0.0/"])
      assert.equal(readProxyTrust(wrong), undefined, wrong);
    assert.deepEqual(readProxyTrust("::1"), [{ network: "::1", prefix: 128, family: "ipv6" }]);
  });
});
