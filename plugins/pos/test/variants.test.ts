import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { after, afterEach, before, describe, it } from "mocha";
import type { ApiClient } from "../../../test/harness/api-client.ts";
import { openShop, type Shop } from "../../../test/harness/shop.ts";
import { assertBooks, cash, type Goods, onHand, type ProblemAnswer, ring, rung, scan, stocked } from "./till.ts";

interface Variants extends ProblemAnswer {
  attributes: { name: string; values: string[] }[];
  data: { product_id: number; sku: string; name: string; values: Record<string, string>; price: string }[];
}

const SIZES = { name: "Talla", values: ["S", "M"] };
const COLOURS = { name: "Color", values: ["Rojo", "Azul marino"] };

describe("variants", () => {
  let shop: Shop;
  let admin: ApiClient;
  let shirt: Goods;
  before(async () => {
    shop = await openShop();
    admin = await shop.api("admin");
    shirt = await product("CAM", "Camisa", "50000");
  });
  after(() => shop.close());
  afterEach(() => assertBooks(shop));

  const product = async (sku: string, name: string, price: string) =>
    (await admin.post<Goods>("/api/v1/products", { sku, name, price, category: "Ropa" })).body;
  const attributes = ({ id }: Goods, list: object[]) =>
    admin.put<Variants>(`/api/v1/products/${id}/attributes`, { attributes: list });
  const make = ({ id }: Goods, body: object, key: string = randomUUID()) =>
    admin.post<Variants>(`/api/v1/products/${id}/variants`, body, { key });
  const receive = (id: number, quantity: string) =>
    admin.post(
      "/api/v1/inventory/adjustments",
      { product_id: id, quantity, reason: "received" },
      { key: randomUUID() },
    );

  it("each combination becomes a product with its own code, name and price; twice with one key is once", async () => {
    assert.equal((await attributes(shirt, [SIZES, COLOURS])).status, 200);
    const own = { values: { Color: "Rojo", Talla: "S" }, sku: "CAM-ESP", price: "55000", barcodes: ["7701234600014"] };
    const one = await make(shirt, { variants: [own] });
    assert.equal(one.status, 201, one.text);
    const answers = await Promise.all([make(shirt, {}, "rest"), make(shirt, {}, "rest")]);
    assert.deepEqual(answers.map(({ status }) => status).sort(), [200, 201]);
    const { body } = await admin.get<Variants>(`/api/v1/products/${shirt.id}/variants`);
    assert.deepEqual(
      body.data.map(({ sku, name, price }) => [sku, name, price]),
      [
        ["CAM-ESP", "Camisa S Rojo", "55000.00"],
        ["CAM-S-AZULMARINO", "Camisa S Azul marino", "50000.00"],
        ["CAM-M-ROJO", "Camisa M Rojo", "50000.00"],
        ["CAM-M-AZULMARINO", "Camisa M Azul marino", "50000.00"],
      ],
    );
    const variant = (await admin.get<Record<string, unknown>>(`/api/v1/products/by-code/7701234600014`)).body;
    assert.deepEqual(
      [variant["parent_id"], variant["variant"], variant["category"]],
      [shirt.id, { Talla: "S", Color: "Rojo" }, "Ropa"],
    );
  });

  it("at the till the parent's name and code offer the variants, also one that was renamed", async () => {
    const renamed = (await admin.get<Goods>("/api/v1/products/by-code/CAM-M-ROJO")).body;
    await admin.patch(`/api/v1/products/${renamed.id}`, { name: "Blusa carmesí" });
    await receive(renamed.id, "3");
    const emilio = await shop.browser("employee");
    for (const typed of ["camisa", "CAM"]) {
      const page = await scan(await emilio.get("/pos/new"), typed);
      const offered = page.root.querySelectorAll(".pos-results button").map((button) => button.text.trim());
      assert.equal(offered.length, 4, typed);
      assert.ok(
        offered.some((text) => /Blusa carmesí/.test(text)),
        typed,
      );
      assert.match(page.text, /\$ 55\.000/);
    }
    const page = await rung(emilio, "7701234600014");
    assert.match(page.text, /Camisa S Rojo/);
    const grid = await emilio.get(`${page.url.replace(/\?.*/, "")}/grid`);
    assert.doesNotMatch(grid.root.querySelector(".pos-tiles")?.text ?? "", /Camisa\s*\$/);
    const sold = await ring(admin, { items: [{ code: "CAM-M-ROJO", quantity: "1" }], payments: cash("50000") });
    assert.equal(sold.status, 201, sold.text);
    assert.equal(await onHand(shop, renamed), "2.000");
  });

  it("the parent itself is not sold, counted, or put into a kit", async () => {
    const sold = await ring(admin, { items: [{ product_id: shirt.id, quantity: "1" }], payments: cash("50000") });
    assert.deepEqual([sold.status, sold.body.errors?.[0]?.code], [422, "PARENT_NOT_SOLD"]);
    assert.equal(((await receive(shirt.id, "1")).body as ProblemAnswer).code, "NOT_STOCKED");
    const kit = await product("KIT", "Kit", "1");
    const part = await admin.put<ProblemAnswer>(`/api/v1/products/${kit.id}/parts`, {
      parts: [{ product_id: shirt.id, quantity: "1" }],
    });
    assert.equal(part.body.errors?.[0]?.code, "PARENT_NOT_SOLD");
  });

  it("what is taken, unknown or still used is refused by field, and nothing is made", async () => {
    const before = (await admin.get<Variants>(`/api/v1/products/${shirt.id}/variants`)).body.data.length;
    const refused = async (variants: object[], field: string, code: string) => {
      const { status, body } = await make(shirt, { variants });
      assert.deepEqual([status, body.errors?.[0]?.field, body.errors?.[0]?.code], [422, field, code]);
    };
    await refused([{ values: { Talla: "S", Color: "Rojo" } }], "variants.0.values", "VARIANT_TAKEN");
    await refused([{ values: { Talla: "XL", Color: "Rojo" } }], "variants.0.values", "VARIANT_UNKNOWN");
    assert.equal((await attributes(shirt, [{ ...SIZES, values: ["S", "M", "L"] }, COLOURS])).status, 200);
    await refused(
      [
        { values: { Talla: "L", Color: "Rojo" } },
        { values: { Talla: "L", Color: "Azul marino" }, barcodes: ["7701234600014"] },
      ],
      "variants.1.barcodes",
      "BARCODE_TAKEN",
    );
    const lost = await attributes(shirt, [{ ...SIZES, values: ["S"] }, COLOURS]);
    assert.equal(lost.body.errors?.[0]?.code, "ATTRIBUTE_USED");
    const many = { name: "N", values: Array.from({ length: 15 }, (_, index) => `n${index}`) };
    const large = await attributes(await product("BIG", "Big", "1"), [many, { ...many, name: "M" }]);
    assert.equal(large.body.errors?.[0]?.code, "TOO_MANY");
    const twice = await attributes(await product("TWO", "Two", "1"), [{ name: "Talla", values: ["s", "S"] }]);
    assert.equal(twice.body.errors?.[0]?.code, "REPEATED");
    const full = await attributes(await stocked(shop, { sku: "FULL" }), [SIZES]);
    assert.equal(full.body.code, "KIND_HAS_STOCK");
    const child = (await admin.get<Goods>("/api/v1/products/by-code/CAM-ESP")).body;
    assert.equal((await attributes(child, [SIZES])).body.code, "KIND_FIXED");
    const plain = await make(await product("PLAIN", "Plain", "1"), {});
    assert.deepEqual([plain.status, plain.body.code], [409, "NOT_PARENT"]);
    assert.equal((await admin.get<Variants>(`/api/v1/products/${shirt.id}/variants`)).body.data.length, before);
  });

  it("the matrix is made on its page without JavaScript", async () => {
    const manuela = await shop.browser("manager");
    const shoe = await product("ZAP", "Zapato", "90000");
    const empty = await manuela.get(`/products/${shoe.id}/variants`);
    const nonsense = await empty.submit("#attributes-form button", { attributes: "36, 37" });
    assert.equal(nonsense.status, 422);
    const drawn = await nonsense.submit("#attributes-form button", { attributes: "Número: 36, 37, 38" });
    assert.equal(drawn.root.querySelectorAll("#matrix fieldset").length, 3);
    const taken = await drawn.submit("#matrix button", { sku_1: "CAM-ESP", price_0: "95.000" });
    assert.equal(taken.status, 422);
    assert.ok(taken.root.querySelector("#sku_1-error"), taken.text);
    const made = await taken.submit("#matrix button", { sku_1: "ZAP-37", barcode_1: "7701234600021" });
    assert.match(made.text, /Se crearon 3 variantes/);
    assert.match(made.text, /95\.000/);
    assert.match(made.text, /7701234600021/);
    assert.equal(made.root.querySelector("#matrix"), null);
    const page = await manuela.get(`/products/${shoe.id}`);
    assert.equal(page.root.querySelector("#adjust"), null);
    assert.match(page.text, /Con variantes/);
  });
});
