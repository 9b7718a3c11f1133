import assert from "node:assert/strict";
import { after, before, describe, it } from "mocha";
import type { ApiClient } from "../../../test/harness/api-client.ts";
import { openShop, type Shop } from "../../../test/harness/shop.ts";
import { until } from "../../../test/harness/until.ts";
import { SELLABLE_BY_CODE } from "../queries/products.ts";
import { addProduct, addStocked, inventoryOf, type ProductAnswer } from "./shelf.ts";

describe("finding products", () => {
  let shop: Shop;
  let manager: ApiClient;
  before(async () => {
    shop = await openShop();
    manager = await shop.api("manager");
    const names: Record<string, string> = {
      "LEC-1": "Leche entera bolsa 1 L",
      "LEC-2": "Leche",
      "LEC-3": "Leche deslactosada caja 1 L",
      "CHO-1": "Chocolatina con leche 30 g",
      "CAF-1": "Café molido tradicional",
      "AZU-1": "Azúcar blanca 1 kg",
      "NAM-1": "Ñame criollo",
      "GAS-1": "Gaseosa cola 1,5 L",
      "PAN-1": "Pan 100% integral",
      "PAN-2": "Pan_rollo",
    };
    for (const [sku, name] of Object.entries(names)) await addProduct(manager, { sku, name });
    await addStocked(
      manager,
      { sku: "0042", name: "Arroz", barcodes: ["7701234567897"], price: "2900", cost: "2000" },
      "7.5",
    );
    const retired = await addProduct(manager, { sku: "OLD", name: "Leche vieja" });
    await manager.delete(`/api/v1/products/${retired.id}`);
    const onSale = Object.keys(names).length + 1;
    await until(async () => (await manager.get<{ products: number }>("/api/v2/ai/health")).body.products === onSale);
  });
  after(() => shop.close());

  const found = async (query: string, limit = 20) =>
    (await inventoryOf(shop).search(query, undefined, limit)).map(({ sku }) => sku);

  it("accents, capitals and the ñ do not count", async () => {
    for (const query of ["CAFÉ", "cafe", "Cafe"]) assert.deepEqual(await found(query), ["CAF-1"], query);
    assert.deepEqual(await found("azucar"), ["AZU-1"]);
    assert.deepEqual(await found("name"), ["NAM-1"]);
  });

  it("the exact name is first, then names that start so, shorter first, then the rest; never a retired one", async () => {
    assert.deepEqual(await found("leche"), ["LEC-2", "LEC-1", "LEC-3", "CHO-1"]);
    assert.deepEqual(await found("leche", 2), ["LEC-2", "LEC-1"]);
  });

  it("words in any order, starts of words, pieces of words, starts of codes", async () => {
    assert.deepEqual(await found("1 leche ent"), ["LEC-1"]);
    assert.deepEqual(await found("molid cafe"), ["CAF-1"]);
    assert.deepEqual(await found("olatina"), ["CHO-1"]);
    assert.deepEqual(await found("gas-"), ["GAS-1"]);
    assert.deepEqual(await found("pan-1"), ["PAN-1"]);
    assert.deepEqual(await found("le"), ["LEC-2", "LEC-1", "LEC-3", "CHO-1"]);
  });

  it("one typing error a word is forgiven when nothing is written so", async () => {
    for (const query of ["lehce entera", "lece entera", "leeche entera", "lexhe entera", "lehce etnera"]) {
      assert.deepEqual(await found(query), ["LEC-1"], query);
    }
    assert.deepEqual(await found("azucra"), ["AZU-1"]);
    assert.deepEqual(await found("xxcra"), []);
    assert.deepEqual(await found("lehc"), ["LEC-2", "LEC-1", "LEC-3", "CHO-1"]);
  });

  it("signs of patterns are letters like others, and signs alone find nothing", async () => {
    assert.deepEqual(await found("100%"), ["PAN-1"]);
    assert.deepEqual(await found("pan_rollo"), ["PAN-2"]);
    for (const query of ["%", "_", "%%%", "\\", "'", " "]) assert.deepEqual(await found(query), [], query);
  });

  it("a scanned code finds exactly its product, as the till needs it", async () => {
    const inventory = inventoryOf(shop);
    const rice = await inventory.findByCode("7701234567897", undefined);
    assert.deepEqual(rice, await inventory.findByCode("0042", undefined));
    const { id, priceMinor, costMinor, ...rest } = rice ?? assert.fail();
    assert.deepEqual(rest, {
      sku: "0042",
      name: "Arroz",
      kind: "goods",
      unit: "un",
      priced: true,
      taxRateBp: 1900,
      taxKind: "included",
      onHandMilli: 7500,
      counting: false,
      unlimited: false,
    });
    assert.deepEqual([priceMinor / costMinor, (await inventory.products([id, 999_999], undefined)).size], [1.45, 1]);
    for (const code of ["42", "OLD", "arroz", "", "a\0b", "7701234567897 "])
      assert.equal(await inventory.findByCode(code, undefined), undefined);
  });

  it("the list shows the best first in pages, takes barcodes, and says when it had to guess", async () => {
    const list = async (query: string) =>
      (await manager.get<{ data: ProductAnswer[]; next_cursor: string | null }>(`/api/v1/products?${query}`)).body;
    const first = await list("q=leche&limit=2&active=true");
    const second = await list(`q=leche&limit=2&active=true&cursor=${first.next_cursor}`);
    assert.deepEqual(
      [...first.data, ...second.data].map(({ sku }) => sku),
      ["LEC-2", "LEC-1", "LEC-3", "CHO-1"],
    );
    assert.equal(second.next_cursor, null);
    assert.deepEqual(
      (await list("q=7701234567897")).data.map(({ sku }) => sku),
      ["0042"],
    );
    assert.deepEqual((await list("q=lehce&limit=1")).data.length, 1);
  });

  it("with many products a scan is look-ups by key, and a search goes by its index", async () => {
    await shop.db.raw(`
      INSERT INTO products (sku, name, price_minor, tax_rate_bp, search_text, created_at, updated_at)
      SELECT 'S' || n, 'Producto ' || md5(n::text), 1000, 1900, ' producto ' || md5(n::text) || ' | s' || n, now(), now()
      FROM generate_series(1, 20000) AS n`);
    await shop.db.raw("INSERT INTO product_barcodes (code, product_id) SELECT '99' || id, id FROM products");
    await shop.db.raw("INSERT INTO inventory (store_id, product_id) SELECT 1, id FROM products ON CONFLICT DO NOTHING");
    await shop.db.raw("ANALYZE products, product_barcodes, inventory");
    const plan = async (sql: string, bindings: object) => {
      const { rows } = await shop.db.raw(`EXPLAIN ${sql}`, bindings as never);
      return rows.map((row: Record<string, string>) => row["QUERY PLAN"]).join("\n");
    };
    const scan = await plan(SELLABLE_BY_CODE, { code: "7701234567897", storeId: null });
    assert.doesNotMatch(scan, /Seq Scan on (products|product_barcodes|inventory)/);
    assert.doesNotMatch(scan, /products_search/);
    const search = await plan("SELECT id FROM products p WHERE p.search_text LIKE :word", { word: "%olatina%" });
    assert.match(search, /products_search/);
    assert.deepEqual(await found("olatina"), ["CHO-1"]);
    assert.deepEqual(await found("chocolatian"), ["CHO-1"]);
  });
});
