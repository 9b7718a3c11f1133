/** Who made a product dearer, when, and from what: by hand, by a list, by an import. */
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { after, afterEach, before, describe, it } from "mocha";
import type { ApiClient } from "../../../test/harness/api-client.ts";
import { openShop, type Shop } from "../../../test/harness/shop.ts";
import { invariants } from "../invariants.ts";
import { addProduct, type ProblemAnswer } from "./shelf.ts";

interface History {
  data: {
    price_list: { id: number; name: string } | null;
    price: string | null;
    before: string | null;
    currency: string;
    user: string | null;
  }[];
  next_cursor: string | null;
}

describe("the history of prices", () => {
  let shop: Shop;
  let manager: ApiClient;
  before(async () => {
    shop = await openShop();
    manager = await shop.api("manager");
  });
  after(() => shop.close());
  afterEach(async () => {
    for (const { name, check } of invariants)
      for (const since of [undefined, new Date(0)])
        assert.deepEqual(await check(shop.db, { since, limit: 9 }), [], name);
  });

  const history = async (id: number, query = "") =>
    (await manager.get<History>(`/api/v1/products/${id}/prices${query}`)).body;
  const said = async (id: number) =>
    (await history(id)).data.map((one) => `${one.price_list?.name ?? "own"} ${one.before} ${one.price} ${one.user}`);

  it("tells each change once: made, changed by hand, by import, in a list and out of it", async () => {
    const { id } = await addProduct(manager, { sku: "PAN", name: "Pan", price: "1000" });
    await manager.patch(`/api/v1/products/${id}`, { price: "1200" });
    await manager.patch(`/api/v1/products/${id}`, { price: "1200", name: "Pan francés" });
    const csv = "codigo;precio\nPAN;1300\n";
    assert.equal((await manager.post("/api/v1/prices/import", csv, { type: "text/csv" })).status, 200);
    const list = await manager.post<{ id: number }>(
      "/api/v1/price-lists",
      { name: "Mayorista", currency: "COP" },
      { key: randomUUID() },
    );
    assert.equal(list.status, 201, list.text);
    const price = (value: string | null) =>
      manager.put(`/api/v1/price-lists/${list.body.id}/prices`, { prices: [{ product_id: id, price: value }] });
    for (const value of ["900", "900", null]) {
      const answer = await price(value);
      assert.ok(answer.status < 300, answer.text);
    }
    assert.deepEqual(await said(id), [
      "Mayorista 900.00 null manuela",
      "Mayorista null 900.00 manuela",
      "own 1200.00 1300.00 manuela",
      "own 1000.00 1200.00 manuela",
      "own null 1000.00 manuela",
    ]);
    const imported = "codigo;nombre;precio\nNUEVO;Nuevo;50\n";
    await manager.post("/api/v1/products/import", imported, { type: "text/csv" });
    const made = await manager.get<{ id: number }>("/api/v1/products/by-code/NUEVO");
    assert.deepEqual(await said(made.body.id), ["own null 50.00 manuela"]);
  });

  it("goes on page by page, from the product's page, without scripts", async () => {
    const { id } = await addProduct(manager, { sku: "SAL", name: "Sal", price: "100" });
    for (let price = 101; price <= 104; price++)
      await manager.patch(`/api/v1/products/${id}`, { price: String(price) });
    const first = await history(id, "?limit=2");
    const second = await history(id, `?limit=2&cursor=${first.next_cursor}`);
    const third = await history(id, `?limit=2&cursor=${second.next_cursor}`);
    assert.deepEqual(
      [first, second, third].flatMap(({ data }) => data.map(({ price }) => price)),
      ["104.00", "103.00", "102.00", "101.00", "100.00"],
    );
    assert.equal(third.next_cursor, null);
    const browser = await shop.browser("employee");
    const product = await browser.get(`/products/${id}`);
    const href = `/products/${id}/prices`;
    assert.ok(product.root.querySelector(`a[href="${href}"]`), product.text);
    const page = await browser.get(`${href}?limit=2`);
    assert.match(page.text, /Historia de precios de Sal/);
    assert.match(page.text, /Precio propio \$ 103 \$ 104/);
    const next = await browser.get(page.root.querySelector("a[rel='next']")?.getAttribute("href") ?? assert.fail());
    assert.match(next.text, /\$ 101 \$ 102/);
    assert.equal((await manager.get<ProblemAnswer>("/api/v1/products/999999/prices")).status, 404);
    assert.equal((await manager.get<ProblemAnswer>(`/api/v1${href}?cursor=x`)).status, 422);
  });

  it("is final, and an end that is not the price is found", async () => {
    const { id } = await addProduct(manager, { sku: "FIN", price: "7" });
    await assert.rejects(shop.db.raw("UPDATE price_changes SET price_minor = 1"), /final/);
    await assert.rejects(shop.db.raw("DELETE FROM price_changes"), /final/);
    const check = invariants.find(({ name }) => name === "price_history")?.check ?? assert.fail();
    await shop.db.raw("UPDATE products SET price_minor = 800 WHERE id = ?", [id]);
    assert.match((await check(shop.db, { since: undefined, limit: 9 })).join(), /FIN/);
    await shop.db.raw("UPDATE products SET price_minor = 700 WHERE id = ?", [id]);
  });
});
