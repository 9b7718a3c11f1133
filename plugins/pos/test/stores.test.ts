/** Two stores of one shop: each with its own day, currency, prices and receipt. */
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { after, afterEach, before, describe, it } from "mocha";
import { businessDate } from "../../../kernel/clock.ts";
import type { ApiClient } from "../../../test/harness/api-client.ts";
import { openShop, type Shop } from "../../../test/harness/shop.ts";
import { decode } from "./escpos-reader.ts";
import { assertBooks, cash, digits, type Goods, type ProblemAnswer, ring, rung, scan, stocked } from "./till.ts";
import { idOf, type StoreAnswer, sellAt, standing, zoneAtThree } from "./two-stores.ts";

describe("a shop with two stores", () => {
  let shop: Shop;
  let admin: ApiClient;
  let bread: Goods;
  let north: { store: number; register: number };
  let employeeId: number;
  const zone = zoneAtThree(new Date());

  before(async () => {
    shop = await openShop();
    admin = await shop.api("admin");
    bread = await stocked(shop, { sku: "PAN", price: "1000", tax_rate_bp: 0 });
    employeeId = await idOf(shop, "employee");
  });
  after(() => shop?.close());
  afterEach(() => assertBooks(shop));

  const at = (register: number, amount: string) => sellAt(admin, register, amount);

  it("with one store nothing asks for a store", async () => {
    const page = await shop.browser("admin");
    for (const path of ["/sales", "/registers", "/inventory", "/inventory/movements", "/products", "/loss"])
      assert.doesNotMatch((await page.get(path)).html, /store_id/, path);
    assert.doesNotMatch((await page.get(`/users/${employeeId}`)).html, /store_ids/);
    assert.doesNotMatch((await page.get("/")).text, /Tienda principal/);
  });

  it("a store is opened on its page, and a register in it", async () => {
    const page = await shop.browser("admin");
    const form = await page.get("/stores/new");
    const wrong = await form.submit("#store", {
      name: "Norte",
      currency: "XXQ",
      time_zone: "Norte",
      day_cutoff_hour: "13",
    });
    assert.equal(wrong.status, 422);
    assert.equal(wrong.root.querySelectorAll("[aria-invalid]").length, 3);
    const done = await wrong.submit("#store", {
      name: "Norte",
      currency: "JPY",
      time_zone: zone,
      day_cutoff_hour: "6",
      tax_id: "900.123.456-7",
      receipt_header: "Régimen común",
      receipt_footer: "Vuelva al norte",
    });
    assert.equal(done.url, "/stores", done.text);
    assert.match(done.text, /Norte/);
    const { body } = await admin.get<{ data: StoreAnswer[] }>("/api/v1/stores");
    const made = body.data.find(({ name }) => name === "Norte") ?? assert.fail(JSON.stringify(body));
    assert.equal(made.currency, "JPY");
    const registers = await page.get("/registers");
    const added = await registers.submit("#register-new", { name: "Caja norte", store_id: String(made.id) });
    assert.equal(added.status, 200, added.text);
    north = { store: made.id, register: Number(/\/registers\/(\d+)/.exec(added.url)?.[1]) };
    assert.match((await page.get("/registers")).text, /Caja norte Norte/);
  });

  it("stock is put on the shelves of a store, and sold from them", async () => {
    const key = randomUUID();
    const body = { product_id: bread.id, quantity: "5", reason: "received", store_id: north.store };
    const put = await admin.post<{ store_id: number; balance: string }>("/api/v1/inventory/adjustments", body, { key });
    assert.deepEqual([put.body.store_id, put.body.balance], [north.store, "5.000"], put.text);
    const page = await (await shop.browser("manager")).get(`/products/${bread.id}?store_id=${north.store}`);
    assert.match(page.text, /Tienda principal: 100 un/);
    const adjusted = await page.submit("#adjust", { quantity: "2", reason: "received" });
    assert.match(adjusted.text, /Norte: 7 un/);
    assert.equal(adjusted.url, `/products/${bread.id}?store_id=${north.store}`);
    const shelf = await admin.get<{ data: { on_hand: string }[] }>(`/api/v1/inventory?store_id=${north.store}`);
    assert.equal(shelf.body.data[0]?.on_hand, "7.000");
  });

  it("what has no price in a store's currency is not sold there: neither scanned nor by a program", async () => {
    const refused = await at(north.register, "100");
    assert.deepEqual([refused.status, refused.body.code], [409, "NO_PRICE"], refused.text);
    const page = await standing(await shop.browser("manager"), north.register);
    const scanned = await scan(await page.get("/pos/new"), "PAN");
    assert.match(scanned.text, /PAN no tiene precio en la moneda de esta tienda/);
    assert.match((await page.get(`${scanned.url.replace(/\/scan$/, "")}?q=PAN`)).text, /sin precio aquí/);
  });

  it("a price list is made and given to stores of its currency, and the till goes by it", async () => {
    const page = await shop.browser("manager");
    const made = await (await page.get("/price-lists")).submit("#price-list-new", { name: "Yenes", currency: "JPY" });
    const list = made.url;
    const wrong = await made.submit("#price-list", { store_ids: ["1", String(north.store)] });
    assert.equal(wrong.status, 409);
    assert.match(wrong.text, /Tienda principal vende en COP/);
    await (await page.get(list)).submit("#price-list", { store_ids: [String(north.store)] });
    const search = await page.get(`${list}?q=PAN`);
    const bad = await search.submit("#prices", { [`p${bread.id}`]: "10,50" });
    assert.equal(bad.status, 422, "yen have no decimals");
    const priced = await bad.submit("#prices", { [`p${bread.id}`]: "120" });
    assert.equal(priced.status, 200, priced.text);
    const prices = await admin.get<{ data: { price: string }[] }>(`/api/v1${list}/prices`);
    assert.deepEqual(prices.body.data, [{ product_id: bread.id, sku: "PAN", name: "PAN", price: "120" }]);
    const trail = await admin.get<{ data: { after: unknown }[] }>("/api/v1/audit?action=price_list.priced");
    assert.deepEqual(trail.body.data[0]?.after, { prices: { PAN: "120 JPY" } });

    const till = await standing(page, north.register);
    const cart = await rung(till, "PAN");
    assert.equal(digits(cart.root.querySelector(".total")?.text ?? ""), "120");
    const sale = await cart.submit("#pay-form", { amount: "150" });
    assert.match(sale.text, /30/);
    const { rows } = await shop.db.raw(
      "SELECT currency, total_minor, change_minor FROM sales ORDER BY id DESC LIMIT 1",
    );
    assert.deepEqual(rows, [{ currency: "JPY", total_minor: 120, change_minor: 30 }]);
    const here = await rung(await standing(page, 1), "PAN");
    assert.equal(digits(here.root.querySelector(".total")?.text ?? ""), "1000", "elsewhere its own price holds");
    const short = await ring(admin, {
      items: [{ code: "PAN", quantity: "8" }],
      payments: cash("960"),
      register_id: north.register,
    });
    assert.equal(short.body.code, "STOCK_INSUFFICIENT", short.text);
  });

  it("each sells by its own day and in its own currency, and numbers by its registers", async () => {
    const [here, there] = [await at(1, "1000"), await at(north.register, "120")];
    assert.equal(there.status, 201, there.text);
    assert.deepEqual([here.body.currency, here.body.total, here.body.number], ["COP", "1000.00", "C1-000001"]);
    assert.deepEqual([there.body.currency, there.body.total], ["JPY", "120"]);
    assert.equal(there.body.number, `C${north.register}-000002`);
    const made = new Date(there.body.created_at);
    assert.equal(there.body.business_date, businessDate(made, zone, 6));
    assert.notEqual(there.body.business_date, businessDate(made, zone, 0), "before the cut-off it is still yesterday");
    assert.equal(here.body.business_date, businessDate(new Date(here.body.created_at), "America/Bogota", 0));
  });

  it("each has its own facts on the receipt: on the page, as bytes for the printer, and where the customer finds it", async () => {
    const id = (await at(north.register, "120")).body.id;
    const page = await shop.browser("manager");
    const shown = await page.get(`/sales/${id}/receipt`);
    const bytes = await admin.get(`/api/v1/sales/${id}/receipt?format=escpos`);
    const printed = decode(bytes.bytes).lines.join("\n");
    const { body: link } = await admin.get<{ url: string }>(`/api/v1/sales/${id}/link`);
    const shared = await (await shop.browser()).get(link.url.replace(/^.*(?=\/r\/)/, ""));
    for (const text of [shown.text, printed, shared.text])
      for (const fact of [/Norte/, /900\.123\.456-7/, /Régimen común/, /Vuelva al norte/, /Mi tienda/])
        assert.match(text, fact);
    const other = (await at(1, "1000")).body.id;
    const plain = await page.get(`/sales/${other}/receipt`);
    assert.doesNotMatch(plain.text, /Vuelva al norte|900\.123/);
    assert.match(plain.text, /Gracias por su compra/);
    const pdf = await admin.get(`/api/v1/sales/${id}/receipt.pdf`);
    assert.equal(pdf.bytes.subarray(0, 4).toString(), "%PDF");
  });

  it("the home page tells each store's day, and the lists whose they are", async () => {
    const page = await shop.browser("manager");
    const home = await page.get("/");
    assert.match(home.text, /Tienda principal \$\s2\.000/);
    assert.match(home.text, /Norte ¥\s360/);
    const sales = await page.get(`/sales?store_id=${north.store}`);
    assert.equal(sales.root.querySelectorAll("tbody tr").length, 3);
    assert.match((await page.get("/shifts")).text, /Caja norte, Norte/);
    assert.match((await page.get(`/loss?store_id=${north.store}`)).text, /¥\s240.*¥\s120/);
  });

  it("an import puts its stock onto the shelves of the store that was chosen", async () => {
    const page = await (await shop.browser("manager")).get("/products/import");
    const file = { name: "norte.csv", type: "text/csv", content: "sku;nombre;precio;existencias\nSAL;Sal;900;12\n" };
    const checked = await page.submit("#import-upload", { file, store_id: String(north.store) });
    await checked.submit('form[action$="/start"]');
    const { body } = await admin.get<{ data: { sku: string; store_id: number; balance: string }[] }>(
      "/api/v1/inventory/movements",
    );
    assert.deepEqual(
      body.data.filter(({ sku }) => sku === "SAL").map(({ store_id, balance }) => [store_id, balance]),
      [[north.store, "12.000"]],
    );
  });

  it("a store out of use sells no more, not even what is in a cart", async () => {
    const page = await standing(await shop.browser("manager"), north.register);
    const cart = await rung(page, "PAN");
    await admin.patch(`/api/v1/stores/${north.store}`, { active: false });
    const refused = await cart.submit("#pay-form", { amount: "120" });
    assert.equal(refused.status, 409, refused.text);
    assert.equal((await at(north.register, "120")).status, 422);
    assert.doesNotMatch((await page.get("/pos/registers")).text, /Caja norte/);
    await admin.patch(`/api/v1/stores/${north.store}`, { active: true });
    assert.equal((await cart.submit("#pay-form", { amount: "120" })).status, 200);
  });

  it("the currency of a store with documents stays; the last store in use stays in use", async () => {
    const refused = await admin.patch<ProblemAnswer>(`/api/v1/stores/${north.store}`, { currency: "USD" });
    assert.deepEqual([refused.status, refused.body.code], [409, "CURRENCY_IN_USE"], refused.text);
    assert.equal((await admin.patch(`/api/v1/stores/${north.store}`, { currency: "JPY", name: "Norte" })).status, 200);
    const settings = await (await shop.browser("manager")).get("/settings");
    const changed = await settings.submit("#settings", { "kernel.currency": "USD" });
    assert.equal(changed.status, 409, "nor the shop's, by which the first store goes");
    const { body } = await admin.get<{ data: StoreAnswer[] }>("/api/v1/stores");
    const answers = [];
    for (const { id } of body.data)
      answers.push((await admin.patch<ProblemAnswer>(`/api/v1/stores/${id}`, { active: false })).body.code);
    assert.deepEqual(answers.filter(Boolean), ["LAST_STORE"]);
    for (const { id } of body.data) await admin.patch(`/api/v1/stores/${id}`, { active: true });
  });

  it("only who may manages stores", async () => {
    const manager = await shop.api("manager");
    assert.equal((await manager.post("/api/v1/stores", { name: "Mía" }, { key: randomUUID() })).status, 403);
    assert.equal((await (await shop.browser("manager")).get("/stores")).status, 403);
  });

  it("every route of the till about something of a store says whose it is", () => {
    // of the whole shop, or asked only of the stores in which the person works
    const whole =
      /^(\/api\/v1)?\/(tenders|printers|group-prices|promotions|messages)(\/(:\w+(\/test|\/end|\/read|\/withdraw)?|new|written))?$|^\/api\/v1\/print-jobs$|^\/api\/v1\/customers\/:id\/history$/;
    const silent = shop.kernel.routes
      .filter(({ owner, route }) => owner === "pos" && !route.store && !whole.test(route.path))
      .map(({ route }) => `${route.method} ${route.path}`);
    assert.deepEqual(silent, []);
  });
});
