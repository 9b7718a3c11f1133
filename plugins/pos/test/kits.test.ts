import assert from "node:assert/strict";
import { after, afterEach, before, describe, it } from "mocha";
import type { ApiClient } from "../../../test/harness/api-client.ts";
import { openShop, type Shop } from "../../../test/harness/shop.ts";
import { assertBooks, cash, type Goods, onHand, type ProblemAnswer, ring, rung, stocked } from "./till.ts";

interface Parts {
  data: { sku: string; quantity: string }[];
}

describe("kits and combos", () => {
  let shop: Shop;
  let admin: ApiClient;
  let burger: Goods;
  let soda: Goods;
  let combo: Goods;

  const make = async (sku: string, price: string, parts: [Goods, string][], more = {}) => {
    const made = await admin.post<Goods>("/api/v1/products", { sku, name: sku, price, ...more });
    assert.equal(made.status, 201, made.text);
    const set = await setParts(made.body, parts);
    assert.equal(set.status, 200, set.text);
    return made.body;
  };
  const setParts = (kit: Goods, parts: [Goods, string][]) =>
    admin.put<Parts & ProblemAnswer>(`/api/v1/products/${kit.id}/parts`, {
      parts: parts.map(([{ id }, quantity]) => ({ product_id: id, quantity })),
    });
  const product = async ({ id }: Goods) =>
    (await admin.get<Goods & { kind: string; cost: string }>(`/api/v1/products/${id}`)).body;
  const sell = (kit: Goods, quantity: string, amount: string) =>
    ring(admin, { items: [{ product_id: kit.id, quantity }], payments: cash(amount) });

  before(async () => {
    shop = await openShop();
    admin = await shop.api("admin");
    burger = await stocked(shop, { sku: "HAMB", name: "Hamburguesa", price: "12000", cost: "7000", stock: "30" });
    soda = await stocked(shop, { sku: "GASE", name: "Gaseosa", price: "3000", cost: "1500", stock: "20" });
    combo = await make("COMBO", "14000", [
      [burger, "1"],
      [soda, "2"],
    ]);
  });
  after(() => shop.close());
  afterEach(() => assertBooks(shop));

  it("selling one takes its parts, at the sum of their costs; it shows how many can be made", async () => {
    const { kind, cost, on_hand } = await product(combo);
    assert.deepEqual([kind, Number(cost), on_hand], ["kit", 10_000, "10.000"]);
    const sold = await sell(combo, "3", "42000");
    assert.equal(sold.status, 201, sold.text);
    assert.deepEqual([await onHand(shop, burger), await onHand(shop, soda)], ["27.000", "14.000"]);
    const { rows } = await shop.db.raw("SELECT cost_minor FROM sale_items WHERE sale_id = ?", [sold.body.id]);
    assert.equal(rows[0].cost_minor, 1_000_000);
  });

  it("what is short is the part, by name; nothing is taken", async () => {
    const refused = await sell(combo, "8", "112000");
    assert.deepEqual([refused.status, refused.body.code], [409, "STOCK_INSUFFICIENT"]);
    assert.deepEqual(
      refused.body.lines?.map(({ name, requested, on_hand }) => [name, requested, on_hand]),
      [["Gaseosa", "16.000", "14.000"]],
    );
    assert.match(refused.body.title, /Gaseosa/);
    assert.equal(await onHand(shop, burger), "27.000");
  });

  it("a kit and its part on one sale take from one shelf together", async () => {
    const items = [
      { product_id: combo.id, quantity: "7" },
      { product_id: soda.id, quantity: "1" },
    ];
    assert.equal((await ring(admin, { items, payments: cash("101000") })).status, 409);
  });

  it("twenty at once: exactly as many are sold as can be made", async () => {
    const answers = await Promise.all(Array.from({ length: 20 }, () => sell(combo, "1", "14000")));
    assert.equal(answers.filter(({ status }) => status === 201).length, 7);
    assert.equal(answers.filter(({ status }) => status === 409).length, 13);
    assert.deepEqual([await onHand(shop, burger), await onHand(shop, soda)], ["20.000", "0.000"]);
  });

  it("what comes back brings its parts; a changed recipe does not matter to what was sold", async () => {
    const toast = await stocked(shop, { sku: "PAN", name: "Pan", price: "500", cost: "200", stock: "10" });
    const jam = await stocked(shop, { sku: "MERM", name: "Mermelada", price: "900", cost: "300", stock: "10" });
    const breakfast = await make("DESA", "1800", [
      [toast, "2"],
      [jam, "0.5"],
    ]);
    const sold = await sell(breakfast, "2", "3600");
    assert.deepEqual([await onHand(shop, toast), await onHand(shop, jam)], ["6.000", "9.000"]);
    assert.equal((await setParts(breakfast, [[toast, "1"]])).status, 200);
    const body = { lines: [{ line: 1, quantity: "1" }], reason: "sobró" };
    const back = await admin.post(`/api/v1/sales/${sold.body.id}/returns`, body, { key: "desa" });
    assert.equal(back.status, 201, back.text);
    assert.deepEqual([await onHand(shop, toast), await onHand(shop, jam)], ["8.000", "9.500"]);
  });

  it("kits within kits are opened; one that would hold itself is refused with the way", async () => {
    const tea = await stocked(shop, { sku: "TE", price: "1000", cost: "400", stock: "50" });
    const pair = await make("PAR", "1900", [[tea, "2"]]);
    const party = await make("FIESTA", "5000", [
      [pair, "3"],
      [tea, "1"],
    ]);
    assert.equal(Number((await product(party)).cost), 2800);
    assert.equal((await sell(party, "2", "10000")).status, 201);
    assert.equal(await onHand(shop, tea), "36.000");
    const circle = await setParts(pair, [
      [tea, "2"],
      [party, "1"],
    ]);
    assert.deepEqual([circle.status, circle.body.code], [409, "KIT_CIRCULAR"]);
    assert.deepEqual(circle.body["path"], ["PAR", "FIESTA", "PAR"]);
    assert.match(circle.body.title, /PAR → FIESTA → PAR/);
    assert.equal((await setParts(pair, [[pair, "1"]])).body.code, "KIT_CIRCULAR");
    const parts = (await admin.get<Parts>(`/api/v1/products/${pair.id}/parts`)).body.data;
    assert.deepEqual(
      parts.map(({ sku, quantity }) => [sku, quantity]),
      [["TE", "2.000"]],
    );
  });

  it("two who close a circle at once: one is told", async () => {
    const [a, b] = [await make("CIRC-A", "1", [[soda, "1"]]), await make("CIRC-B", "1", [[soda, "1"]])];
    const answers = await Promise.all([setParts(a, [[b, "1"]]), setParts(b, [[a, "1"]])]);
    assert.deepEqual(answers.map(({ status }) => status).sort(), [200, 409]);
  });

  it("goods on a shelf become no kit, zero of a part is refused, a kit is not counted", async () => {
    const full = await setParts(burger, [[soda, "1"]]);
    assert.deepEqual([full.status, full.body.code], [409, "KIND_HAS_STOCK"]);
    assert.equal((await setParts(combo, [[soda, "0"]])).status, 422);
    const adjusted = await admin.post<ProblemAnswer>(
      "/api/v1/inventory/adjustments",
      { product_id: combo.id, quantity: "1", reason: "received" },
      { key: "kit" },
    );
    assert.equal(adjusted.body.code, "NOT_STOCKED");
  });

  it("made on its page without JavaScript, sold at the till", async () => {
    const manuela = await shop.browser("manager");
    const made = await admin.post<Goods>("/api/v1/products", { sku: "DUO", name: "Dúo", price: "13000" });
    const empty = await manuela.get(`/products/${made.body.id}/parts`);
    const unknown = await empty.submit("#part button", { code: "NADIE", quantity: "1" });
    assert.equal(unknown.status, 422);
    assert.match(unknown.text, /Ningún producto tiene el código NADIE/);
    const one = await unknown.submit("#part button", { code: "HAMB", quantity: "2" });
    assert.match(one.text, /Hamburguesa/);
    assert.match(one.text, /14\.000/);
    assert.match((await manuela.get(`/products/${made.body.id}`)).text, /Combo/);
    assert.match((await rung(await shop.browser("employee"), "DUO")).text, /Dúo/);
    const none = await one.submit("form[action$='/remove'] button");
    assert.match(none.text, /No tiene partes/);
    assert.equal((await product(made.body)).kind, "goods");
  });
});
