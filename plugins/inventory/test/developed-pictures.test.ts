/** What becomes of a photo: small, the right way up, nothing of it but pixels, and never on the shop's own time. */
import assert from "node:assert/strict";
import { after, before, describe, it } from "mocha";
import type { ApiClient } from "../../../test/harness/api-client.ts";
import { openShop, type Shop } from "../../../test/harness/shop.ts";
import { createDeveloper } from "../pictures/developer.ts";
import { readSent } from "../pictures/sent.ts";
import {
  BLUE,
  GREEN,
  noted,
  notedPng,
  notedWebp,
  photo,
  pngOf,
  quarters,
  RED,
  SECRET,
  seen,
  twoFrames,
  WHITE,
  YELLOW,
} from "./make-pictures.ts";
import { jpeg, webp, wide } from "./sample-pictures.ts";
import { addProduct, type ProblemAnswer } from "./shelf.ts";

type Answer = ProblemAnswer & { content_type: string; width: number; height: number; path: string; sha256: string };

/** The markers of a JPEG up to its scan. */
function markers(bytes: Buffer): number[] {
  const found: number[] = [];
  for (let at = 2; found.at(-1) !== 0xda; at += 2 + bytes.readUInt16BE(at + 2)) {
    assert.equal(bytes[at], 0xff);
    found.push(bytes[at + 1] ?? 0);
  }
  return found;
}

describe("a photo of a product", () => {
  let shop: Shop;
  let manager: ApiClient;
  let id: number;
  before(async () => {
    shop = await openShop();
    manager = await shop.api("manager");
    id = (await addProduct(manager, { sku: "ARROZ" })).id;
  });
  after(() => shop?.close());

  const path = (product = id) => `/api/v1/products/${product}/picture`;
  const put = (content: Buffer, product = id) => manager.put<Answer>(path(product), content, { type: "image/jpeg" });
  const kept = async (size: string) => (await manager.get(`${path()}?size=${size}`)).bytes;

  it("is kept small: for its page, and smaller for a tile; a small one is not made larger", async () => {
    const { status, body, text } = await put(photo(2000, 1500));
    assert.deepEqual([status, body.content_type, body.width, body.height], [200, "image/jpeg", 640, 480], text);
    const [page, tile] = [await kept("page"), await kept("tile")];
    assert.ok(page.length < 200_000 && tile.length < page.length / 3, `${page.length} ${tile.length}`);
    for (const [bytes, width, height] of [
      [page, 640, 480],
      [tile, 240, 180],
    ] as const) {
      const frame = bytes.indexOf(Buffer.from("ffc0", "hex"));
      assert.deepEqual([bytes.readUInt16BE(frame + 7), bytes.readUInt16BE(frame + 5)], [width, height]);
    }
    const strip = (await put(photo(1600, 8))).body;
    assert.deepEqual([strip.width, strip.height], [640, 3]);
    const small = (await put(quarters(60, 40))).body;
    assert.deepEqual([small.width, small.height], [60, 40]);
    assert.equal((await manager.get(`${path()}?size=huge`)).status, 422);
  });

  it("nothing is served of what a camera wrote into it: place, words, profiles, comments, in any kind", async () => {
    for (const sent of [noted(quarters(900, 600)), notedPng(), notedWebp(webp)]) {
      assert.ok(sent.includes(SECRET));
      const { status, text } = await put(sent);
      assert.equal(status, 200, text);
      for (const size of ["page", "tile"]) {
        const bytes = await kept(size);
        const besides = markers(bytes).filter((marker) => ![0xe0, 0xdb, 0xc0, 0xc4, 0xda].includes(marker));
        assert.deepEqual(besides, [], "JFIF's head, tables, one frame and its scan alone");
        for (const word of [SECRET, "Exif", "ICC_PROFILE", "xap", "Photoshop"]) assert.ok(!bytes.includes(word), word);
      }
    }
    const { rows } = await shop.db.raw(
      "SELECT count(*)::int AS n FROM product_pictures WHERE strpos(encode(bytes || tile, 'escape'), ?) > 0",
      [SECRET],
    );
    assert.equal(rows[0].n, 0);
  });

  it("a camera held any way shows it the right way up", async () => {
    const raw = quarters(800, 400, [RED, GREEN, BLUE, YELLOW]);
    const views = [
      [RED, GREEN, BLUE, YELLOW],
      [GREEN, RED, YELLOW, BLUE],
      [YELLOW, BLUE, GREEN, RED],
      [BLUE, YELLOW, RED, GREEN],
      [RED, BLUE, GREEN, YELLOW],
      [BLUE, RED, YELLOW, GREEN],
      [YELLOW, GREEN, BLUE, RED],
      [GREEN, YELLOW, RED, BLUE],
    ];
    for (const [index, view] of views.entries()) {
      const { body, text } = await put(noted(raw, index + 1));
      assert.deepEqual([body.width, body.height], index < 4 ? [640, 320] : [320, 640], text);
      for (const size of ["page", "tile"]) assert.deepEqual(seen(await kept(size)), view, `${index + 1} ${size}`);
    }
    assert.equal((await put(noted(raw, 77))).body.width, 640, "as it lies");
  });

  it("what is seen through is white, without the colour that nobody saw", async () => {
    const pixels = Buffer.alloc(1300 * 20 * 4);
    // the left half red, the right half a green that is not seen
    for (let at = 0; at < pixels.length; at += 4) pixels.set((at / 4) % 1300 < 650 ? [...RED, 255] : [...GREEN, 0], at);
    assert.equal((await put(pngOf(1300, 20, pixels))).status, 200);
    assert.deepEqual(seen(await kept("page")), [RED, WHITE, RED, WHITE]);
  });

  it("cut off, damaged or lying about its size, it is refused with a sentence, and nothing is stored", async () => {
    const before = (await put(quarters(60, 40))).body.sha256;
    const [whole, drawn] = [photo(700, 500), notedPng(10)];
    const refused: [string, Buffer, string][] = [
      ["half a JPEG", whole.subarray(0, whole.length / 2), "PICTURE_BROKEN"],
      ["a JPEG without its end", whole.subarray(0, -2), "PICTURE_BROKEN"],
      ["a JPEG of two frames", twoFrames(whole, 5000), "PICTURE_BROKEN"],
      ["a JPEG of two frames, one huge", twoFrames(whole, 60_000), "PICTURE_TOO_MANY_PIXELS"],
      [
        "a JPEG with rubbish between its parts",
        Buffer.concat([whole.subarray(0, 2), Buffer.from("xx"), whole.subarray(2)]),
        "PICTURE_BROKEN",
      ],
      ["half a PNG", drawn.subarray(0, drawn.length - 14), "PICTURE_BROKEN"],
      ["a PNG of another width", wide(1000), "PICTURE_BROKEN"],
      ["a PNG of too many pixels", wide(9_000_000), "PICTURE_TOO_MANY_PIXELS"],
      ["half a WebP", webp.subarray(0, webp.length - 10), "PICTURE_BROKEN"],
      ["a WebP whose frame is wider than it says", notedWebp(webp, 3000), "PICTURE_BROKEN"],
      ["a WebP whose frame is much wider", notedWebp(webp, 16_383), "PICTURE_TOO_MANY_PIXELS"],
    ];
    for (const [what, content, code] of refused) {
      const { status, body, text } = await put(content);
      assert.deepEqual([status, body.code], [422, code], `${what}: ${text}`);
    }
    const { rows } = await shop.db.raw("SELECT sha256 FROM product_pictures");
    assert.deepEqual(rows, [{ sha256: before }]);
    const browser = await shop.browser("manager");
    const file = { name: "foto.jpg", content: whole.subarray(0, 5000), type: "image/jpeg" };
    const page = await (await browser.get(`/products/${id}`)).submit("#picture", { file });
    assert.equal(page.status, 422);
    assert.match(page.text, /La foto está dañada o incompleta/);
  });

  it("twenty at once are developed one after the other, in bounded memory, and others are served meanwhile", async () => {
    const products = await Promise.all(
      Array.from({ length: 20 }, (_, index) => addProduct(manager, { sku: `F${index}` })),
    );
    const content = photo(1600, 1200);
    const start = process.memoryUsage.rss();
    let most = start;
    const watch = setInterval(() => {
      most = Math.max(most, process.memoryUsage.rss());
    }, 20);
    let done = 0;
    const all = products.map(async ({ id: product }) => {
      const answer = await put(content, product);
      done += 1;
      return answer;
    });
    await Promise.race(all);
    assert.equal((await manager.get(`/api/v1/products/${id}`)).status, 200);
    assert.ok(done < products.length, "the shop answered in between");
    for (const { status, text } of await Promise.all(all)) assert.equal(status, 200, text);
    clearInterval(watch);
    // twenty threads at once would take twice that
    assert.ok(most - start < 400 * 1024 * 1024, `${Math.round((most - start) / 1024 / 1024)} MB`);
  }).timeout(180_000);

  it("an old one stays as it was sent until it is developed; one that cannot be stays for good", async () => {
    const old = noted(quarters(90, 60), 6);
    const broken = noted(jpeg).subarray(0, -20);
    const [other, gone] = [await addProduct(manager, { sku: "VIEJA" }), await addProduct(manager, { sku: "ROTA" })];
    for (const [product, bytes] of [
      [other.id, old],
      [gone.id, broken],
    ] as const)
      await shop.db.raw(
        `INSERT INTO product_pictures (product_id, content_type, bytes, sha256, width, height, updated_at)
         VALUES (?, 'image/jpeg', ?, encode(sha256(?), 'hex'), 60, 90, now())`,
        [product, bytes, bytes],
      );
    const shown = (product: number, size: string) => manager.get(`${path(product)}?size=${size}`);
    for (const size of ["page", "tile"]) assert.ok((await shown(other.id, size)).bytes.equals(old));
    await shop.kernel.jobs.runNow("inventory", "develop-old-pictures");
    for (const size of ["page", "tile"]) {
      const { bytes } = await shown(other.id, size);
      assert.deepEqual([bytes.includes(SECRET), seen(bytes)], [false, [BLUE, RED, YELLOW, GREEN]]);
    }
    assert.ok((await shown(gone.id, "page")).bytes.equals(broken));
    const { rows } = await shop.db.raw("SELECT product_id::int AS id FROM product_pictures WHERE broken");
    assert.deepEqual(rows, [{ id: gone.id }]);
    const trail = await shop.db.raw(
      "SELECT user_id FROM audit_log WHERE action = 'product.picture_set' AND subject = ?",
      [`product:${other.id}`],
    );
    assert.deepEqual(trail.rows, [{ user_id: null }]);
    assert.equal((await put(quarters(60, 40), gone.id)).status, 200);
  });
});

describe("the one who develops pictures", () => {
  const sent = readSent(photo(1200, 900));
  const code = (wanted: string) => (error: unknown) => (error as { code?: string }).code === wanted;

  it("takes so many and no more, and goes on when there is room", async () => {
    const developer = createDeveloper({ most: 1 });
    const first = [developer.develop(sent), developer.develop(sent)];
    await assert.rejects(developer.develop(sent), code("PICTURES_BUSY"));
    for (const { page } of await Promise.all(first)) assert.equal(page.width, 640);
    assert.equal((await developer.develop(sent)).tile.width, 240);
    await developer.stop();
    await assert.rejects(developer.develop(sent), code("PICTURES_BUSY"));
  });

  it("stops one that takes too long, and those who wait when the shop closes", async () => {
    const hasty = createDeveloper({ milliseconds: 1 });
    await assert.rejects(hasty.develop(sent), code("PICTURES_BUSY"));
    const closing = createDeveloper();
    const waiting = [closing.develop(sent), closing.develop(sent)].map((one) =>
      assert.rejects(one, code("PICTURES_BUSY")),
    );
    await closing.stop();
    await Promise.all(waiting);
  });
});
