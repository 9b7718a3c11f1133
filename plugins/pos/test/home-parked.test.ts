/** The home page: sales that were put aside to who sells, the state of the system to who runs it. */
import assert from "node:assert/strict";
import { after, before, describe, it } from "mocha";
import { openShop, type Shop } from "../../../test/harness/shop.ts";
import { cartOf, rung, stocked } from "./till.ts";

describe("the home page of a cashier and of an administrator", () => {
  let shop: Shop;
  before(async () => {
    shop = await openShop();
    await stocked(shop, { sku: "PAN", price: "1000" });
  });
  after(() => shop?.close());

  const card = async (role: "admin" | "employee", name: string) =>
    (await (await shop.browser(role)).get("/")).root.querySelector(`[aria-labelledby=${name}]`)?.text ?? "";

  it("tells which sales wait, on which register and since when, and nothing while none does", async () => {
    assert.equal(await card("employee", "home-parked"), "");
    const browser = await shop.browser("employee");
    for (let number = 1; number <= 6; number += 1) {
      const cart = cartOf(await rung(browser, "PAN"));
      await (await browser.get(`/pos/carts/${cart}/park`)).submit("#park", { name: `Mesa ${number}` });
    }
    const text = await card("employee", "home-parked");
    for (const number of [1, 2, 3, 4, 5]) assert.match(text, new RegExp(`Mesa ${number} · Caja 1`));
    assert.doesNotMatch(text, /Mesa 6/);
    assert.match(text, /Y otra más/);
    assert.match(text, /por Emilio Estrada/);
  });

  it("tells the administrator how each part is, and nobody else", async () => {
    const well = await card("admin", "home-health");
    assert.match(well, /Las \d+ partes están bien/);
    assert.equal(await card("employee", "home-health"), "");
  });
});
