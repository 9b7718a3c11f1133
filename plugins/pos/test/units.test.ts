import assert from "node:assert/strict";
import { after, afterEach, before, describe, it } from "mocha";
import type { ApiClient } from "../../../test/harness/api-client.ts";
import type { Browser } from "../../../test/harness/browser.ts";
import { openShop, type Shop } from "../../../test/harness/shop.ts";
import {
  assertBooks,
  cash,
  digits,
  type Goods,
  onHand,
  type ProblemAnswer,
  payment,
  ring,
  rung,
  type SaleAnswer,
  saleIdOf,
  scan,
  stocked,
} from "./till.ts";

const CASE = "7701234500017";

describe("units, services and what is weighed, at the till", () => {
  let shop: Shop;
  let admin: ApiClient;
  let emilio: Browser;
  let beer: Goods;
  before(async () => {
    shop = await openShop();
    admin = await shop.api("admin");
    emilio = await shop.browser("employee");
    beer = await stocked(shop, { sku: "CERV", name: "Cerveza", price: "3000", cost: "2000", stock: "100" });
    const units = [
      { name: "caja", factor: "24", price: "60000", barcodes: [CASE] },
      { name: "sixpack", factor: "6" },
    ];
    const set = await admin.put(`/api/v1/products/${beer.id}/units`, { units });
    assert.equal(set.status, 200, set.text);
  });
  after(() => shop.close());
  afterEach(() => assertBooks(shop));

  const lineOf = (sale: { lines: Record<string, unknown>[] }) => {
    const { unit, factor, quantity, unit_price, total } = sale.lines[0] ?? {};
    return { unit, factor, quantity, unit_price, total };
  };

  it("the case's code sells 24 bottles at the case's price, and the receipt names the case", async () => {
    const page = await rung(emilio, CASE, CASE, "CERV");
    assert.match(page.text, /caja × 24/);
    const { path, fields } = payment(page);
    const receipt = await emilio.post(path, fields);
    assert.match(receipt.text, /2 caja × \$ 60\.000/);
    assert.match(receipt.text, /1 un × \$ 3\.000/);
    assert.equal(await onHand(shop, beer), "51.000");
    const sale = (await admin.get<SaleAnswer>(`/api/v1/sales/${saleIdOf(receipt)}`)).body;
    assert.deepEqual(lineOf(sale), {
      unit: "caja",
      factor: "24.000",
      quantity: "2.000",
      unit_price: "60000.00",
      total: "120000.00",
    });
    const { rows } = await shop.db.raw("SELECT cost_minor FROM sale_items WHERE sale_id = ? ORDER BY line", [sale.id]);
    assert.deepEqual(
      rows.map((row: { cost_minor: number }) => row.cost_minor),
      [4_800_000, 200_000],
    );
  });

  it("the product shows its units; the search at the till offers them", async () => {
    const { body } = await admin.get<Goods & { units: Record<string, unknown>[] }>(`/api/v1/products/${beer.id}`);
    assert.deepEqual(
      body.units.map(({ id: _, ...unit }) => unit),
      [
        { name: "sixpack", factor: "6.000", price: null, barcodes: [] },
        { name: "caja", factor: "24.000", price: "60000.00", barcodes: [CASE] },
      ],
    );
    const found = await scan(await emilio.get("/pos/new"), "cerve");
    assert.match(found.text, /sixpack × 6/);
    const six = found.root.querySelectorAll(".pos-results button[name=unit_id]")[0];
    const added = await found.submit(".pos-results button[name=unit_id]", {
      unit_id: six?.getAttribute("value") ?? "",
    });
    assert.match(added.text, /sixpack × 6/);
    assert.equal(digits(added.root.querySelector(".pos-total strong")?.text ?? ""), "18000");
  });

  it("a program names the unit; one that the product has not is refused, and more than there is too", async () => {
    const before = Number(await onHand(shop, beer));
    const sold = await ring(admin, {
      items: [{ product_id: beer.id, unit: "Caja", quantity: "1", unit_price: "60000" }],
      payments: cash("60000"),
    });
    assert.equal(sold.status, 201, sold.text);
    assert.equal(Number(await onHand(shop, beer)), before - 24);
    const byCode = await ring(admin, { items: [{ code: CASE, unit: "un", quantity: "1" }], payments: cash("3000") });
    assert.equal(lineOf(byCode.body).unit, "un");
    const unknown = await ring(admin, {
      items: [{ product_id: beer.id, unit: "bulto", quantity: "1" }],
      payments: cash("60000"),
    });
    assert.deepEqual([unknown.status, unknown.body.errors?.[0]?.field], [422, "items.0.unit"]);
    const short = await ring(admin, { items: [{ code: CASE, quantity: "5" }], payments: cash("300000") });
    assert.deepEqual(
      [short.status, short.body.code, short.body.lines?.[0]?.["requested"]],
      [409, "STOCK_INSUFFICIENT", "120.000"],
    );
  });

  it("a case that comes back brings its bottles, in parts and whole", async () => {
    const before = Number(await onHand(shop, beer));
    const sold = await ring(admin, { items: [{ code: CASE, quantity: "1" }], payments: cash("60000") });
    const back = (quantity: string, restock = true) =>
      admin.post(
        `/api/v1/sales/${sold.body.id}/returns`,
        { lines: [{ line: 1, quantity, restock }], reason: "rotas" },
        { key: `back-${quantity}` },
      );
    const half = await back("0.5");
    assert.equal(half.status, 201, half.text);
    assert.equal(Number(await onHand(shop, beer)), before - 12);
    assert.equal((await back("0.333", false)).status, 201);
    assert.equal(Number(await onHand(shop, beer)), before - 12);
    assert.equal((await back("0.167")).status, 201);
    assert.equal(Number(await onHand(shop, beer)), before - 12 + 4.008);
  });

  it("a factor of zero, a name or a code that is taken: refused by field, and nothing is changed", async () => {
    await stocked(shop, { sku: "OTRO", barcodes: ["7701234500099"] });
    const refused = async (unit: Record<string, unknown>, field: string) => {
      const answer = await admin.put<ProblemAnswer>(`/api/v1/products/${beer.id}/units`, { units: [unit] });
      assert.deepEqual([answer.status, answer.body.errors?.[0]?.field], [422, `units.0.${field}`], answer.text);
    };
    await refused({ name: "caja", factor: "0" }, "factor");
    await refused({ name: "caja", factor: "-1" }, "factor");
    await refused({ name: "UN", factor: "2" }, "name");
    await refused({ name: "caja", factor: "24", barcodes: ["7701234500099"] }, "barcodes");
    await refused({ name: "caja", factor: "24", barcodes: ["CERV"] }, "barcodes");
    const { body } = await admin.get<Goods & { units: unknown[] }>(`/api/v1/products/${beer.id}`);
    assert.equal(body.units.length, 2);
    const taken = await admin.post<ProblemAnswer>("/api/v1/products", {
      sku: "NEW",
      name: "New",
      price: "1",
      barcodes: [CASE],
    });
    assert.equal(taken.body.errors?.[0]?.code, "BARCODE_TAKEN");
  });

  it("the manager gives a product a unit on its page, without JavaScript", async () => {
    const water = await stocked(shop, { sku: "AGUA", name: "Agua", price: "1000" });
    const manuela = await shop.browser("manager");
    const product = await manuela.get(`/products/${water.id}`);
    assert.ok(product.root.querySelector(`a[href='/products/${water.id}/units']`));
    const zero = await (await manuela.get(`/products/${water.id}/units`)).submit("#unit button", {
      name: "paca",
      factor: "0",
    });
    assert.equal(zero.status, 422);
    const saved = await zero.submit("#unit button", { factor: "12", price: "", barcodes: "7701234500024" });
    assert.match(saved.text, /paca × 12 un/);
    assert.match((await manuela.get(`/products/${water.id}`)).text, /7701234500024/);
    // changing the product leaves the unit's code with the unit
    const changed = await (await manuela.get(`/products/${water.id}`)).submit("#product button", { name: "Agua pura" });
    assert.match(changed.text, /7701234500024/);
    assert.match((await rung(emilio, "7701234500024")).text, /paca × 12/);
    const gone = await (await manuela.get(`/products/${water.id}/units`)).submit("form[action$='/remove'] button");
    assert.doesNotMatch(gone.text, /paca/);
  });

  it("a service sells always and moves nothing; its stock cannot be adjusted", async () => {
    const made = await admin.post<Goods>("/api/v1/products", {
      sku: "DOM",
      name: "Domicilio",
      price: "5000",
      cost: "3000",
      kind: "service",
    });
    const sold = await ring(admin, { items: [{ product_id: made.body.id, quantity: "3" }], payments: cash("15000") });
    assert.equal(sold.status, 201, sold.text);
    const { rows } = await shop.db.raw(
      "SELECT (SELECT count(*)::int FROM stock_movements WHERE product_id = :id) AS moved, cost_minor FROM sale_items WHERE product_id = :id",
      { id: made.body.id },
    );
    assert.deepEqual(rows, [{ moved: 0, cost_minor: 300_000 }]);
    const adjusted = await admin.post<ProblemAnswer>(
      "/api/v1/inventory/adjustments",
      { product_id: made.body.id, quantity: "1", reason: "received" },
      { key: "service" },
    );
    assert.deepEqual([adjusted.status, adjusted.body.code], [409, "NOT_STOCKED"]);
    const back = await admin.post(
      `/api/v1/sales/${sold.body.id}/returns`,
      { lines: [{ line: 1, quantity: "1" }], reason: "no llegó" },
      { key: "service-back" },
    );
    assert.equal(back.status, 201, back.text);
  });

  it("goods on a shelf do not become a service", async () => {
    const answer = await admin.patch<ProblemAnswer>(`/api/v1/products/${beer.id}`, { kind: "service" });
    assert.deepEqual([answer.status, answer.body.code], [409, "KIND_HAS_STOCK"]);
  });

  it("of what is weighed the till asks how much, with decimals; 0,5* says it at once", async () => {
    await stocked(shop, { sku: "PAPA", name: "Papa", price: "2400", unit: "kg", kind: "weighed" });
    const asked = await rung(emilio, "PAPA");
    assert.match(asked.text, /¿Cuánto pesa\? Papa \(kg\)/);
    const nonsense = await asked.submit("#weigh button", { quantity: "mucho" });
    assert.equal(nonsense.status, 422);
    assert.ok(nonsense.root.querySelector("#weigh .error"), nonsense.text);
    const added = await nonsense.submit("#weigh button", { quantity: "1,235" });
    assert.match(added.root.querySelector(".pos-total")?.text ?? "", /2\.964/);
    assert.match((await scan(added, "0,5*PAPA")).root.querySelector(".pos-total")?.text ?? "", /4\.164/);
  });
});
