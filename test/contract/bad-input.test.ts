/** What comes in broken, too large or out of turn gets a clear answer and changes nothing. */
import assert from "node:assert/strict";
import { after, before, describe, it } from "mocha";
import type { ApiClient } from "../harness/api-client.ts";
import { openShop, type Shop } from "../harness/shop.ts";

interface Problem {
  code: string;
  title: string;
  errors?: { field: string; code: string; message: string }[];
}

describe("bad input", () => {
  let shop: Shop;
  let admin: ApiClient;
  before(async () => {
    shop = await openShop();
    admin = await shop.api("admin");
  });
  after(() => shop?.close());

  const refused: [string, string | Buffer, string, number, string][] = [
    ["ten megabytes", "x".repeat(10_000_000), "application/json", 413, "BODY_TOO_LARGE"],
    [
      "bytes that are not UTF-8",
      Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d]),
      "application/json",
      400,
      "BODY_NOT_UTF8",
    ],
    ["half of a JSON", '{"sku":', "application/json", 400, "BODY_MALFORMED"],
    ["another format", "<sku/>", "text/xml", 415, "MEDIA_TYPE"],
    ["a list", "[]", "application/json", 422, "VALIDATION"],
    ["nothing", "null", "application/json", 422, "VALIDATION"],
    [
      "a field nobody knows",
      '{"sku":"A","name":"A","price":"1","colour":"red"}',
      "application/json",
      422,
      "VALIDATION",
    ],
    ["NUL in a name", '{"sku":"A","name":"A\\u0000","price":"1"}', "application/json", 422, "VALIDATION"],
    [
      "a field called __proto__",
      '{"__proto__":{},"sku":"A","name":"A","price":"1"}',
      "application/json",
      422,
      "VALIDATION",
    ],
  ];
  for (const [what, body, type, status, code] of refused) {
    it(`${what}: ${status} ${code}`, async () => {
      const answer = await admin.post<Problem>("/api/v1/products", body, { type });
      assert.equal(answer.status, status, answer.text);
      assert.equal(answer.body.code, code);
      assert.match(answer.headers.get("content-type") ?? "", /^application\/problem\+json/);
      assert.doesNotMatch(answer.body.title, /^kernel\./);
      for (const { message } of answer.body.errors ?? []) assert.doesNotMatch(message, /^[a-z]+\.[a-z_.]+$/);
    });
  }

  it("nothing of it was kept", async () => {
    assert.deepEqual((await admin.get<{ data: unknown[] }>("/api/v1/products")).body.data, []);
  });

  it("an address that is none, a method that is none", async () => {
    assert.equal((await admin.get<Problem>("/api/v1/nothing")).body.code, "NOT_FOUND");
    const put = await admin.put<Problem>("/api/v1/products", {});
    assert.equal(put.status, 405);
    assert.match(put.headers.get("allow") ?? "", /GET.*POST|POST.*GET/);
    assert.equal((await admin.get("/api/v1/products/abc")).status, 404);
  });

  it("the sentence is in the language the program asks for", async () => {
    const titleIn = async (language: string) =>
      (await admin.get<Problem>("/api/v1/nothing", { headers: { "accept-language": language } })).body.title;
    assert.notEqual(await titleIn("en"), await titleIn("es"));
  });

  it("a form without its token is refused and says so; the same form from another site too", async () => {
    const browser = await shop.browser("employee");
    const bare = await browser.post("/language", { lang: "en" });
    assert.equal(bare.status, 403);
    const page = await browser.get("/");
    const fields = { ...page.fields('form[action="/language"]'), lang: "en" };
    const foreign = await browser.request("POST", "/language", {
      fields,
      headers: { origin: "https://elsewhere.example", "sec-fetch-site": "cross-site" },
    });
    assert.equal(foreign.status, 403);
    assert.equal((await browser.get("/")).root.querySelector("html")?.getAttribute("lang"), "es");
  });
});

describe("visitors", () => {
  let shop: Shop;
  before(async () => {
    shop = await openShop({ env: { RATE_LIMIT_ANONYMOUS: "3/m,50/h" } });
  });
  after(() => shop?.close());

  it("get three pages a minute here, then are told how long to wait; staff and probes go on", async () => {
    const ask = (path: string) => fetch(shop.url + path, { headers: { connection: "close" } });
    const statuses: number[] = [];
    let last: Response | undefined;
    for (let turn = 0; turn < 4; turn++) {
      last = await ask("/login");
      statuses.push(last.status);
    }
    assert.deepEqual(statuses, [200, 200, 200, 429]);
    assert.ok(Number(last?.headers.get("retry-after")) > 0);
    assert.match((await last?.text()) ?? "", /<html lang="(es|en)"/);
    assert.equal((await ask("/health")).status, 200);
  });
});
