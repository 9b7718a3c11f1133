import assert from "node:assert/strict";
import { after, before, describe, it } from "mocha";
import type { BrowserContext, Page } from "playwright-core";
import { openShop, type Shop } from "../harness/shop.ts";
import { complaints, signIn, useChromium } from "./chromium.ts";
import { type Goods, goods, loadSample } from "./goods.ts";

describe("the register under a cashier's hands", () => {
  const newContext = useChromium();
  let shop: Shop;
  let context: BrowserContext;
  let page: Page;
  let products: Goods[];

  before(async () => {
    shop = await openShop();
    context = await newContext();
    page = await context.newPage();
    await signIn(page, shop.url);
    await loadSample(page, shop.url);
    products = await goods(shop.db, 10);
  });
  after(() => shop?.close());

  it("six keys after the last scan end in the receipt, one more in a new sale with the box ready", async () => {
    await page.goto(`${shop.url}/pos/new`);
    await scan(page, product(0));
    let keys = 0;
    const press = async (key: string) => {
      keys += 1;
      await page.keyboard.press(key);
    };
    for (const key of ["F4", "9", "0", "0", "0", "Enter"]) await press(key);
    await page.waitForURL(/\/receipt$/);
    assert.equal(keys, 6);
    await page.locator("a[href='/pos/new']:focus").waitFor();
    await press("Enter");
    await page.waitForURL(/\/pos\/carts\//);
    await page.locator("#code:focus").waitFor();
    assert.equal(await page.locator(".pos-line").count(), 0);
  });

  it("an exact payment takes two keys", async () => {
    await page.goto(`${shop.url}/pos/new`);
    await scan(page, product(1));
    await page.keyboard.press("F4");
    await page.keyboard.press("Enter");
    await page.waitForURL(/\/receipt$/);
    const sale = await shop.db("sales").orderBy("id", "desc").first();
    assert.equal(Number(sale.change_minor), 0);
  });

  it("one key pays with the next larger note and tells the change", async () => {
    await page.goto(`${shop.url}/pos/new`);
    await scan(page, product(1));
    await page.keyboard.press("Alt+1");
    await page.waitForURL(/\/receipt$/);
    const sale = await shop.db("sales").orderBy("id", "desc").first();
    assert.ok(Number(sale.change_minor) > 0);
  });

  it("cash typed while the last scan is still on its way is not lost", async () => {
    const slow = await context.newPage();
    await slow.goto(`${shop.url}/pos/new`);
    await scan(slow, product(2));
    let release = (): void => {};
    const held = new Promise<void>((done) => {
      release = done;
    });
    await slow.route("**/scan", async (route) => {
      await held;
      await route.continue();
    });
    await slow.keyboard.type(product(3).barcode);
    await slow.keyboard.press("Enter");
    await slow.keyboard.press("F4");
    await slow.keyboard.type("90000");
    release();
    await lineOf(slow, product(3)).waitFor();
    assert.equal(await slow.inputValue("#amount"), "90000");
    await slow.close();
  });

  it("ten scans as fast as a scanner sends them are all in the cart", async () => {
    await page.goto(`${shop.url}/pos/new`);
    // a browser gives the focus after the page has loaded: a key pressed before that reaches nobody
    await page.waitForSelector("#code:focus");
    const codes = [0, 1, 2, 0, 3, 4, 0, 5, 6, 7].map((place) => product(place).barcode);
    for (const code of codes) {
      await page.keyboard.type(code);
      await page.keyboard.press("Enter");
    }
    await page.waitForFunction((wanted) => {
      const { document } = globalThis as unknown as InPage;
      const boxes = [...document.querySelectorAll(".pos-line input[name=quantity]")];
      return boxes.reduce((sum, { value }) => sum + Number(value), 0) === wanted;
    }, codes.length);
    const kept = await shop
      .db("cart_lines")
      .where({ cart_id: cartOf(page) })
      .sum({ milli: "quantity_milli" })
      .first();
    assert.equal(Number(kept?.["milli"]), 10_000);
    assert.equal(await page.inputValue("#code"), "");
  });

  it("two tabs hold two carts, which do not mix", async () => {
    const other = await context.newPage();
    await page.goto(`${shop.url}/pos/new`);
    await other.goto(`${shop.url}/pos/new`);
    await scan(page, product(0));
    await scan(other, product(1));
    await scan(page, product(2));
    await scan(other, product(3));
    assert.notEqual(cartOf(page), cartOf(other));
    assert.deepEqual(await inCart(shop, page), [product(0).sku, product(2).sku].sort());
    assert.deepEqual(await inCart(shop, other), [product(1).sku, product(3).sku].sort());
    for (const [tab, places] of [
      [page, [0, 2]],
      [other, [1, 3]],
    ] as const) {
      await tab.reload();
      assert.equal(await tab.locator(".pos-line").count(), 2);
      for (const place of places) await lineOf(tab, product(place)).waitFor();
    }
    await other.close();
  });

  it("after a killed browser and a new sign-in the cart is there", async () => {
    const doomed = await newContext();
    const before = await doomed.newPage();
    await signIn(before, shop.url);
    await before.goto(`${shop.url}/pos/new`);
    await scan(before, product(4));
    await scan(before, product(5));
    const cart = cartOf(before);
    await doomed.close();

    const again = await (await newContext()).newPage();
    await signIn(again, shop.url);
    await again.goto(`${shop.url}/pos`);
    assert.equal(cartOf(again), cart);
    await lineOf(again, product(4)).waitFor();
    await lineOf(again, product(5)).waitFor();
  });

  it("the register's first visit weighs at most 50 KB, one scan 8 KB", async () => {
    const fresh = await newContext({ storageState: await context.storageState() });
    const cold = await fresh.newPage();
    const heard = complaints(cold, shop.url);
    const wire = await fresh.newCDPSession(cold);
    let bytes = 0;
    wire.on("Network.loadingFinished", ({ encodedDataLength }) => {
      bytes += encodedDataLength;
    });
    // a redirect ends in no event of its own
    wire.on("Network.requestWillBeSent", ({ redirectResponse }) => {
      bytes += redirectResponse?.encodedDataLength ?? 0;
    });
    await wire.send("Network.enable");

    await cold.goto(`${shop.url}/pos/new`, { waitUntil: "networkidle" });
    const visit = bytes;
    bytes = 0;
    await scan(cold, product(0));
    await cold.waitForLoadState("networkidle");
    const oneScan = bytes;
    process.stdout.write(`      first visit ${visit} bytes, one scan ${oneScan} bytes\n`);
    assert(visit > 0 && visit <= 50 * 1024, `first visit: ${visit} bytes`);
    assert(oneScan > 0 && oneScan <= 8 * 1024, `one scan: ${oneScan} bytes`);
    assert.deepEqual(heard, { errors: [], strangers: [] });
  });

  function product(place: number): Goods {
    const found = products[place];
    if (!found) throw new Error(`there is no product ${place}`);
    return found;
  }
});

/** The little of a page that a function sent there sees. */
interface InPage {
  document: { querySelectorAll(selector: string): Iterable<{ value: string }> };
}

async function scan(page: Page, product: Goods): Promise<void> {
  await page.bringToFront();
  await page.locator("#code:focus").waitFor();
  await page.keyboard.type(product.barcode);
  await page.keyboard.press("Enter");
  await lineOf(page, product).waitFor();
}

function lineOf(page: Page, product: Goods) {
  return page.locator(".pos-line").filter({ hasText: product.name });
}

function cartOf(page: Page): string {
  return new URL(page.url()).pathname.split("/")[3] ?? "";
}

async function inCart(shop: Shop, page: Page): Promise<string[]> {
  return shop
    .db("cart_lines")
    .where({ cart_id: cartOf(page) })
    .orderBy("sku")
    .pluck("sku");
}
