/** A barcode that the scanner does not read: its last figures find the product. */
import assert from "node:assert/strict";
import { after, before, describe, it } from "mocha";
import type { ApiClient } from "../../../test/harness/api-client.ts";
import { openShop, type Shop } from "../../../test/harness/shop.ts";
import { until } from "../../../test/harness/until.ts";
import { findable } from "./corner-shop.ts";

interface Answer {
  results: { sku: string; why: string }[];
  total_found: number;
}

describe("the last figures of a barcode", () => {
  let shop: Shop;
  let manager: ApiClient;

  before(async () => {
    shop = await openShop();
    manager = await shop.api("manager");
    const make = async (sku: string, name: string, category: string, ...barcodes: string[]) => {
      const made = await manager.post<{ id: number }>("/api/v1/products", {
        sku,
        name,
        category,
        price: "1000",
        barcodes,
      });
      assert.equal(made.status, 201, made.text);
      return made.body.id;
    };
    await make("A", "Arroz Diana", "Granos", "7702004551234");
    await make("B", "Betún negro", "Aseo", "7702004991234");
    await make("1234X", "Cepillo 123400", "Aseo");
    const retired = await make("OLD", "Vela", "Aseo", "7700000001234");
    await manager.patch(`/api/v1/products/${retired}`, { active: false });
    const eggs = await make("E", "Huevos", "Granos", "7702004440000");
    const unit = { name: "caja", factor: "12", barcodes: ["17702004567890"] };
    const made = await manager.put(`/api/v1/products/${eggs}/units`, { units: [unit] });
    assert.equal(made.status, 200, made.text);
    await findable(manager, "huevos", "E");
  });
  after(() => shop?.close());

  const find = async (query: string) => {
    const { body } = await manager.get<Answer>(`/api/v2/ai/search/hybrid?limit=9&${query}`);
    return { skus: body.results.map(({ sku }) => sku), ...body };
  };

  it("find it, before what only has such a number in its name, with why; of its category alone", async () => {
    const found = await find("q=1234");
    assert.deepEqual(found.skus, ["A", "B", "1234X"]);
    assert.equal(found.total_found, 3);
    assert.match(found.results[0]?.why ?? "", /termina en 1234\./);
    assert.deepEqual((await find("q=551234")).skus, ["A"]);
    assert.deepEqual((await find("q=1234&category=Aseo")).skus, ["B", "1234X"]);
    const caseOfEggs = await find("q=567890");
    assert.deepEqual(caseOfEggs.skus, ["E"], "of a further unit too");
    assert.match(caseOfEggs.results[0]?.why ?? "", /«caja» termina en 567890\./);
    for (const none of ["q=234", "q=%251234", "q=____", "q=12a4", `q=${"1".repeat(200)}`])
      assert.equal(
        (await find(none)).results.some(({ why }) => /termina/.test(why)),
        false,
        none,
      );
    // its whole code is its code
    assert.match((await find("q=7702004551234")).results[0]?.why ?? "", /Es su código/);
  });

  it("at the till too", async () => {
    const browser = await shop.browser("employee");
    const found = await (await browser.get("/pos/new")).submit("#scan-form", { code: "991234" });
    const names = found.root.querySelectorAll(".pos-results form button").map(({ text }) => text);
    assert.equal(names.length, 1);
    assert.match(names[0] ?? "", /Betún negro/);
    const cart = await found.submit(".pos-results form", {});
    assert.match(cart.root.querySelector(".pos-item")?.text ?? "", /Betún negro/);
    // that of a case adds the case, and one of them is a press further
    const byCase = await (await browser.get("/pos/new")).submit("#scan-form", { code: "567890" });
    assert.equal(byCase.root.querySelectorAll(".pos-results form button").length, 2);
    assert.match(byCase.root.querySelector(".pos-results form button")?.text ?? "", /caja × 12.*12\.000/s);
    assert.match(byCase.root.querySelector(".pos-why")?.text ?? "", /«caja» termina en 567890/);
    const withCase = await byCase.submit(".pos-results form", {});
    assert.match(withCase.root.querySelector(".pos-item")?.text ?? "", /Huevos.*caja × 12/s);
    const byName = await withCase.submit("#scan-form", { code: "huevos" });
    assert.doesNotMatch(byName.root.querySelector(".pos-results form button")?.text ?? "", /caja/);
    // and it is no search that found nothing
    const noted = () => shop.db("search_log").where({ query: "991234", place: "till" }).first();
    await until(async () => (await noted()) !== undefined);
    assert.equal((await noted()).results, 1);
  });
});
