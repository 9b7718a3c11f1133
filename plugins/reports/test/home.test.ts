/** The home page of who runs a store: today against the usual of that weekday by the same hour, and who has a shift open. */
import assert from "node:assert/strict";
import { after, before, describe, it } from "mocha";
import { handClock } from "../../../test/harness/clock.ts";
import { openShop, people, type Shop } from "../../../test/harness/shop.ts";
import { cash, digits, type Goods, ring, stocked } from "../../pos/test/till.ts";

const TEN_MINUTES_MS = 600_000;

describe("the home page of who runs a store", () => {
  let shop: Shop;
  let bread: Goods;
  // a Monday, five minutes before ten, in Bogotá
  const clock = handClock("2026-03-02T14:55:00Z");

  before(async () => {
    shop = await openShop({ clock });
    bread = await stocked(shop, { sku: "PAN", price: "1190" });
  });
  after(() => shop?.close());

  const sell = async () => {
    const order = { items: [{ product_id: bread.id, quantity: "1" }], payments: cash("2000") };
    assert.equal((await ring(await shop.api("employee"), order)).status, 201);
    await shop.kernel.outbox.drain();
  };
  const card = async (role: "manager" | "employee") => {
    const home = await (await shop.browser(role)).get("/");
    return home.root.querySelector("[aria-labelledby=home-reports]");
  };

  it("tells of open shifts, and that there is nothing to compare with yet", async () => {
    await sell();
    const text = (await card("manager"))?.text ?? "";
    assert.match(text, /Aún no hay semanas con qué comparar/);
    assert.match(text, new RegExp(`Caja 1: ${people.employee.fullName}, desde`));
    assert.equal(await card("employee"), null);
    const admin = await shop.api("admin");
    const become = async (permissions: string[]) =>
      assert.equal((await admin.put("/api/v1/roles/manager", { permissions })).status, 200);
    await become(["reports.read"]);
    const alone = (await card("manager"))?.text ?? "";
    assert.match(alone, /Aún no hay semanas/);
    assert.doesNotMatch(alone, /Caja 1/, "who may not read shifts is told of none");
    await become(["reports.read", "shifts.read"]);
    assert.match((await card("manager"))?.text ?? "", /Caja 1/);
  });

  it("sets what was sold until this hour against the same weekday's usual until then", async () => {
    const past = (weeks: number, hour: number, times: number) =>
      shop.db.raw(
        `INSERT INTO report_hours SELECT store_id, business_date - 7 * cast(:weeks AS int), cast(:hour AS int), register_id, user_id,
           number_range_id, kind, currency, 1, 0, 0, 0, net_minor, tax_minor, 0, total_minor * cast(:times AS int), 0, first_id, last_id
         FROM report_hours WHERE business_date = '2026-03-02' LIMIT 1`,
        { weeks, hour, times },
      );
    await past(1, 8, 6);
    // that Monday sold, but later in the day: on average there was half as much by now
    await past(2, 15, 100);
    // too long ago
    await past(9, 8, 1000);
    clock.advance(TEN_MINUTES_MS);
    await sell();
    const text = (await card("manager"))?.text ?? "";
    // 1.190 was sold before ten; the second sale is of the hour that goes on
    const [, until, now, usual] =
      /Hasta las (\S+) van (.*?); en este día de la semana lo usual es (.*?)\./s.exec(
        text.replace(/(\d)\.(\d{3})/g, "$1$2"),
      ) ?? assert.fail(text);
    assert.deepEqual([until, digits(now ?? ""), digits(usual ?? "")], ["10:00", "1190", "3570"]);
    assert.match(text, /-66,67\s?%/);
  });

  it("is asked for its cards alone by a page that stays open", async () => {
    const browser = await shop.browser("manager");
    const whole = await browser.get("/");
    const cards = whole.root.querySelector("#home-cards");
    assert.equal(cards?.getAttribute("hx-get"), "/");
    const headers = { "HX-Request": "true", "HX-Target": "home-cards" };
    const part = await browser.request("GET", "/", { headers });
    assert.match(part.html, /^\s*<div id="home-cards"/);
    assert.ok(part.root.querySelector("#home-cards [aria-labelledby=home-reports]"), part.text);
  });
});
