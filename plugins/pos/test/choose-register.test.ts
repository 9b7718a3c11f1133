/** Two devices, two registers: each sells, counts and parks at its own. */
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { after, afterEach, before, describe, it } from "mocha";
import type { Browser } from "../../../test/harness/browser.ts";
import { openShop, type Shop } from "../../../test/harness/shop.ts";
import { assertBooks, cartOf, rung, saleIdOf, stocked } from "./till.ts";

describe("the register at which a device stands", () => {
  let shop: Shop;
  let here: Browser;
  let there: Browser;
  let second: number;

  before(async () => {
    shop = await openShop();
    const admin = await shop.api("admin");
    const made = await admin.post<{ id: number }>("/api/v1/registers", { name: "Caja 2" }, { key: randomUUID() });
    second = made.body.id;
    await stocked(shop, { sku: "PAN", price: "1000" });
    [here, there] = [await shop.browser("employee"), await shop.browser("manager")];
  });
  after(() => shop?.close());
  afterEach(() => assertBooks(shop));

  const choose = async (browser: Browser, id: number) =>
    (await browser.get("/pos/registers")).submit("#choose", { register_id: String(id) });
  const sold = async (browser: Browser) => {
    const id = saleIdOf(await (await rung(browser, "PAN")).submit("#pay-form", { amount: "1000" }));
    const { body } = await (await shop.api("manager")).get<{ register_id: number; number: string }>(
      `/api/v1/sales/${id}`,
    );
    return body;
  };

  it("without a choice it is the first in use; the choice holds for this device alone", async () => {
    assert.equal((await sold(here)).register_id, 1);
    const page = await choose(there, second);
    assert.match(page.text, /Caja 2/);
    const sale = await sold(there);
    assert.deepEqual([sale.register_id, sale.number], [second, `C${second}-000001`]);
    assert.equal((await sold(here)).register_id, 1);
  });

  it("parked sales and the shift are the register's", async () => {
    const cart = cartOf(await rung(there, "PAN"));
    await (await there.get(`/pos/carts/${cart}/park`)).submit("#park", { name: "De la dos" });
    assert.match((await there.get("/pos/parked")).text, /De la dos/);
    assert.doesNotMatch((await here.get("/pos/parked")).text, /De la dos/);
    assert.match((await there.get("/shifts")).text, /Caja 2: turno abierto/);
    assert.match((await here.get("/shifts")).text, /Caja 1: turno abierto/);
  });

  it("a register with a parked sale stays in use; a cart left at a retired one goes on at another", async () => {
    const admin = await shop.api("admin");
    const made = await admin.post<{ id: number }>("/api/v1/registers", { name: "Caja 3" }, { key: randomUUID() });
    const third = made.body.id;
    const retire = () => admin.patch<{ code: string }>(`/api/v1/registers/${third}`, { active: false });
    const browser = await shop.browser("employee");
    await choose(browser, third);
    const parked = await rung(browser, "PAN");
    await (await browser.get(`/pos/carts/${cartOf(parked)}/park`)).submit("#park", { name: "Tres" });
    assert.deepEqual([(await retire()).status, (await retire()).body.code], [409, "REGISTER_BUSY"]);
    const resumed = await (await browser.get("/pos/parked")).submit('form[action$="/resume"]', {});
    assert.equal((await retire()).status, 200);
    const refused = await resumed.submit("#pay-form", { amount: "1000" });
    assert.equal(refused.status, 409);
    assert.match(refused.text, /Elija otra caja/);
    await choose(browser, 1);
    const there = await browser.get(`/pos/carts/${cartOf(parked)}`);
    assert.ok(saleIdOf(await there.submit("#pay-form", { amount: "1000" })) > 0);
  });

  it("a cart stays at the register it was begun at, and its page says so", async () => {
    const page = await rung(there, "PAN");
    await choose(there, 1);
    const again = await there.get(`/pos/carts/${cartOf(page)}`);
    assert.match(again.root.querySelector(".pos-name")?.text ?? "", /Caja 2/);
    await again.submit("#pay-form", { amount: "1000" });
    const { rows } = await shop.db.raw("SELECT register_id::int AS at FROM sales ORDER BY id DESC LIMIT 1");
    assert.equal(rows[0].at, second);
    assert.equal((await sold(there)).register_id, 1);
  });

  it("a register that is out of use, or none at all, is refused or passed over", async () => {
    await choose(there, second);
    await (await there.get("/pos/parked")).submit('form[action$="/resume"]', {});
    await choose(there, second);
    const form = await there.get("/pos/registers");
    await (await shop.api("admin")).patch(`/api/v1/registers/${second}`, { active: false });
    assert.equal((await sold(there)).register_id, 1, "what is in the cookie no longer counts");
    const refused = await form.submit("#choose", { register_id: String(second) });
    assert.equal(refused.status, 422);
    assert.match(refused.text, /No existe una caja activa/);
  });
});
