/** Whichever way a product was found, the result says why, in the reader's language; and whatever is typed is answered. */
import assert from "node:assert/strict";
import { after, before, describe, it } from "mocha";
import type { ApiClient } from "../../../test/harness/api-client.ts";
import { openShop, type Shop } from "../../../test/harness/shop.ts";
import { GOODS, stock } from "./corner-shop.ts";

interface Answer {
  results: { sku: string; why: string; matching_terms: string[] }[];
}

describe("why a product is among the results", () => {
  let shop: Shop;
  let manager: ApiClient;

  before(async () => {
    shop = await openShop();
    manager = await shop.api("manager");
    const described = { sku: "Z1", name: "Termo azul", description: "Para llevar el tinto caliente", price: "30000" };
    assert.equal((await manager.post("/api/v1/products", described)).status, 201);
    const branded = { sku: "M1", name: "Molido oscuro 500 g", brand: "Águila Roja", price: "18000" };
    assert.equal((await manager.post("/api/v1/products", branded)).status, 201);
    await stock(manager, GOODS);
  });
  after(() => shop?.close());

  const WAYS: [way: string, query: string, sku: string][] = [
    ["its code", "L1", "L1"],
    ["a word of the name", "arequipe", "L3"],
    ["a typing error", "arequpe", "L3"],
    ["its sound", "arekipe", "L3"],
    ["the beginning of a word", "arequ", "L3"],
    ["its category", "panaderia", "P1"],
    ["its brand", "aguila roja", "M1"],
    ["its brand, with a typing error", "agila rojja", "M1"],
    ["its description", "tinto", "Z1"],
    ["a size written otherwise", "1.1 litros leche", "L1"],
    ["words written as one", "cocacola", "G2"],
    ["a word written as two", "pal molive", "J2"],
    ["a plural", "arequipes", "L3"],
  ];
  for (const [way, query, sku] of WAYS)
    it(`by ${way}: ${query}`, async () => {
      const path = `/api/v2/ai/search/hybrid?q=${encodeURIComponent(query)}`;
      const texts = new Set<string>();
      for (const language of ["es", "en"]) {
        const { body } = await manager.get<Answer>(path, { headers: { "accept-language": language } });
        const found = body.results.find((one) => one.sku === sku);
        assert.ok(found, `${query} finds ${body.results.map((one) => one.sku)}`);
        assert.ok(found.why.length > 3, `${language}: “${found.why}”`);
        for (const { why, sku: other } of body.results) assert.notEqual(why, "", `${other} does not say why`);
        texts.add(found.why);
      }
      assert.equal(texts.size, 2, `the same in both languages: ${[...texts]}`);
      const page = await (await shop.browser("employee")).get(`/search?q=${encodeURIComponent(query)}`);
      for (const row of page.root.querySelectorAll("tbody tr"))
        assert.notEqual(row.querySelector(".why")?.text.trim() ?? "", "", row.text);
    });

  it("at the till it says so of what does not simply have the words; products of one name are told apart on the page", async () => {
    const browser = await shop.browser("employee");
    const at = async (code: string) => {
      const { root } = await (await browser.get("/pos/new")).submit("#scan-form", { code });
      const rows = root
        .querySelectorAll(".pos-results button")
        .map((button) => [
          button.querySelector("span")?.text.split(" ")[0],
          button.querySelector(".pos-why")?.text ?? "",
        ]);
      return { all: root.querySelector(".pos-results p .pos-why")?.text ?? "", rows };
    };
    const soda = "“gaseosa” es lo mismo que “soda” en esta tienda.";
    assert.deepEqual(await at("arequipe"), { all: "", rows: [["Arequipe", ""]] });
    // one reason for all of them is said once
    assert.deepEqual(await at("arekipe"), { all: "Por “arekipe” se entendió “arequipe”.", rows: [["Arequipe", ""]] });
    assert.deepEqual((await at("soda")).all, soda);
    await stock(manager, [["S1", "Soda Bretaña 300 ml", "Bebidas", "2000"]]);
    const mixed = await at("soda");
    assert.deepEqual([mixed.all, mixed.rows[0], mixed.rows[1]], ["", ["Soda", ""], ["Gaseosa", soda]]);
    // what only the database finds says nothing
    assert.deepEqual(await at("lmolive"), { all: "", rows: [["Jabones", ""]] });
    const page = await browser.get("/search?q=termo");
    assert.match(page.root.querySelector("tbody th")?.text ?? "", /Para llevar el tinto caliente/);
    assert.match(page.root.querySelector("tbody .why")?.text ?? "", /Tiene: termo/);
    const cheap = await browser.get("/search?q=cafe aguila");
    assert.match(cheap.root.querySelector("tbody .why")?.text ?? "", /Tiene: café, águila/);
  });

  it("whatever is typed is answered, on every way in", async () => {
    const browser = await shop.browser("employee");
    const TYPED = [
      "",
      "a",
      "x".repeat(7000),
      "🍎🍎",
      "de la el",
      "'; DROP TABLE products; --",
      "a.*(b|c)+$[",
      "%_\\",
      "ñÑáÜ",
      "٣٤",
      "﷽",
    ];
    for (const typed of TYPED) {
      const q = encodeURIComponent(typed);
      const what = JSON.stringify(typed.slice(0, 20));
      assert.equal((await manager.get(`/api/v2/ai/search/hybrid?q=${q}`)).status, 200, what);
      assert.equal((await manager.get(`/api/v2/ai/search/suggestions?q=${q}`)).status, 200, what);
      assert.equal((await browser.get(`/search?q=${q}`)).status, 200, what);
      const scanned = await (await browser.get("/pos/new")).submit("#scan-form", { code: typed.slice(0, 100) });
      assert.ok([200, 422].includes(scanned.status), `${what}: ${scanned.status}`);
    }
    for (const limit of ["-1", "0", "1000000000", "x"])
      for (const path of [
        "search/hybrid?q=cafe&",
        "search/suggestions?q=cafe&",
        "products/1/recommendations?",
        "search/history?",
      ])
        assert.equal((await manager.get(`/api/v2/ai/${path}limit=${limit}`)).status, 422, `${path}${limit}`);
    assert.equal((await manager.get("/api/v2/ai/products/999999999/recommendations")).status, 404);
    for (const [ids, status] of [
      [[999_999_999], 404],
      [[], 422],
      [[-1], 422],
      [["x"], 422],
      [Array.from({ length: 101 }, (_, index) => index + 1), 422],
    ] as const)
      assert.equal(
        (await manager.post("/api/v2/ai/recommendations/basket", { product_ids: ids })).status,
        status,
        `${ids}`,
      );
    assert.ok((await shop.db.raw("SELECT 1 FROM products")).rows.length > GOODS.length, "nothing was dropped");
  });
});
