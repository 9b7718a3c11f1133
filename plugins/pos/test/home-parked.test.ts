/** The home page: sales that were put aside to who sells, the state of the system to who runs it. */
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { after, before, describe, it } from "mocha";
import { handClock } from "../../../test/harness/clock.ts";
import { openShop, type Shop } from "../../../test/harness/shop.ts";
import { cartOf, rung, stocked } from "./till.ts";

describe("the home page of a cashier and of an administrator", () => {
  let shop: Shop;
  const clock = handClock("2026-03-02T15:00:00Z");
  before(async () => {
    shop = await openShop({ clock });
    await stocked(shop, { sku: "PAN", price: "1000" });
  });
  after(() => shop?.close());

  const card = async (role: "admin" | "employee", name: string) =>
    (await (await shop.browser(role)).get("/")).root.querySelector(`[aria-labelledby=${name}]`)?.text ?? "";

  it("tells which sales wait, on which register and since when, and nothing while none does", async () => {
    assert.equal(await card("employee", "home-parked"), "");
    const browser = await shop.browser("employee");
    for (let number = 1; number <= 6; number += 1) {
      clock.advance(1000);
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

  it("tells a person which shift is his own, and one that nobody closed yesterday as such", async () => {
    const home = async (role: "admin" | "employee") => (await (await shop.browser(role)).get("/")).text;
    const shift = { register_id: 1, float: "0" };
    const opened = await (await shop.api("admin")).post("/api/v1/shifts", shift, { key: randomUUID() });
    assert.equal(opened.status, 201, opened.text);
    assert.match(await home("admin"), /Su turno en Caja 1, abierto desde/);
    assert.doesNotMatch(await home("admin"), /Sigue abierto de otro día/);
    assert.doesNotMatch(await home("employee"), /Su turno en/);
    clock.advance(24 * 3_600_000);
    assert.match(await home("admin"), /Su turno en Caja 1, abierto desde .*Sigue abierto de otro día: ciérrelo/s);
  });
});
