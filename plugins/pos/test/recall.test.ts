import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { after, before, describe, it } from "mocha";
import { openShop, type Shop } from "../../../test/harness/shop.ts";
import { assertBooks, cash, ring } from "./till.ts";

interface LotAnswer {
  buyers: { number: string; quantity: string; customer: string | null }[] | null;
}

describe("the recall of a lot", () => {
  let shop: Shop;
  before(async () => {
    shop = await openShop();
  });
  after(() => shop.close());

  it("names the sales that took of it, and their customers, and no others", async () => {
    const admin = await shop.api("admin");
    const post = <T>(path: string, body: object) => admin.post<T>(path, body, { key: randomUUID() });
    const { body: milk } = await post<{ id: number }>("/api/v1/products", {
      sku: "LECHE",
      name: "Leche",
      price: "1000",
    });
    await admin.put(`/api/v1/products/${milk.id}/lots`, { tracks_lots: true });
    for (const [lot, quantity, expires_on] of [
      ["L1", "3", "2100-01-01"],
      ["L2", "9", "2100-02-01"],
    ]) {
      const came = await post("/api/v1/inventory/adjustments", {
        product_id: milk.id,
        reason: "received",
        lot,
        quantity,
        expires_on,
      });
      assert.equal(came.status, 201, came.text);
    }
    const ana = await post<{ id: number }>("/api/v1/customers", {
      name: "Ana Ruiz",
      document_type: "CC",
      document_number: "52123456",
    });
    assert.equal(ana.status, 201, ana.text);
    const buy = async (quantity: string, more: object = {}) => {
      const sale = await ring(admin, { items: [{ code: "LECHE", quantity }], payments: cash("20000"), ...more });
      assert.equal(sale.status, 201, sale.text);
      return sale.body.number;
    };
    const first = await buy("2", { customer_id: ana.body.id });
    const both = await buy("2");
    const last = await buy("1");
    const found = await admin.get<{ data: { id: number; code: string }[] }>("/api/v1/lots?code=L1");
    const lot = found.body.data[0]?.id ?? assert.fail(found.text);
    const recall = await admin.get<LotAnswer>(`/api/v1/lots/${lot}`);
    assert.deepEqual(
      recall.body.buyers?.map(({ number, quantity, customer }) => [number, quantity, customer]),
      [
        [both, "1.000", null],
        [first, "2.000", "Ana Ruiz"],
      ],
    );
    const page = await (await shop.browser("manager")).get(`/lots/${lot}`);
    assert.match(page.text, /Ana Ruiz/);
    assert.ok(!page.text.includes(last));
    assert.match(page.root.querySelector("tbody th a")?.getAttribute("href") ?? "", /^\/sales\/\d+$/);
    await assertBooks(shop);
  });
});
