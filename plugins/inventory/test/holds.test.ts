/** What a product is (goods or service, its unit, its lots) does not change under what others wrote of it. */
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { after, before, describe, it } from "mocha";
import type { ApiClient } from "../../../test/harness/api-client.ts";
import { openShop, type Shop } from "../../../test/harness/shop.ts";
import { addProduct, adjust, inventoryOf, type ProblemAnswer, type ProductAnswer } from "./shelf.ts";

describe("a product that is in use stays what it is", () => {
  let shop: Shop;
  let admin: ApiClient;
  let north: number;
  let centre: number;
  before(async () => {
    shop = await openShop();
    admin = await shop.api("admin");
    const { rows } = await shop.db.raw("SELECT min(id) AS id FROM stores");
    centre = rows[0].id;
    north = (await post<{ id: number }>("/api/v1/stores", { name: "Norte" })).body.id;
    part = (await fresh()).id;
  });
  after(() => shop.close());

  const post = <T = ProblemAnswer>(path: string, body: object = {}) => admin.post<T>(path, body, { key: randomUUID() });
  /** every change that would give what was written another meaning, with its answer */
  const changes: [
    name: string,
    change: (id: number) => Promise<{ status: number; body: ProblemAnswer; text: string }>,
  ][] = [
    ["service", (id) => admin.patch<ProblemAnswer>(`/api/v1/products/${id}`, { kind: "service" })],
    ["unit", (id) => admin.patch<ProblemAnswer>(`/api/v1/products/${id}`, { unit: "caja" })],
    [
      "kit",
      (id) =>
        admin.put<ProblemAnswer>(`/api/v1/products/${id}/parts`, { parts: [{ product_id: part, quantity: "1" }] }),
    ],
    [
      "parent",
      (id) =>
        admin.put<ProblemAnswer>(`/api/v1/products/${id}/attributes`, { attributes: [{ name: "T", values: ["S"] }] }),
    ],
    ["lots", (id) => admin.put<ProblemAnswer>(`/api/v1/products/${id}/lots`, { tracks_lots: true })],
  ];
  let part: number;
  let made = 0;
  const fresh = () => addProduct(admin, { sku: `P${++made}` });

  const refused = async (id: number, code: string, name: RegExp, but: string[] = []) => {
    const before = await admin.get(`/api/v1/products/${id}`);
    for (const [what, change] of changes) {
      if (but.includes(what)) continue;
      const answer = await change(id);
      assert.deepEqual([what, answer.status, answer.body.code], [what, 409, code], answer.text);
      assert.match(answer.body.title, name);
    }
    assert.equal((await admin.get(`/api/v1/products/${id}`)).text, before.text);
  };
  const allowed = async (product: () => Promise<ProductAnswer>, which: string[]) => {
    for (const [what, change] of changes)
      if (which.includes(what)) {
        const { id } = await product();
        const answer = await change(id);
        assert.ok(answer.status < 300, `${what} ${answer.text}`);
      }
  };

  it("while something of it stands, or is owed, in any store", async () => {
    const { id } = await fresh();
    await admin.post(
      "/api/v1/inventory/adjustments",
      { product_id: id, quantity: "2", reason: "received", store_id: north },
      { key: randomUUID() },
    );
    await refused(id, "KIND_HAS_STOCK", /Norte/);
    await allowed(async () => {
      const other = await fresh();
      await adjust(admin, other.id, "2");
      await adjust(admin, other.id, "-2", "damaged");
      return other;
    }, ["service", "unit", "kit", "parent", "lots"]);
  });

  it("while it is asked for or on its way between stores", async () => {
    const { id } = await fresh();
    await adjust(admin, id, "3");
    const body = { from_store_id: centre, to_store_id: north, lines: [{ product_id: id, quantity: "3" }] };
    const transfer = (await post<{ id: number; number: string }>("/api/v1/transfers", body)).body;
    assert.equal((await post(`/api/v1/transfers/${transfer.id}/send`)).status, 200);
    await refused(id, "KIND_IN_TRANSFER", new RegExp(transfer.number));
    const gone = { lines: [{ product_id: id, quantity: "0" }], rest: "lost" };
    assert.equal((await post(`/api/v1/transfers/${transfer.id}/receive`, gone)).status, 200);
    assert.equal((await changes[0]?.[1](id))?.status, 200);
  });

  it("while it is counted", async () => {
    const { id } = await addProduct(admin, { sku: "CONTADO", category: "Contados" });
    const { rows } = await shop.db.raw("SELECT id FROM categories WHERE name = 'Contados'");
    const count = (await post<{ id: number; number: string }>("/api/v1/counts", { category_id: rows[0].id })).body;
    await refused(id, "KIND_COUNTED", new RegExp(count.number));
    await post(`/api/v1/counts/${count.id}/cancel`);
    assert.equal((await changes[0]?.[1](id))?.status, 200);
  });

  it("while it is part of a kit; a part may be a kit itself, and have lots", async () => {
    const holder = async () => {
      const { id } = await fresh();
      const kit = await fresh();
      await admin.put(`/api/v1/products/${kit.id}/parts`, { parts: [{ product_id: id, quantity: "1" }] });
      return { ...kit, id, name: kit.name };
    };
    const { id, name } = await holder();
    for (const what of ["service", "unit"]) {
      const answer = await changes.find(([one]) => one === what)?.[1](id);
      assert.deepEqual([answer?.status, answer?.body.code], [409, "KIND_IN_KIT"], answer?.text);
      assert.match(answer?.body.title ?? "", new RegExp(name));
    }
    await allowed(holder, ["kit", "lots"]);
  });

  it("the unit may be written otherwise, and goods be sold by weight; lots stay while stock stands, on the page too", async () => {
    const { id } = await addProduct(admin, { sku: "QUESO", unit: "kg" });
    await admin.put(`/api/v1/products/${id}/lots`, { tracks_lots: true });
    const said = { product_id: id, quantity: "2", reason: "received", lot: "L1" };
    await post("/api/v1/inventory/adjustments", said);
    assert.equal((await admin.patch(`/api/v1/products/${id}`, { unit: "KG", kind: "weighed" })).status, 200);
    const page = await (await shop.browser("manager")).get(`/products/${id}/lots`);
    const off = await page.submit("#lot-tracking", { tracks: [] });
    assert.match(off.text, /hay existencias en .* Ajústelas a cero antes/);
    assert.ok(off.root.querySelector("#lot-adjust"), "it has lots still");
    const form = await (await (await shop.browser("manager")).get(`/products/${id}`)).submit("#product", {
      unit: "lb",
    });
    assert.match(form.text, /hay existencias en/);
  });

  it("goods that come in at that moment are waited for: never a service with stock", async () => {
    for (let round = 0; round < 10; round++) {
      const { id } = await fresh();
      const inventory = inventoryOf(shop);
      const [came, became] = await Promise.all([
        shop.kernel.db
          .transaction((tx) =>
            inventory.receive(tx, {
              storeId: centre,
              document: { type: "purchase", id: 90_000 + id, number: `R-${id}` },
              bought: true,
              user: { id: 1, username: "admin" },
              lines: [{ productId: id, quantityMilli: 1000, costMinor: 1, damaged: false }],
            }),
          )
          .then(
            () => true,
            () => false,
          ),
        changes[0]?.[1](id),
      ]);
      assert.notEqual(came, became?.status === 200, `one of the two: ${came} ${became?.text}`);
      assert.ok([200, 409].includes(became?.status ?? 0));
    }
  });
});
