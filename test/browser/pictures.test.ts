import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { crc32, deflateSync } from "node:zlib";
import { after, before, describe, it } from "mocha";
import type { Page } from "playwright-core";
import { openShop, type Shop } from "../harness/shop.ts";
import { until } from "../harness/until.ts";
import { complaints, signIn, useChromium } from "./chromium.ts";

/** A PNG of noise, which no format makes small: as large as a photo. */
function noise(width: number, height: number): Buffer {
  const chunk = (name: string, content: Buffer) => {
    const body = Buffer.concat([Buffer.from(name, "latin1"), content]);
    const [length, check] = [Buffer.alloc(4), Buffer.alloc(4)];
    length.writeUInt32BE(content.length);
    check.writeUInt32BE(crc32(body));
    return Buffer.concat([length, body, check]);
  };
  const head = Buffer.from("00000000000000000802000000", "hex");
  head.writeUInt32BE(width, 0);
  head.writeUInt32BE(height, 4);
  const rows = Array.from({ length: height }, () => Buffer.concat([Buffer.alloc(1), randomBytes(width * 3)]));
  return Buffer.concat([
    Buffer.from("89504e470d0a1a0a", "hex"),
    chunk("IHDR", head),
    chunk("IDAT", deflateSync(Buffer.concat(rows))),
    chunk("IEND", Buffer.alloc(0)),
  ]);
}

describe("the picture of a product in a browser", () => {
  const newContext = useChromium();
  let shop: Shop;
  let page: Page;
  before(async () => {
    shop = await openShop();
    page = await (await newContext({ viewport: { width: 1024, height: 600 } })).newPage();
    await signIn(page, shop.url);
  });
  after(() => shop?.close());

  it("a photo as a camera makes it is made small before it is sent, and stands on its tile at the till", async () => {
    const admin = await shop.api("admin");
    const made = await admin.post<{ id: number }>("/api/v1/products", { sku: "PAN", name: "Pan", price: "1000" });
    await admin.post("/api/v1/products", { sku: "QUESO", name: "Queso", price: "9000" });
    const heard = complaints(page, shop.url);
    await page.goto(`${shop.url}/products/${made.body.id}`);
    const buffer = noise(1200, 900);
    assert.ok(buffer.length > 1024 * 1024);
    await page.setInputFiles("#picture-file", { name: "foto.png", mimeType: "image/png", buffer });
    // waits until it may be pressed, which is when the photo is small
    await page.click("#picture button");
    await page.locator(".product-picture img").waitFor();
    const { rows } = await shop.db.raw("SELECT content_type, width, height FROM product_pictures");
    assert.deepEqual(rows, [{ content_type: "image/jpeg", width: 640, height: 480 }]);
    for (const [width, height] of [
      [1024, 600],
      [360, 640],
    ] as const) {
      await page.setViewportSize({ width, height });
      await page.goto(`${shop.url}/pos/new`);
      await page.goto(`${page.url()}/grid`);
      const image = page.locator(".pos-tiles img");
      await until(async () => (await image.evaluate((one: { naturalWidth: number }) => one.naturalWidth)) === 240);
      const shown = await page.locator("html").evaluate((html: { scrollWidth: number }) => html.scrollWidth);
      assert.ok(shown <= width, `${shown} at ${width}`);
    }
    assert.deepEqual(heard, { errors: [], strangers: [] });
  });
});
