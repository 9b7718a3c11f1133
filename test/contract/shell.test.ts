/** The shell around every page: its style sheet, and the way to one's own account. */
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { get, type IncomingMessage } from "node:http";
import { join } from "node:path";
import { brotliDecompressSync, gunzipSync } from "node:zlib";
import { after, before, describe, it } from "mocha";
import { openShop, type Shop } from "../harness/shop.ts";
import { until } from "../harness/until.ts";

const PARTS = join(import.meta.dirname, "../../public/app.css");

describe("the shell", () => {
  let shop: Shop;
  before(async () => {
    shop = await openShop();
  });
  after(() => shop?.close());

  it("a folder called like a file is served as that file, its parts in order, and kept by browsers for a year", async () => {
    const page = await (await shop.browser()).get("/login");
    const path = page.root.querySelector('link[rel="stylesheet"]')?.getAttribute("href") ?? "";
    assert.match(path, /^\/assets\/app\.css\?v=/);
    const answer = await fetch(shop.url + path, { headers: { connection: "close" } });
    assert.match(answer.headers.get("content-type") ?? "", /^text\/css/);
    assert.match(answer.headers.get("cache-control") ?? "", /immutable/);
    const parts = readdirSync(PARTS)
      .sort()
      .map((part) => readFileSync(join(PARTS, part), "utf8"));
    assert.ok(parts.length > 1);
    assert.equal(await answer.text(), parts.join(""));
    const part = await fetch(`${shop.url}/assets/app.css/1-base.css`, { headers: { connection: "close" } });
    assert.equal(part.status, 404, "a part is not a file of its own");
  });

  it("a file goes out by brotli to who takes it, by gzip or as it is to others", async () => {
    const read = (accepted?: string) =>
      new Promise<{ coding: string | undefined; bytes: Buffer; vary: string | undefined }>((resolve, reject) => {
        const headers = accepted === undefined ? {} : { "accept-encoding": accepted };
        const answer = async (response: IncomingMessage) => {
          const { "content-encoding": coding, vary } = response.headers;
          resolve({ coding, vary, bytes: Buffer.concat(await response.toArray()) });
        };
        get(`${shop.url}/assets/htmx.js`, { headers, agent: false }, (response) => answer(response).catch(reject)).on(
          "error",
          reject,
        );
      });
    const plain = await read();
    assert.equal(plain.coding, undefined);
    // as browsers write it; it is made while the first ones get gzip
    const usual = "gzip, deflate, br, zstd";
    await until(async () => (await read(usual)).coding === "br");
    const small = await read(usual);
    assert.deepEqual(brotliDecompressSync(small.bytes), plain.bytes);
    const gzip = await read("br;q=0, gzip");
    assert.equal(gzip.coding, "gzip");
    assert.deepEqual(gunzipSync(gzip.bytes), plain.bytes);
    assert.ok(small.bytes.length < gzip.bytes.length);
    assert.equal((await read("identity")).coding, undefined);
    for (const { vary } of [plain, small, gzip]) assert.match(vary ?? "", /Accept-Encoding/);
  });

  it("the menu beside the name leads to the own account", async () => {
    const browser = await shop.browser("employee");
    const link = (await browser.get("/")).root.querySelector(".person a")?.getAttribute("href") ?? "";
    const account = await browser.get(link);
    assert.equal(account.status, 200);
    assert.equal(account.url, "/account");
  });
});
