/** Who asks for a refresco finds the gaseosa: words that mean the same, as the shop says. */
import assert from "node:assert/strict";
import { after, before, describe, it } from "mocha";
import type { ApiClient } from "../../../test/harness/api-client.ts";
import { openShop, type Shop } from "../../../test/harness/shop.ts";
import { until } from "../../../test/harness/until.ts";

interface Found {
  results: { name: string; why: string }[];
}
interface Groups {
  data: { id: number; words: string[] }[];
}

describe("words that mean the same", () => {
  let shop: Shop;
  let manager: ApiClient;
  let employee: ApiClient;

  before(async () => {
    shop = await openShop();
    [manager, employee] = [await shop.api("manager"), await shop.api("employee")];
    for (const [sku, name] of [
      ["G1", "Gaseosa manzana 400 ml"],
      ["P1", "Papel higiénico triple hoja"],
      ["P2", "Papel aluminio 7 m"],
      ["E1", "Escoba de cerda suave"],
      ["C1", "Cuaderno cuadriculado"],
    ])
      assert.equal((await manager.post("/api/v1/products", { sku, name, price: "1000" })).status, 201);
    await until(async () => (await names("cuaderno"))[0] === "Cuaderno cuadriculado");
  });
  after(() => shop?.close());

  const find = async (q: string) =>
    (await employee.get<Found>(`/api/v2/ai/search/hybrid?q=${encodeURIComponent(q)}`)).body.results;
  const names = async (q: string) => (await find(q)).map(({ name }) => name);

  it("a shop begins with the usual ones; the result says that it is the same", async () => {
    const [first] = await find("refresco");
    assert.equal(first?.name, "Gaseosa manzana 400 ml");
    assert.match(first?.why ?? "", /Gaseosa|gaseosa/);
    assert.match(first?.why ?? "", /refresco/);
    assert.equal((await names("papel de baño"))[0], "Papel higiénico triple hoja");
  });

  it("a manager adds a group on the page, and what it says is found at once; takes it away, and it is not", async () => {
    assert.deepEqual(await names("barredora"), []);
    const browser = await shop.browser("manager");
    const page = await browser.get("/search/synonyms");
    const added = await page.submit("#synonyms", { words: "escoba,  barredora" });
    assert.match(added.text, /escoba, barredora/);
    await until(async () => (await names("barredora"))[0] === "Escoba de cerda suave");
    const { body } = await manager.get<Groups>("/api/v2/ai/synonyms");
    const group = body.data.find(({ words }) => words.includes("barredora"));
    assert.deepEqual(group?.words, ["escoba", "barredora"]);
    const gone = await added.submit(`form[action="/search/synonyms/${group?.id}/remove"]`, {});
    assert.doesNotMatch(gone.text, /barredora/);
    await until(async () => (await names("barredora")).length === 0);
    const trail = await shop.db("audit_log").select("action").where("action", "like", "synonyms.%").orderBy("id");
    assert.deepEqual(
      trail.map(({ action }) => action),
      ["synonyms.added", "synonyms.removed"],
    );
  });

  it("the API adds once, however often it is asked; one word, no words and too many are told", async () => {
    const words = ["cuaderno", "libreta"];
    const [one, again] = [
      await manager.post<{ id: number }>("/api/v2/ai/synonyms", { words }),
      await manager.post<{ id: number }>("/api/v2/ai/synonyms", { words }),
    ];
    assert.deepEqual([one.status, again.status, again.body.id], [201, 201, one.body.id]);
    await until(async () => (await names("libretas"))[0] === "Cuaderno cuadriculado");
    for (const faulty of [
      ["cuaderno"],
      ["cuaderno", "Cuadernos"],
      ["🍎", "manzana"],
      ["a,b,c,d,e,f,g", "h,i,j,k,l,m,n"],
    ]) {
      const answer = await manager.post("/api/v2/ai/synonyms", { words: faulty });
      assert.equal(answer.status, 422, `${faulty}: ${answer.text}`);
    }
    const page = await (await (await shop.browser("manager")).get("/search/synonyms")).submit("#synonyms", {
      words: "sola",
    });
    assert.equal(page.status, 422);
    assert.match(page.text, /al menos dos palabras/);
    assert.match(page.text, /libreta/, "the list is there as well");
    assert.equal((await manager.delete(`/api/v2/ai/synonyms/${one.body.id}`)).status, 204);
    assert.equal((await manager.delete(`/api/v2/ai/synonyms/${one.body.id}`)).status, 404);
  });

  it("is not for everybody", async () => {
    assert.equal((await employee.get("/api/v2/ai/synonyms")).status, 403);
    assert.equal((await employee.post("/api/v2/ai/synonyms", { words: ["a", "b"] })).status, 403);
  });
});
