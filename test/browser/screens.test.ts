import assert from "node:assert/strict";
import { after, before, describe, it } from "mocha";
import type { Locator, Page } from "playwright-core";
import { openShop, type Shop } from "../harness/shop.ts";
import { signIn, useChromium } from "./chromium.ts";
import { goods, loadSample } from "./goods.ts";

const PHONE = { width: 360, height: 640 };
const TILL = { width: 1024, height: 600 };

describe("the screens a shop has", () => {
  const newContext = useChromium();
  let shop: Shop;
  let page: Page;
  let cart: string;
  let receipt: string;

  before(async () => {
    shop = await openShop();
    page = await (await newContext()).newPage();
    await signIn(page, shop.url);
    await loadSample(page, shop.url);
    const products = await goods(shop.db, 10);
    await page.goto(`${shop.url}/pos/new`);
    await scanAll(page, products.slice(0, 2));
    await page.click("#pay-form button");
    await page.waitForURL(/\/receipt$/);
    receipt = new URL(page.url()).pathname;
    await page.goto(`${shop.url}/pos/new`);
    await scanAll(page, products);
    cart = new URL(page.url()).pathname;
  });
  after(() => shop?.close());

  for (const size of [PHONE, TILL]) {
    it(`no page is wider than a screen of ${size.width} by ${size.height}`, async () => {
      const visitor = await (await newContext()).newPage();
      await visitor.setViewportSize(size);
      await visitor.goto(`${shop.url}/login`);
      const tooWide = await overflow(visitor);
      await page.setViewportSize(size);
      // every page that needs no name of a thing, and those of one cart and one sale
      const pages = shop.kernel.routes.flatMap(({ route: { method, surface, path } }) =>
        method === "GET" && surface === "page" && !/[:.]/.test(path) ? [path] : [],
      );
      assert.ok(pages.includes("/shifts"), pages.join(" "));
      for (const path of [...pages, cart, `${cart}/payment`, receipt, receipt.replace("/receipt", "")]) {
        await page.goto(shop.url + path);
        tooWide.push(...(await overflow(page)));
      }
      assert.deepEqual(tooWide, []);
    });
  }

  it("on the till's screen a cart of ten lines leaves the total and the cash button in sight", async () => {
    await page.setViewportSize(TILL);
    await page.goto(shop.url + cart);
    assert.equal(await page.locator(".pos-line").count(), 10);
    for (const what of ["[role=status] .total", "#amount", "#pay-form button.primary", "#code"]) {
      assert(await inSight(page.locator(what)), `${what} is out of sight`);
    }
  });
});

async function scanAll(page: Page, products: { name: string; barcode: string }[]): Promise<void> {
  for (const { name, barcode } of products) {
    await page.fill("#code", barcode);
    await page.press("#code", "Enter");
    await page.locator(".pos-line").filter({ hasText: name }).waitFor();
  }
}

/** The page's path and widths, if one has to scroll sideways. */
async function overflow(page: Page): Promise<string[]> {
  const { wide, seen } = await page
    .locator("html")
    .evaluate(({ scrollWidth, clientWidth }: { scrollWidth: number; clientWidth: number }) => ({
      wide: scrollWidth,
      seen: clientWidth,
    }));
  return wide > seen ? [`${new URL(page.url()).pathname}: ${wide} in ${seen}`] : [];
}

async function inSight(place: Locator): Promise<boolean> {
  const box = await place.boundingBox();
  if (!box) return false;
  return box.y >= 0 && box.y + box.height <= TILL.height && box.x >= 0 && box.x + box.width <= TILL.width;
}
