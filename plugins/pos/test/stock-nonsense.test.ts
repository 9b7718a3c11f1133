/** Stock as people get it wrong: circles through variants, kits of nothing that stands, cases over several lots, costs below zero. */
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { after, afterEach, before, describe, it } from "mocha";
import type { ApiClient } from "../../../test/harness/api-client.ts";
import { openShop, type Shop } from "../../../test/harness/shop.ts";
import { assertBooks, cash, type Goods, onHand, type ProblemAnswer, ring, stocked } from "./till.ts";

describe("stock as people get it wrong", () => {
  let shop: Shop;
  let admin: ApiClient;
  before(async () => {
    shop = await openShop();
    admin = await shop.api("admin");
  });
  after(() => shop.close());
  afterEach(() => assertBooks(shop));

  const make = async (facts: { sku: string } & Record<string, unknown>): Promise<Goods> => {
    const made = await admin.post<Goods>("/api/v1/products", { name: facts.sku, price: "1000", ...facts });
    assert.equal(made.status, 201, made.text);
    return made.body;
  };
  const setParts = (kit: Pick<Goods, "id">, parts: [Pick<Goods, "id">, string][]) =>
    admin.put<ProblemAnswer>(`/api/v1/products/${kit.id}/parts`, {
      parts: parts.map(([{ id }, quantity]) => ({ product_id: id, quantity })),
    });
  const movements = async () => (await shop.db.raw("SELECT count(*)::int AS count FROM stock_movements")).rows[0].count;

  it("a kit holds itself through a variant: refused with the way; a parent is no part, and a kit has no variants", async () => {
    const shirt = await make({ sku: "CAMISA" });
    const attributes = { attributes: [{ name: "Talla", values: ["S", "M"] }] };
    assert.equal((await admin.put(`/api/v1/products/${shirt.id}/attributes`, attributes)).status, 200);
    await admin.post(`/api/v1/products/${shirt.id}/variants`, {}, { key: randomUUID() });
    const { body } = await admin.get<{ data: { product_id: number; name: string }[] }>(
      `/api/v1/products/${shirt.id}/variants`,
    );
    const [small, medium] = body.data;
    assert.ok(small && medium);
    const kit = await make({ sku: "PINTA" });
    assert.equal((await setParts(kit, [[{ id: small.product_id }, "1"]])).status, 200);
    const circle = await setParts({ id: small.product_id }, [[kit, "1"]]);
    assert.deepEqual([circle.status, circle.body.code], [409, "KIT_CIRCULAR"], circle.text);
    assert.deepEqual(circle.body["path"], [small.name, "PINTA", small.name]);
    // longer: medium holds the kit, and the kit is to hold medium
    assert.equal((await setParts({ id: medium.product_id }, [[kit, "1"]])).status, 200);
    const longer = await setParts(kit, [
      [{ id: small.product_id }, "1"],
      [{ id: medium.product_id }, "1"],
    ]);
    assert.deepEqual([longer.status, longer.body.code], [409, "KIT_CIRCULAR"]);
    assert.match(longer.body.title, /PINTA → .* → PINTA/);
    const parent = await setParts(await make({ sku: "OTRO" }), [[shirt, "1"]]);
    assert.deepEqual([parent.status, parent.body.errors?.[0]?.code], [422, "PARENT_NOT_SOLD"], parent.text);
    const made = await admin.put<ProblemAnswer>(`/api/v1/products/${kit.id}/attributes`, attributes);
    assert.deepEqual([made.status, made.body.code], [409, "KIND_FIXED"]);
  });

  it("a kit of services alone is sold always, moves nothing, costs what they do, and comes back", async () => {
    const service = await make({ sku: "LAVADO", kind: "service", cost: "300" });
    const kit = await make({ sku: "LAVADA-DOBLE", price: "5000" });
    assert.equal((await setParts(kit, [[service, "2"]])).status, 200);
    const before = await movements();
    const sale = await ring(admin, { items: [{ code: "LAVADA-DOBLE", quantity: "3" }], payments: cash("15000") });
    assert.equal(sale.status, 201, sale.text);
    assert.equal(await movements(), before);
    const { rows } = await shop.db.raw("SELECT cost_minor::int AS cost FROM sale_items WHERE sale_id = ?", [
      sale.body.id,
    ]);
    assert.deepEqual(rows, [{ cost: 60_000 }]);
    const back = await admin.post(
      `/api/v1/sales/${sale.body.id}/returns`,
      { reason: "no salió" },
      { key: randomUUID() },
    );
    assert.equal(back.status, 201, back.text);
    assert.equal(await movements(), before);
    // nothing of it stands anywhere: no figure says that there is none
    const page = await (await shop.browser("admin")).get(`/products/${kit.id}`);
    assert.doesNotMatch(page.text, /\b0 un\b/);
    assert.equal(
      (
        await admin.put<ProblemAnswer>(`/api/v1/products/${service.id}/parts`, {
          parts: [{ product_id: kit.id, quantity: "1" }],
        })
      ).body.code,
      "KIND_FIXED",
    );
  });

  it("a kit of goods and a service lacks by its goods alone", async () => {
    const part = await stocked(shop, { sku: "ACEITE", stock: "1" });
    const service = await make({ sku: "MANO", kind: "service" });
    const kit = await make({ sku: "CAMBIO" });
    await setParts(kit, [
      [part, "1"],
      [service, "1"],
    ]);
    const two = await ring(admin, { items: [{ code: "CAMBIO", quantity: "2" }], payments: cash("5000") });
    assert.deepEqual([two.status, two.body.code], [409, "STOCK_INSUFFICIENT"]);
    assert.deepEqual(
      two.body.lines?.map(({ sku, on_hand }) => [sku, on_hand]),
      [["ACEITE", "1.000"]],
    );
    assert.equal(await onHand(shop, part), "1.000");
    assert.equal(
      (await ring(admin, { items: [{ code: "CAMBIO", quantity: "1" }], payments: cash("5000") })).status,
      201,
    );
  });

  it("a case takes its bottles across lots, first expired first out, and a case that comes back fills them again", async () => {
    const beer = await make({ sku: "CERVEZA" });
    await admin.put(`/api/v1/products/${beer.id}/lots`, { tracks_lots: true });
    for (const [lot, quantity, expires_on] of [
      ["B", "20", "2100-02-01"],
      ["A", "4", "2100-01-01"],
    ]) {
      const body = { product_id: beer.id, reason: "received", lot, quantity, expires_on };
      await admin.post("/api/v1/inventory/adjustments", body, { key: randomUUID() });
    }
    const units = [{ name: "caja", factor: "6", price: "5000", barcodes: ["7709990000061"] }];
    const set = await admin.put(`/api/v1/products/${beer.id}/units`, { units });
    assert.equal(set.status, 200, set.text);
    const left = async () => {
      const { body } = await admin.get<{ data: { code: string; on_hand: string }[] }>(
        `/api/v1/lots?product_id=${beer.id}`,
      );
      return body.data.map(({ code, on_hand }) => `${code} ${on_hand}`);
    };
    const sale = await ring(admin, { items: [{ code: "7709990000061", quantity: "2" }], payments: cash("10000") });
    assert.equal(sale.status, 201, sale.text);
    assert.deepEqual(await left(), ["B 12.000"]);
    const part = { reason: "rota", lines: [{ line: 1, quantity: "1" }] };
    assert.equal((await admin.post(`/api/v1/sales/${sale.body.id}/returns`, part, { key: randomUUID() })).status, 201);
    assert.deepEqual(await left(), ["A 4.000", "B 14.000"]);
    const more = await ring(admin, { items: [{ code: "7709990000061", quantity: "4" }], payments: cash("20000") });
    assert.deepEqual([more.status, more.body.code], [409, "STOCK_INSUFFICIENT"]);
    assert.deepEqual(await left(), ["A 4.000", "B 14.000"]);
  });

  it("a cost below zero, or of more than money can be, is a fault of its field wherever it is typed", async () => {
    const { id } = await make({ sku: "COSTO", cost: "10" });
    for (const cost of ["-1", "-0.01", "1e9", "999999999999999"]) {
      const made = await admin.post<ProblemAnswer>("/api/v1/products", { sku: "C-1", name: "C", price: "1", cost });
      const changed = await admin.patch<ProblemAnswer>(`/api/v1/products/${id}`, { cost });
      for (const answer of [made, changed])
        assert.deepEqual([answer.status, answer.body.errors?.[0]?.field], [422, "cost"], `${cost} ${answer.text}`);
    }
    const page = await (await shop.browser("admin")).get(`/products/${id}`);
    const refused = await page.submit("#product", { cost: "-5" });
    assert.equal(refused.status, 422);
    assert.ok(refused.root.querySelector("#cost-error"), refused.text);
    const list = await admin.post<{ errors: { row: number; field: string }[] }>(
      "/api/v1/products/import",
      "codigo;costo\nCOSTO;-7\n",
      { type: "text/csv" },
    );
    assert.deepEqual(
      list.body.errors.map(({ row, field }) => [row, field]),
      [[2, "cost"]],
      list.text,
    );
    assert.equal((await admin.get<{ cost: string }>(`/api/v1/products/${id}`)).body.cost, "10.00");
  });

  it("twenty approve one count at once: it is posted once", async () => {
    const part = await stocked(shop, { sku: "CONTADO", stock: "9", category: "Contados" });
    const { rows } = await shop.db.raw("SELECT id FROM categories WHERE name = 'Contados'");
    const count = await admin.post<{ id: number }>(
      "/api/v1/counts",
      { category_id: rows[0].id },
      { key: randomUUID() },
    );
    const at = `/api/v1/counts/${count.body.id}`;
    await admin.post(`${at}/entries`, { lines: [{ product_id: part.id, quantity: "4" }] }, { key: randomUUID() });
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => admin.post<ProblemAnswer>(`${at}/post`, {}, { key: randomUUID() })),
    );
    assert.equal(answers.filter(({ status }) => status === 200).length, 1);
    for (const { status, body } of answers) assert.ok(status === 200 || body.code === "COUNT_POSTED");
    assert.equal(await onHand(shop, part), "4.000");
    const { rows: moved } = await shop.db.raw(
      "SELECT count(*)::int AS count FROM stock_movements WHERE reason = 'count' AND product_id = ?",
      [part.id],
    );
    assert.deepEqual(moved, [{ count: 1 }]);
  });
});
