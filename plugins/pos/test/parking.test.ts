/** A sale is put aside while the next customer pays, taken up by whoever is there, and survives the end of the shift. */
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { after, afterEach, before, describe, it } from "mocha";
import type { Browser, Page } from "../../../test/harness/browser.ts";
import { openShop, type Shop } from "../../../test/harness/shop.ts";
import { assertBooks, cartOf, cash, digits, ring, rung, saleIdOf, stocked } from "./till.ts";

describe("sales put aside", () => {
  let shop: Shop;
  let manuela: Browser;
  let emilio: Browser;
  before(async () => {
    shop = await openShop();
    [manuela, emilio] = [await shop.browser("manager"), await shop.browser("employee")];
    await stocked(shop, { sku: "PAN", name: "Pan", price: "1000" });
    await stocked(shop, { sku: "CAFE", name: "Café", price: "12500" });
  });
  after(() => shop?.close());
  afterEach(() => assertBooks(shop));

  const park = async (browser: Browser, name: string, ...codes: string[]): Promise<string> => {
    const page = await rung(browser, ...codes);
    const form = await browser.get(`/pos/carts/${cartOf(page)}/park`);
    const next = await form.submit("#park", { name });
    assert.match(next.text, new RegExp(`${name} quedó apartada`));
    assert.equal(next.root.querySelectorAll(".pos-line").length, 0, "the next customer's cart is empty");
    return cartOf(page);
  };
  const resume = (page: Page, name: string) => page.submit(`[aria-label="Retomar la venta ${name}"]`);

  it("one cashier parks, another resumes with the same lines and is paid; the till counts those that wait", async () => {
    const cart = await park(emilio, "Doña Ana", "PAN", "CAFE");
    await park(emilio, "mesa 4", "PAN");
    assert.match((await emilio.get("/pos/new")).text, /2 ventas apartadas/);
    const list = await manuela.get("/pos/parked");
    assert.match(list.text, /Doña Ana[\s\S]*Café, Pan[\s\S]*mesa 4/);
    const taken = await resume(list, "Doña Ana");
    assert.equal(cartOf(taken), cart);
    assert.equal(taken.root.querySelectorAll(".pos-line").length, 2);
    assert.equal((await emilio.get(`/pos/carts/${cart}`)).status, 404, "it is Manuela's now");
    assert.match((await taken.submit("#pay-form", { amount: "20000" })).url, /receipt$/);
    const left = await (await shop.api("employee")).get<{ data: { name: string; lines: number }[] }>(
      "/api/v1/parked-sales",
    );
    assert.deepEqual(
      left.body.data.map(({ name, lines }) => [name, lines]),
      [["mesa 4", 1]],
    );
  });

  it("two who resume at once: one has it, the other is told", async () => {
    await park(emilio, "Doble", "PAN");
    const pages = await Promise.all([manuela, emilio].map((browser) => browser.get("/pos/parked")));
    const answers = await Promise.all(pages.map((page) => resume(page, "Doble")));
    assert.deepEqual(answers.map(({ status }) => status).sort(), [200, 409]);
    assert.match(answers.find(({ status }) => status === 409)?.text ?? "", /Otra persona ya retomó/);
  });

  it("a parked sale outlives the shift and is paid in the next one", async () => {
    await park(emilio, "Mañana", "CAFE");
    const manager = await shop.api("manager");
    const { body: shift } = await manager.get<{ id: number }>("/api/v1/shifts/current");
    const total = (await manager.get<{ expected_cash: string }>(`/api/v1/shifts/${shift.id}/x`)).body.expected_cash;
    assert.equal(
      (await manager.post(`/api/v1/shifts/${shift.id}/close`, { total }, { key: randomUUID() })).status,
      201,
    );
    const page = await resume(await emilio.get("/pos/parked"), "Mañana");
    const id = saleIdOf(await page.submit("#pay-form", { amount: "12500" }));
    const { body } = await manager.get<{ shift_id: number }>(`/api/v1/sales/${id}`);
    assert.notEqual(body.shift_id, shift.id);
  });

  it("giving one up needs a reason, which stays in the trail; an empty sale and a nameless one are not parked", async () => {
    const cart = await park(emilio, "Se fue", "PAN");
    const form = `form[action="/pos/parked/${cart}/discard"]`;
    const refused = await (await emilio.get("/pos/parked")).submit(`${form} button`, { reason: "" });
    assert.equal(refused.status, 422);
    const gone = await refused.submit(`${form} button`, { reason: "no volvió" });
    assert.match(gone.text, /quedó descartada/);
    const { rows } = await shop.db.raw("SELECT reason FROM audit_log WHERE action = 'cart.discarded' AND subject = ?", [
      `cart:${cart}`,
    ]);
    assert.deepEqual(rows, [{ reason: "no volvió" }]);
    const page = await rung(emilio, "PAN");
    const nameless = await (await emilio.get(`/pos/carts/${cartOf(page)}/park`)).submit("#park", { name: " " });
    assert.equal(nameless.status, 422);
    const empty = await (await emilio.get(`/pos/carts/${randomUUID()}/park`)).submit("#park", { name: "nada" });
    assert.equal(empty.status, 404);
  });

  it("notes of a line and of the sale are on the receipt; the next scan of the same goods is a line of its own", async () => {
    const page = await rung(emilio, "CAFE");
    const cart = cartOf(page);
    await (await emilio.get(`/pos/carts/${cart}/lines/1/note`)).submit("#note", { note: "molido fino" });
    await (await emilio.get(`/pos/carts/${cart}/note`)).submit("#note", { note: "<b>Para llevar</b>" });
    const two = await (await emilio.get(`/pos/carts/${cart}`)).submit("#code", { code: "CAFE" });
    assert.equal(two.root.querySelectorAll(".pos-line").length, 2);
    const receipt = await two.submit("#pay-form", { amount: "" });
    assert.match(receipt.text, /molido fino[\s\S]*<b>Para llevar<\/b>/);
    const program = await shop.api("employee");
    const answer = await ring(program, {
      items: [{ code: "PAN", quantity: "1", note: "sin corteza" }],
      payments: cash("1000"),
      note: "domicilio",
    });
    assert.deepEqual([answer.body["note"], answer.body.lines[0]?.["note"]], ["domicilio", "sin corteza"]);
  });

  it("a note's button pays at once: one key, the change told", async () => {
    const page = await rung(emilio, "CAFE", "PAN");
    const buttons = page.root
      .querySelectorAll(".pos-quick button")
      .map((one) => digits(one.getAttribute("aria-label") ?? ""));
    assert.deepEqual(buttons, ["15000", "20000", "50000"]);
    const receipt = await page.submit("#pay-form", { note: "2000000" });
    assert.match(receipt.url, /receipt$/);
    assert.equal(digits(receipt.root.querySelector(".receipt-change strong")?.text ?? ""), "6500");
  });
});
