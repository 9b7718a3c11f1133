/** What nothing matches: the nearest words that do find something, and their category; never a random product. */
import assert from "node:assert/strict";
import { after, before, describe, it } from "mocha";
import type { ApiClient } from "../../../test/harness/api-client.ts";
import type { Browser } from "../../../test/harness/browser.ts";
import { openShop, type Shop } from "../../../test/harness/shop.ts";
import { GOODS, stock } from "./corner-shop.ts";

interface Answer {
  results: { sku: string }[];
  did_you_mean: string | null;
  nearest_category: string | null;
}

/** three letters from chocolate: more than the index takes in silently */
const FAR = "shokolatinn";

describe("a query that nothing matches", () => {
  let shop: Shop;
  let manager: ApiClient;
  let browser: Browser;

  before(async () => {
    shop = await openShop();
    manager = await shop.api("manager");
    browser = await shop.browser("employee");
    await stock(manager, [["Z1", "Destornillador de estrella", undefined, "9000"], ...GOODS]);
  });
  after(() => shop?.close());

  const find = async (q: string) =>
    (await manager.get<Answer>(`/api/v2/ai/search/hybrid?q=${encodeURIComponent(q)}`)).body;

  it("gets the words nearest to it that do find something, and their category", async () => {
    assert.deepEqual(await find(FAR).then(({ results: _, ...rest }) => [rest.did_you_mean, rest.nearest_category]), [
      "chocolate",
      "Despensa",
    ]);
    assert.deepEqual((await find(FAR)).results, [], "it is asked, not assumed");
    assert.equal((await find("chocolate")).did_you_mean, null);
    assert.equal((await find("chocolate")).results[0]?.sku, "D1");
  });

  it("near what has no category it names none; near nothing, nothing; in a filter that lets nothing through, nothing", async () => {
    const tool = await find("deztornyaderr");
    assert.deepEqual([tool.did_you_mean, tool.nearest_category], ["destornillador", null]);
    for (const q of ["zzqqxx", "🍎", "7701234567890", "%_\\", "(.*)+$"]) {
      const nothing = await find(q);
      assert.deepEqual([nothing.results, nothing.did_you_mean, nothing.nearest_category], [[], null, null], q);
    }
    const filtered = await manager.get<Answer>("/api/v2/ai/search/hybrid?q=chocolate&max_price=1");
    assert.deepEqual([filtered.body.results, filtered.body.did_you_mean], [[], null]);
  });

  it("the search page asks, and its links lead to what was meant and to the category", async () => {
    const page = await (await browser.get("/search")).submit("#search", { q: FAR });
    const [meant, category] = page.root.querySelectorAll("#nearest a");
    assert.match(
      page.root.querySelector("#nearest")?.text ?? "",
      /¿Quiso decir\s+chocolate\?\s+Lo más cercano está en\s+Despensa/,
    );
    const found = await browser.get(meant?.getAttribute("href") ?? "");
    assert.match(found.root.querySelector("tbody tr")?.text ?? "", /Chocolate Corona/);
    const goods = await browser.get(category?.getAttribute("href") ?? "");
    assert.match(goods.text, /Café Sello Rojo/);
    assert.ok(!goods.text.includes("Jabón Rey"));
  });

  it("the till's box asks too, and goes on with what was meant", async () => {
    const refused = await (await browser.get("/pos/new")).submit("#code", { code: FAR });
    assert.equal(refused.status, 422);
    assert.match(refused.root.querySelector("#nearest")?.text ?? "", /¿Quiso decir\s+chocolate\?/);
    const [meant, category] = refused.root.querySelectorAll("#nearest a").map((one) => one.getAttribute("href") ?? "");
    const results = await browser.get(meant ?? "");
    assert.match(results.root.querySelector(".pos-results button")?.text ?? "", /Chocolate Corona/);
    const grid = await browser.get(category ?? "");
    assert.match(grid.root.querySelector(".pos-tiles")?.text ?? "", /Chocolate Corona/);
    assert.equal(
      (await (await browser.get("/pos/new")).submit("#code", { code: "zzqqxx" })).root.querySelector("#nearest"),
      null,
    );
  });
});
