/** Goods with lots that come back go back to the lots that the sale took, and the recall knows it. */
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { after, afterEach, before, describe, it } from "mocha";
import type { ApiClient } from "../../../test/harness/api-client.ts";
import { openShop, type Shop } from "../../../test/harness/shop.ts";
import { assertBooks, cash, ring, type SaleAnswer } from "./till.ts";

interface Recall {
  buyers: { number: string; quantity: string; returned: string }[] | null;
}

describe("lots of goods that come back", () => {
  let shop: Shop;
  let admin: ApiClient;
  before(async () => {
    shop = await openShop();
    admin = await shop.api("admin");
  });
  after(() => shop.close());
  afterEach(() => assertBooks(shop));

  const post = async <T>(path: string, body: object): Promise<T> => {
    const answer = await admin.post<T>(path, body, { key: randomUUID() });
    assert.equal(answer.status, 201, answer.text);
    return answer.body;
  };
  /** L1 (goes bad first) 3, L2 9 */
  const milk = async (sku: string) => {
    const product = await post<{ id: number }>("/api/v1/products", { sku, name: sku, price: "1000" });
    await admin.put(`/api/v1/products/${product.id}/lots`, { tracks_lots: true });
    for (const [lot, quantity, expires_on] of [
      ["L1", "3", "2100-01-01"],
      ["L2", "9", "2100-02-01"],
    ])
      await post("/api/v1/inventory/adjustments", {
        product_id: product.id,
        reason: "received",
        lot,
        quantity,
        expires_on,
      });
    return product.id;
  };
  const sell = async (code: string, quantity: string, ...more: object[]): Promise<SaleAnswer> => {
    const sale = await ring(admin, { items: [{ code, quantity }, ...more], payments: cash("100000") });
    assert.equal(sale.status, 201, sale.text);
    return sale.body;
  };
  const giveBack = (id: number, body: object) =>
    post<SaleAnswer>(`/api/v1/sales/${id}/returns`, { reason: "mal sabor", ...body });
  const rows = async (productId: number) =>
    (await admin.get<{ data: { id: number; code: string; on_hand: string }[] }>(`/api/v1/lots?product_id=${productId}`))
      .body.data;
  const left = async (productId: number) => (await rows(productId)).map(({ code, on_hand }) => `${code} ${on_hand}`);
  const recall = async (productId: number, code: string) => {
    const id = (await rows(productId)).find((one) => one.code === code)?.id;
    return (await admin.get<Recall>(`/api/v1/lots/${id}`)).body.buyers?.map(
      ({ number, quantity, returned }) => `${number} ${quantity} ${returned}`,
    );
  };

  it("in parts: what goes bad first comes back first, no lot gets more than it gave, and it sells first again", async () => {
    const id = await milk("LECHE");
    const sale = await sell("LECHE", "5");
    assert.deepEqual(await left(id), ["L2 7.000"]);
    await giveBack(sale.id, { lines: [{ line: 1, quantity: "2" }] });
    assert.deepEqual(await left(id), ["L1 2.000", "L2 7.000"]);
    await giveBack(sale.id, { lines: [{ line: 1, quantity: "2" }] });
    assert.deepEqual(await left(id), ["L1 3.000", "L2 8.000"]);
    assert.deepEqual(await recall(id, "L1"), [`${sale.number} 3.000 3.000`]);
    assert.deepEqual(await recall(id, "L2"), [`${sale.number} 2.000 1.000`]);
    const again = await sell("LECHE", "1");
    assert.deepEqual(await left(id), ["L1 2.000", "L2 8.000"]);
    assert.deepEqual(await recall(id, "L1"), [`${again.number} 1.000 0.000`, `${sale.number} 3.000 3.000`]);
  });

  it("a void brings all of it back; another sale's lots are not touched", async () => {
    const id = await milk("QUESO");
    await sell("QUESO", "1");
    const sale = await sell("QUESO", "4");
    await post(`/api/v1/sales/${sale.id}/void`, { reason: "mal marcada" });
    assert.deepEqual(await left(id), ["L1 2.000", "L2 9.000"]);
  });

  it("what is damaged leaves the lot it came back to, not the one that goes bad first", async () => {
    const id = await milk("JAMON");
    await sell("JAMON", "2");
    const sale = await sell("JAMON", "3");
    assert.deepEqual(await left(id), ["L2 7.000"]);
    await post("/api/v1/inventory/adjustments", {
      product_id: id,
      reason: "received",
      lot: "L0",
      quantity: "1",
      expires_on: "2099-01-01",
    });
    await giveBack(sale.id, { lines: [{ line: 1, quantity: "3", restock: false }] });
    assert.deepEqual(await left(id), ["L0 1.000", "L2 7.000"]);
    const { rows: moved } = await shop.db.raw(
      `SELECT l.code, m.reason, lm.quantity_milli::int AS milli FROM lot_movements lm JOIN lots l ON l.id = lm.lot_id
       JOIN stock_movements m ON m.id = lm.movement_id WHERE lm.product_id = ? AND m.document_type = 'return' ORDER BY lm.id`,
      [id],
    );
    assert.deepEqual(
      moved.map((one: { code: string; reason: string; milli: number }) => `${one.reason} ${one.code} ${one.milli}`),
      ["return L1 1000", "return L2 2000", "damaged L1 -1000", "damaged L2 -2000"],
    );
  });

  it("parts of a kit, a line twice, and what was sold without a lot", async () => {
    const id = await milk("PAN");
    await post("/api/v1/inventory/adjustments", { product_id: id, reason: "other", quantity: "2" });
    const kit = await post<{ id: number }>("/api/v1/products", { sku: "DESAYUNO", name: "Desayuno", price: "5000" });
    const parts = await admin.put(`/api/v1/products/${kit.id}/parts`, { parts: [{ product_id: id, quantity: "2" }] });
    assert.equal(parts.status, 200, parts.text);
    const sale = await sell("DESAYUNO", "1", { code: "PAN", quantity: "11", note: "x" });
    assert.deepEqual(await left(id), []);
    await giveBack(sale.id, {
      lines: [
        { line: 1, quantity: "1" },
        { line: 2, quantity: "11", restock: false },
      ],
    });
    assert.deepEqual(await left(id), ["L2 1.000"]);
  });

  it("lots that the product did not have at the sale are not made up", async () => {
    const product = await post<{ id: number }>("/api/v1/products", { sku: "TE", name: "Té", price: "1000" });
    await post("/api/v1/inventory/adjustments", { product_id: product.id, reason: "received", quantity: "2" });
    const sale = await sell("TE", "2");
    const on = await admin.put(`/api/v1/products/${product.id}/lots`, { tracks_lots: true });
    assert.equal(on.status, 200, on.text);
    await giveBack(sale.id, {});
    assert.deepEqual(await left(product.id), []);
  });
});
