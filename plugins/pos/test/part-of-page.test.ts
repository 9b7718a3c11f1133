/** A scan by HTMX is one way there and back: the answer is the part of the page that the scan has changed. */
import assert from "node:assert/strict";
import { after, before, describe, it } from "mocha";
import type { Browser, Page } from "../../../test/harness/browser.ts";
import { openShop, type Shop } from "../../../test/harness/shop.ts";
import { cartOf, payment, rung, stocked } from "./till.ts";

const HTMX = { "hx-request": "true", "hx-target": "register" };

describe("what a scan by HTMX comes back with", () => {
  let shop: Shop;
  let browser: Browser;
  before(async () => {
    shop = await openShop();
    await stocked(shop, { sku: "PAN", price: "3000", stock: "10" });
    await stocked(shop, { sku: "LECHE", price: "4000", stock: "10" });
    browser = await shop.browser("employee");
  });
  after(() => shop?.close());

  const send = (page: Page, path: string, fields: Record<string, string>, headers: Record<string, string> = HTMX) => {
    const form = page.fields("#scan-form");
    return browser.request("POST", path, {
      headers,
      fields: { _csrf: String(form["_csrf"]), ...fields },
      follow: false,
    });
  };
  const scanPath = (page: Page) => `/pos/carts/${cartOf(page)}/scan`;

  it("the lines, and nothing around them", async () => {
    const page = await rung(browser, "PAN");
    const answer = await send(page, scanPath(page), { code: "LECHE" });
    assert.equal(answer.status, 200);
    assert.equal(answer.root.querySelectorAll(".pos-line").length, 2);
    assert.ok(!answer.html.includes("<html"), "a part, not the page");
    assert.ok(!answer.headers.has("location"));
  });

  it("a way to pay that was not used yet: a form drawn after a write is never the one that was sent", async () => {
    const page = await rung(browser, "PAN");
    const before = payment(page).fields["_key"];
    const [first, second] = [
      await send(page, scanPath(page), { code: "LECHE", _key: String(before) }),
      await send(page, scanPath(page), { code: "LECHE", _key: String(before) }),
    ].map(({ root }) => root.querySelector("input[name=_key]")?.getAttribute("value"));
    assert.ok(first && second);
    assert.equal(new Set([before, first, second]).size, 3);
  });

  it("what was typed and not found: the list of what is like it stands in the same answer", async () => {
    const page = await rung(browser, "PAN");
    const answer = await send(page, scanPath(page), { code: "lech" });
    assert.equal(answer.status, 200);
    assert.match(answer.text, /LECHE/);
  });

  it("a part that the page does not have, or a browser without HTMX: sent there with 303, as ever", async () => {
    const page = await rung(browser, "PAN");
    const elsewhere = { ...HTMX, "hx-target": "somewhere" };
    for (const headers of [{}, elsewhere]) {
      const answer = await send(page, scanPath(page), { code: "LECHE" }, headers);
      assert.equal(answer.status, 303);
      assert.equal(answer.headers.get("location"), `/pos/carts/${cartOf(page)}`);
    }
  });

  it("a payment leads away from the register, to the receipt", async () => {
    const page = await rung(browser, "PAN");
    const { path, fields } = payment(page, "3000");
    const answer = await browser.request("POST", path, { headers: HTMX, fields, follow: false });
    assert.equal(answer.status, 303);
    assert.match(String(answer.headers.get("location")), /^\/sales\/\d+\/receipt$/);
  });
});
