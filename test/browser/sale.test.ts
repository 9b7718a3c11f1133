import assert from "node:assert/strict";
import { after, before, describe, it } from "mocha";
import type { Page } from "playwright-core";
import { openShop, type Shop } from "../harness/shop.ts";
import { complaints, signIn, useChromium } from "./chromium.ts";
import { type Goods, goods, loadSample, onHand } from "./goods.ts";

for (const javaScriptEnabled of [true, false]) {
  describe(`a sale in a browser ${javaScriptEnabled ? "with" : "without"} JavaScript`, () => {
    const newContext = useChromium();
    let shop: Shop;
    let page: Page;
    let heard: ReturnType<typeof complaints>;
    let four: Goods[];

    before(async () => {
      shop = await openShop();
      page = await (await newContext({ javaScriptEnabled })).newPage();
      heard = complaints(page, shop.url);
    });
    after(() => shop?.close());

    it("a new shop has something to sell after one click on its home page", async () => {
      await signIn(page, shop.url);
      await loadSample(page, shop.url);
      four = await goods(shop.db, 4);
      assert.equal(new Set(four.map(({ id }) => id)).size, 4);
    });

    it("an unknown code is said aloud, stays in the box, and the box has the focus", async () => {
      await page.goto(`${shop.url}/pos/new`);
      await page.fill("#code", "no such thing 0000");
      await page.press("#code", "Enter");
      const alert = page.locator("[role=alert]");
      await alert.waitFor();
      assert.match((await alert.textContent()) ?? "", /\S/);
      assert.equal(await page.inputValue("#code"), "no such thing 0000");
      await page.locator("#code:focus").waitFor();
    });

    it("four scans, half a unit more of one, cash: the receipt tells the change and the stock has moved", async () => {
      const stockBefore = await Promise.all(four.map(({ id }) => onHand(shop.db, id)));
      await page.goto(`${shop.url}/pos`);
      for (const [place, product] of four.entries()) {
        await page.fill("#code", place % 2 === 0 ? product.barcode : product.sku);
        await page.press("#code", "Enter");
        await lineOf(page, product).waitFor();
      }
      const [first] = four;
      assert(first);
      const quantity = lineOf(page, first).locator("input[name=quantity]");
      await quantity.fill("1,5");
      await quantity.press("Enter");
      await lineOf(page, first).locator('input[value="1,5"]').waitFor();
      await page.fill("#amount", "200000");
      await page.click("#pay-form button");
      await page.waitForURL(/\/sales\/\d+\/receipt$/);

      const sale = await shop.db("sales").first();
      assert.equal(new URL(page.url()).pathname, `/sales/${sale.id}/receipt`);
      const minorUnits = Number(sale.paid_minor) / 200_000;
      const change = (await page.locator(".receipt-change strong").textContent()) ?? "";
      assert.equal(Number(change.replace(/[^\d]/g, "")) * minorUnits, Number(sale.change_minor));
      assert.equal(Number(sale.paid_minor) - Number(sale.total_minor), Number(sale.change_minor));
      const stockAfter = await Promise.all(four.map(({ id }) => onHand(shop.db, id)));
      assert.deepEqual(
        stockAfter.map((milli, place) => Number(stockBefore[place]) - milli),
        [1500, 1000, 1000, 1000],
      );
    });

    it("the keys that the page shows are those that this browser has: two after the last scan pay exactly", async () => {
      const [first] = four;
      assert(first);
      await page.goto(`${shop.url}/pos/new`);
      await page.fill("#code", first.barcode);
      await page.press("#code", "Enter");
      await lineOf(page, first).waitFor();
      const shown = await page.locator("label[for=amount] kbd").filter({ visible: true }).allTextContents();
      assert.deepEqual(shown, [javaScriptEnabled ? "F4" : "Alt+E"]);
      // the driver sends no access keys: that the box has that one is all that is told here
      assert.equal(await page.getAttribute("#amount", "accesskey"), "e");
      if (javaScriptEnabled) await page.keyboard.press("F4");
      else await page.focus("#amount");
      await page.locator("#amount:focus").waitFor();
      await page.keyboard.press("Enter");
      await page.waitForURL(/\/sales\/\d+\/receipt$/);
    });

    it("the browser complained of nothing and asked nobody else", () => {
      const refusal = "the server responded with a status of 422";
      assert.deepEqual(
        heard.errors.filter((text) => !text.includes(refusal)),
        [],
      );
      assert.deepEqual(heard.strangers, []);
    });
  });
}

function lineOf(page: Page, product: Goods) {
  return page.locator(".pos-line").filter({ hasText: product.name });
}
