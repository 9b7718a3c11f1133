/** What comes over the wire and is no decent HTTP: broken addresses, heads without end, smuggled requests, dribbled bytes. */
import assert from "node:assert/strict";
import { once } from "node:events";
import { after, before, describe, it } from "mocha";
import { answerOf, open, raw } from "../harness/raw.ts";
import { until } from "../harness/until.ts";
import { door } from "./door.ts";
import { openSystem, type System } from "./system.ts";

const HEAD = "Host: shop\r\nConnection: close\r\n";

describe("on the wire", () => {
  let system: System;
  before(async () => {
    system = await openSystem([door], {
      listener: { headersTimeout: 1000, requestTimeout: 2000, connectionsCheckingInterval: 50, maxConnections: 20 },
    });
  });
  after(() => system?.close());
  const url = () => system.kernel.url;
  const get = (target: string, headers = "", method = "GET") =>
    raw(url(), `${method} ${target} HTTP/1.1\r\n${HEAD}${headers}\r\n`);
  const codeOf = ({ body }: { body: string }) => /"code":"(\w+)"/.exec(body)?.[1];

  describe("an address", () => {
    const OPEN = "/api/v1/open";
    const broken = ["%c0%af", "%ff", "%", "%zz", "%00", "%ed%a0%80", "%e0%80%af", "caf%e9"];
    for (const part of broken)
      for (const target of [`/${part}`, `${OPEN}?a=${part}`, `/api/v1/${part}/x`, `/assets/${part}`])
        it(`${target} is refused`, async () => {
          const answer = await get(target);
          assert.equal(answer.status, 400, answer.body);
          assert.doesNotMatch(answer.body, /URIError|at \w+ \(|node:/);
        });

    it("longer than 8 KiB is refused in the visitor's language, also by the API", async () => {
      const page = await get(`/${"a".repeat(9000)}`, "Accept: text/html\r\nAccept-Language: en\r\n");
      assert.equal(page.status, 414);
      assert.match(page.body, /at most 8 KiB/);
      assert.equal(codeOf(await get(`${OPEN}?a=${"a".repeat(9000)}`)), "URL_TOO_LONG");
      assert.equal((await get(`${OPEN}?a=${"a".repeat(7000)}`)).status, 200);
    });

    it("in absolute form, of another host, or a star breaks nothing", async () => {
      for (const target of [
        "http://evil.example/api/v1/open",
        "//evil.example/",
        "*",
        "/..;/",
        "/../../etc/passwd",
        "/%2e%2e/",
      ]) {
        const { status } = await get(target);
        assert.ok(status > 0 && status < 500, `${target}: ${status}`);
      }
      assert.ok((await get("*", "", "OPTIONS")).status < 500);
    });
  });

  describe("a head", () => {
    it("of more than 16 KiB is 431", async () => {
      assert.equal((await get("/api/v1/open", `X-Long: ${"a".repeat(20_000)}\r\n`)).status, 431);
      assert.equal((await get("/api/v1/open", `Cookie: ${"a".repeat(8_000)}\r\n`)).status, 200);
    });

    it("of more headers than are read is 431, not cut in silence", async () => {
      const many = Array.from({ length: 120 }, (_, turn) => `X-${turn}: 1\r\n`).join("");
      const answer = await get("/api/v1/open", many);
      assert.equal(answer.status, 431);
      assert.equal(codeOf(answer), "HEADERS_TOO_MANY");
    });

    it("with NUL, a bare line break or no host is refused", async () => {
      for (const bad of ["X-A: a\0b\r\n", "X-A: a\rb\r\n", "X A: b\r\n", "X-A : b\r\n"])
        assert.equal((await get("/api/v1/open", bad)).status, 400, JSON.stringify(bad));
      assert.equal((await raw(url(), "GET / HTTP/1.1\r\nConnection: close\r\n\r\n")).status, 400);
    });
  });

  describe("a smuggled request", () => {
    const INNER = "GET /api/v1/open HTTP/1.1\r\nHost: shop\r\n\r\n";
    const smuggle = async (headers: string, body: string) => {
      const answer = await raw(
        url(),
        `POST /api/v1/knock HTTP/1.1\r\n${HEAD}Content-Type: application/json\r\n${headers}\r\n${body}`,
      );
      assert.equal(answer.head.match(/HTTP\/1\.1/g)?.length, 1);
      assert.doesNotMatch(answer.body, /HTTP\/1\.1 200/, "nothing inside was answered");
      return answer.status;
    };
    it("by both lengths, two lengths, or a disguised coding is refused", async () => {
      assert.equal(await smuggle("Content-Length: 5\r\nTransfer-Encoding: chunked\r\n", `0\r\n\r\n${INNER}`), 400);
      assert.equal(await smuggle("Content-Length: 5\r\nContent-Length: 6\r\n", `hello${INNER}`), 400);
      assert.equal(await smuggle("Transfer-Encoding: xchunked\r\n", `0\r\n\r\n${INNER}`), 400);
      assert.equal(await smuggle("Transfer-Encoding: chunked, identity\r\n", `0\r\n\r\n${INNER}`), 400);
      assert.equal(await smuggle("Content-Length: +5\r\n", `hello${INNER}`), 400);
      assert.equal(await smuggle("Transfer-Encoding: chunked\r\n", `5\nhello0\r\n\r\n${INNER}`), 400);
    });
  });

  describe("a method", () => {
    it("that no route has is 405 and says which are there; one that is none at all 400", async () => {
      for (const method of ["TRACE", "PUT", "PROPFIND", "LOCK"]) {
        const answer = await get("/api/v1/open", "X-Secret: shown\r\n", method);
        assert.equal(answer.status, 405, method);
        assert.match(answer.head, /Allow: (HEAD, GET|GET, HEAD)/);
        assert.doesNotMatch(answer.body, /shown/, "TRACE gives nothing back");
      }
      assert.equal((await get("/api/v1/open", "", "get")).status, 400);
      assert.equal((await get("/api/v1/open", "", "FETCH")).status, 400);
      const tunnel = await raw(url(), "CONNECT evil.example:443 HTTP/1.1\r\nHost: evil.example\r\n\r\n");
      assert.doesNotMatch(tunnel.head, / 200 /);
    });

    it("HEAD is GET without its body", async () => {
      const [there, head] = [await get("/api/v1/open"), await get("/api/v1/open", "", "HEAD")];
      assert.equal(head.status, 200);
      assert.equal(head.body, "");
      const length = /Content-Length: \d+/i.exec(there.head)?.[0];
      assert.ok(length && head.head.includes(length));
    });
  });

  describe("a slow one", () => {
    it("who dribbles the head, byte by byte, is cut off, and others are served meanwhile", async () => {
      const socket = open(url());
      const closed = answerOf(socket);
      socket.write("GET /api/v1/open HTTP/1.1\r\nHost: shop\r\n");
      let dribbled = 0;
      const dribble = setInterval(() => {
        dribbled += 1;
        socket.write(`X-${dribbled}: a\r\n`);
      }, 20);
      assert.equal((await get("/api/v1/open")).status, 200);
      const answer = await closed;
      clearInterval(dribble);
      assert.match(answer, /^(HTTP\/1\.1 408|$)/);
      assert.ok(dribbled > 1);
      assert.equal((await get("/api/v1/open")).status, 200);
    });

    it("who dribbles the body is cut off too", async () => {
      const socket = open(url());
      const closed = answerOf(socket);
      socket.write(
        `POST /api/v1/knock HTTP/1.1\r\n${HEAD}Content-Type: application/json\r\nContent-Length: 1000\r\n\r\n`,
      );
      const dribble = setInterval(() => socket.write(" "), 20);
      const answer = await closed;
      clearInterval(dribble);
      assert.doesNotMatch(answer, /HTTP\/1\.1 (2|5)\d\d/);
    });

    it("who opens connections and says nothing leaves room for others", async () => {
      const idle = Array.from({ length: 40 }, () => open(url()));
      await Promise.all(idle.map(answerOf));
      assert.equal((await get("/api/v1/open")).status, 200);
    });
  });
});

describe("one address that opens many connections", () => {
  const MOST = 5;
  let system: System;
  before(async () => {
    system = await openSystem([door], { listener: { maxPerAddress: MOST } });
  });
  after(() => system?.close());
  const get = (from?: string) => raw(system.kernel.url, `GET /api/v1/open HTTP/1.1\r\n${HEAD}\r\n`, from);

  it("is left with so many, the others are served meanwhile, and one that closes makes room", async () => {
    const held = Array.from({ length: MOST }, () => open(system.kernel.url));
    const answers = held.map(answerOf);
    await Promise.all(held.map((socket) => once(socket, "connect")));
    for (let more = 0; more < MOST; more++)
      assert.equal(await answerOf(open(system.kernel.url)), "", "closed without a word");
    assert.equal((await get("127.0.0.2")).status, 200);
    const [first, ...rest] = held;
    first?.write(`GET /api/v1/open HTTP/1.1\r\n${HEAD}\r\n`);
    assert.match((await answers[0]) ?? "", /^HTTP\/1\.1 200 /, "those that were there are served too");
    await until(async () => (await get().catch(() => undefined))?.status === 200);
    for (const socket of rest) socket.destroy();
    await Promise.all(answers);
  });
});
