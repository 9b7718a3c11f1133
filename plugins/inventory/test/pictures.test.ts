/** Pictures of products: taken by what they are, kept by browsers, gone from the address when they change. */
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { after, before, describe, it } from "mocha";
import type { ApiClient } from "../../../test/harness/api-client.ts";
import { openShop, type Shop } from "../../../test/harness/shop.ts";
import { jpeg, png, upright, webp, wide } from "./sample-pictures.ts";
import { addProduct, type ProblemAnswer, type ProductAnswer } from "./shelf.ts";

interface PictureAnswer {
  content_type: string;
  bytes: number;
  sha256: string;
  width: number;
  height: number;
  path: string;
}

describe("the picture of a product", () => {
  let shop: Shop;
  let manager: ApiClient;
  let id: number;
  before(async () => {
    shop = await openShop();
    manager = await shop.api("manager");
    id = (await addProduct(manager, { sku: "PAN", name: 'Pan "de la abuela"' })).id;
  });
  after(() => shop?.close());

  const path = () => `/api/v1/products/${id}/picture`;
  const put = (content: Buffer, type = "image/jpeg", client = manager) =>
    client.put<PictureAnswer & ProblemAnswer>(path(), content, { type });
  const trail = async (action: string) =>
    (await shop.db.raw("SELECT before, after FROM audit_log WHERE action = ? ORDER BY id", [action])).rows;

  it("is what its bytes are, whatever it is called: JPEG, PNG and WebP, and is kept as a JPEG", async () => {
    for (const [content, said] of [
      [jpeg, "image/png"],
      [png, "image/webp"],
      [webp, "image/jpeg"],
    ] as const) {
      const { status, body, text } = await put(content, said);
      assert.equal(status, 200, text);
      assert.deepEqual([body.content_type, body.width, body.height], ["image/jpeg", 6, 4]);
      const back = await manager.get(path());
      assert.deepEqual([back.headers.get("content-type"), back.bytes.length], ["image/jpeg", body.bytes]);
      assert.equal(body.sha256, createHash("sha256").update(back.bytes).digest("hex"));
    }
    const { body, text } = await put(upright);
    assert.deepEqual([body.width, body.height], [4, 6], text);
    const product = (await manager.get<ProductAnswer & { picture: string }>(`/api/v1/products/${id}`)).body;
    assert.equal(product.picture, body.path);
  });

  it("what is none, too large, of too many pixels or missing is refused with a sentence, and the old one stays", async () => {
    const before = (await put(jpeg)).body.sha256;
    const page = `<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>`;
    const refused: [Buffer, string][] = [
      [Buffer.from(page), "PICTURE_UNKNOWN"],
      [Buffer.from("GIF89a\u0001\u0000"), "PICTURE_UNKNOWN"],
      [jpeg.subarray(0, 40), "PICTURE_BROKEN"],
      [png.subarray(0, 14), "PICTURE_UNKNOWN"],
      [webp.subarray(0, 18), "PICTURE_BROKEN"],
      [wide(0), "PICTURE_BROKEN"],
      [wide(10_001), "PICTURE_TOO_MANY_PIXELS"],
      [Buffer.concat([jpeg, Buffer.alloc(5 * 1024 * 1024)]), "PICTURE_TOO_LARGE"],
      [Buffer.alloc(0), "PICTURE_MISSING"],
    ];
    for (const [content, code] of refused) {
      const { status, body, text } = await put(content);
      assert.deepEqual([status, body.code], [422, code], text);
    }
    assert.equal((await put(jpeg, "image/gif")).status, 415);
    assert.equal((await put(jpeg, "text/csv")).status, 415);
    const { rows } = await shop.db.raw("SELECT sha256 FROM product_pictures");
    assert.deepEqual(rows, [{ sha256: before }]);
    assert.equal((await manager.put("/api/v1/products/999999/picture", jpeg, { type: "image/jpeg" })).status, 404);
    assert.equal((await put(jpeg, "image/jpeg", await shop.api("employee"))).status, 403);
  });

  it("a person chooses it on the product's page, changes it and takes it away; the trail has each, a twin is none", async () => {
    await manager.delete(path());
    const [set, gone] = [(await trail("product.picture_set")).length, (await trail("product.picture_removed")).length];
    const browser = await shop.browser("manager");
    const empty = await browser.get(`/products/${id}`);
    assert.equal(empty.root.querySelector(".product-picture img"), null);
    const none = await empty.submit("#picture");
    assert.equal(none.status, 422);
    assert.match(none.text, /Elija una foto/);
    assert.ok(none.root.querySelector("#picture-file[autofocus]"), "which brings what is wrong into sight");
    const large = { name: "x.jpg", content: Buffer.concat([jpeg, Buffer.alloc(6 * 1024 * 1024)]), type: "image/jpeg" };
    assert.match((await empty.submit("#picture", { file: large })).text, /el máximo es 5 MB/);

    const file = (content: Buffer) => ({ file: { name: "../../foto.php", content, type: "text/html" } });
    const shown = await empty.submit("#picture", file(jpeg));
    assert.match(shown.text, /La foto quedó guardada/);
    await shown.submit("#picture", file(jpeg));
    const image = shown.root.querySelector(".product-picture img");
    assert.deepEqual(
      ["alt", "width", "height", "loading"].map((name) => image?.getAttribute(name)),
      ['Foto de Pan "de la abuela"', "6", "4", "lazy"],
    );
    const changed = await shown.submit("#picture", file(png));
    const src = changed.root.querySelector(".product-picture img")?.getAttribute("src") ?? "";
    assert.notEqual(src, image?.getAttribute("src"));
    assert.equal((await trail("product.picture_set")).length, set + 2);
    assert.equal((await trail("product.picture_set")).at(-1).before.content_type, "image/jpeg");
    const bare = await changed.submit("#picture-remove");
    assert.equal(bare.root.querySelector(".product-picture img"), null);
    assert.equal((await trail("product.picture_removed")).length, gone + 1);
    assert.equal((await browser.get(src)).status, 404);
  });

  it("browsers keep it for good by an address that its content names; nobody reads it as anything else", async () => {
    const first = (await put(jpeg)).body.path;
    const cashier = await shop.browser("employee");
    const { headers, status } = await cashier.get(first);
    assert.equal(status, 200);
    assert.deepEqual(
      ["content-type", "cache-control", "x-content-type-options"].map((name) => headers.get(name)),
      ["image/jpeg", "private, max-age=31536000, immutable", "nosniff"],
    );
    assert.match(headers.get("content-security-policy") ?? "", /default-src 'none'/);
    const etag = headers.get("etag") ?? "";
    // with If-None-Match alone fetch says no-cache
    const asking = { "if-none-match": etag, "cache-control": "max-age=0" };
    const kept = await cashier.request("GET", first, { headers: asking });
    assert.deepEqual([kept.status, kept.html], [304, ""]);
    const second = (await put(png)).body.path;
    assert.equal((await cashier.get(first)).status, 404);
    assert.equal((await cashier.get(second)).status, 200);
    const stranger = await (await shop.browser()).request("GET", second, { follow: false });
    assert.equal(stranger.status, 303);
    assert.equal((await cashier.get(`/products/${id}`)).root.querySelector("#picture"), null);
    assert.equal((await manager.delete(path())).status, 204);
    assert.equal((await manager.delete(path())).status, 204, "gone is gone");
    assert.equal((await manager.get(path())).status, 404);
  });
});
