/** The cashier types three wrong letters, and the right product is first. */
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { after, before, describe, it } from "mocha";
import { startKernel } from "../../../kernel/kernel.ts";
import { type ApiClient, createApiClient } from "../../../test/harness/api-client.ts";
import { CALM, openShop, people, type Shop } from "../../../test/harness/shop.ts";
import { until } from "../../../test/harness/until.ts";

interface Hit {
  id: number;
  sku: string;
  name: string;
  price: string;
  on_hand: string;
  final_score: number;
  matching_terms: string[];
  why: string;
  recommendation_reason: string;
}
interface Answer {
  results: Hit[];
  total_found: number;
  corrected: { typed: string; meant: string }[];
  suggestions: string[];
  recommendations: (Hit & { similarity_score: number })[];
  code: string;
}

const GOODS: [sku: string, name: string, category: string, price: string][] = [
  ["L1", "Leche entera Alquería 1100 ml", "Lácteos", "5600"],
  ["L2", "Leche deslactosada Alpina 1 L", "Lácteos", "6200"],
  ["L3", "Arequipe Alpina 220 g", "Lácteos", "7900"],
  ["G1", "Gaseosa Postobón manzana 400 ml", "Bebidas", "2500"],
  ["G2", "Gaseosa Coca-Cola 1.5 L", "Bebidas", "7200"],
  ["A1", "Agua Cristal 600 ml", "Bebidas", "1800"],
  ["P1", "Pan tajado Bimbo 500 g", "Panadería", "8900"],
  ["P2", "Piña en almíbar 820 g", "Enlatados", "9900"],
  ["J1", "Jabón Rey 300 g", "Aseo", "3100"],
  ["J2", "Jabones de tocador Palmolive x3", "Aseo", "9800"],
  ["S1", "Salchichas Zenú lata 150 g", "Enlatados", "5900"],
  ["C1", "Café Sello Rojo 500 g", "Despensa", "17900"],
  ["C2", "Café Águila Roja 500 g", "Despensa", "16900"],
  ["H1", "Huevos AA x30", "Despensa", "18900"],
  ["X1", "Pilas AA Duracell x2", "Hogar", "12900"],
];

describe("finding products by what people type", () => {
  let shop: Shop;
  let employee: ApiClient;
  let manager: ApiClient;
  const ids = new Map<string, number>();

  before(async () => {
    shop = await openShop();
    [employee, manager] = [await shop.api("employee"), await shop.api("manager")];
    for (const [sku, name, category, price] of GOODS) {
      const made = await manager.post<Hit>("/api/v1/products", { sku, name, category, price });
      assert.equal(made.status, 201, made.text);
      ids.set(sku, made.body.id);
      const body = { product_id: made.body.id, quantity: "50", reason: "received" };
      await manager.post("/api/v1/inventory/adjustments", body, { key: randomUUID() });
    }
    await findable(employee, "duracell", "X1");
  });
  after(() => shop?.close());

  const find = async (q: string, more = "", client = employee) =>
    (await client.get<Answer>(`/api/v2/ai/search/hybrid?q=${encodeURIComponent(q)}&limit=10${more}`)).body;
  const first = async (q: string) => (await find(q)).results[0]?.sku;
  async function findable(client: ApiClient, q: string, sku: string): Promise<void> {
    await until(async () => (await find(q, "", client)).results?.[0]?.sku === sku);
  }

  it("typos, missing accents, ñ, word order, sizes together and apart, plurals, codes", async () => {
    const wanted: [query: string, sku: string][] = [
      ["lehce alqueria", "L1"],
      ["leche deslactozada", "L2"],
      ["arekipe", "L3"],
      ["gaceosa manzana", "G1"],
      ["manzana gaseosa", "G1"],
      ["coca cola 1.5", "G2"],
      ["pina almibar", "P2"],
      ["600ml agua", "A1"],
      ["agua 600 mililitros", "A1"],
      ["jabon rey", "J1"],
      ["jabones rey", "J1"],
      ["jabon palmolive", "J2"],
      ["salchcihas", "S1"],
      ["CAFE AGUILA", "C2"],
      ["cafe sello", "C1"],
      ["pila aa", "X1"],
      ["huevo", "H1"],
      ["durac", "X1"],
      ["X1", "X1"],
    ];
    for (const [query, sku] of wanted) assert.equal(await first(query), sku, query);
  });

  it("each result says why it is there, in the reader's language; what was typed wrong is told", async () => {
    const { results, corrected } = await find("lehce alqueria");
    assert.match(results[0]?.why ?? "", /“lehce”.*“leche”/);
    assert.match(results[0]?.why ?? "", /alquería/);
    assert.deepEqual(corrected, [{ typed: "lehce", meant: "leche" }]);
    const browser = await shop.browser("employee");
    const page = await (await browser.get("/search")).submit("#search", { q: "lehce alqueria" });
    assert.match(page.text, /Por “lehce” se buscó “leche”/);
    assert.match(page.root.querySelector("tbody tr")?.text ?? "", /Leche entera Alquería/);
    assert.match((await find("L1")).results[0]?.why ?? "", /código|code/);
  });

  it("the till's box finds it too, and one click adds it", async () => {
    const browser = await shop.browser("employee");
    const found = await (await browser.get("/pos/new")).submit("#code", { code: "gaceosa manzna" });
    const results = found.root.querySelectorAll(".pos-results button").map(({ text }) => text);
    assert.match(results[0] ?? "", /Postobón manzana/);
    const rung = await found.submit(".pos-results button", {});
    assert.match(rung.text, /Gaseosa Postobón manzana/);
  });

  it("price and stock are those of now, a retired product is gone, a renamed one found within a moment, on every instance", async () => {
    const other = await startKernel({ ...CALM, env: { ...shop.env, PORT: "0" } });
    try {
      const { username, password } = people.employee;
      const door = createApiClient(() => other.url.replace(/\/$/, ""));
      const login = await door.post<{ access_token: string }>("/api/v1/auth/login", { username, password });
      const there = createApiClient(() => other.url.replace(/\/$/, ""), login.body.access_token);
      await findable(there, "duracell", "X1");
      await manager.patch(`/api/v1/products/${ids.get("X1")}`, { price: "9999.00", name: "Pilas doble A Energizer" });
      for (const client of [employee, there]) {
        await findable(client, "energizer", "X1");
        assert.equal((await find("energizer", "", client)).results[0]?.price, "9999.00");
        assert.deepEqual((await find("duracell", "", client)).results, []);
      }
      await manager.delete(`/api/v1/products/${ids.get("X1")}`);
      await until(async () => (await find("energizer", "", there)).results.length === 0);
    } finally {
      await other.stop();
    }
  });

  it("filters by category, price and stock", async () => {
    assert.deepEqual(
      (await find("alpina", "&category=lacteos&max_price=7000")).results.map(({ sku }) => sku),
      ["L2"],
    );
    assert.equal((await find("cafe", "&min_price=17000")).results[0]?.sku, "C1");
    const out = { product_id: ids.get("A1"), quantity: "-50", reason: "damaged" };
    await manager.post("/api/v1/inventory/adjustments", out, { key: randomUUID() });
    assert.deepEqual((await find("agua cristal", "&in_stock=true")).results, []);
    assert.equal((await find("agua cristal")).results[0]?.on_hand, "0.000");
  });

  it("a name goes on as it is typed, what sells first; of one letter nothing", async () => {
    const suggest = async (q: string) =>
      (await employee.get<Answer>(`/api/v2/ai/search/suggestions?q=${encodeURIComponent(q)}`)).body.suggestions;
    assert.deepEqual(await suggest("l"), []);
    assert.match((await suggest("lech"))[0] ?? "", /^Leche/);
    assert.match((await suggest("gasiosa"))[0] ?? "", /^Gaseosa/);
    assert.match((await suggest("lwc"))[0] ?? "", /^Leche/, "the second of three letters is wrong");
    // on the page as links, which need no script
    const browser = await shop.browser("employee");
    const [link] = (await browser.get("/search?q=lech")).root.querySelectorAll("#suggestions a");
    assert.match(link?.text ?? "", /^Leche/);
    const gone = await browser.get(link?.getAttribute("href")?.replaceAll("&amp;", "&") ?? "");
    assert.match(gone.root.querySelector("tbody a")?.text ?? "", /^Leche/);
    const part = await browser.request("GET", "/search?q=lech", {
      headers: { "hx-request": "true", "hx-target": "search-results" },
    });
    assert.ok(part.root.querySelector("#suggestions a"), "they come with what is swapped while somebody types");
  });

  it("what is often looked for and found goes on too, but for what few asked and for words that stand in no product", async () => {
    const note = (query: string, times: number, days: number) =>
      shop.db("search_log").insert(
        Array.from({ length: times }, (_, at) => ({
          query,
          folded: query,
          place: "till",
          results: 1,
          milliseconds: 1,
          created_at: new Date(Date.now() - (at % days) * 86_400_000),
        })),
      );
    await note("cafe rojo", 6, 3);
    await note("cafe sello aguila", 4, 2);
    await note("cafe aguila sello", 9, 1);
    await note("cafe de pedro perez", 9, 3);
    await shop.kernel.jobs.runNow("ai-search", "refresh-recommendations");
    const path = "/api/v2/ai/search/suggestions?limit=20&q=";
    const suggested = async () => (await employee.get<Answer>(`${path}cafe`)).body.suggestions;
    await until(async () => (await suggested()).includes("cafe rojo"));
    const suggestions = await suggested();
    for (const hidden of ["cafe sello aguila", "cafe aguila sello", "cafe de pedro perez"])
      assert.equal(suggestions.includes(hidden), false, hidden);
    await shop.db("search_log").delete().where("folded", "like", "cafe %");
  });

  it("what was bought together is recommended with the counts behind it, and never what is out of stock or in the cart", async () => {
    const ring = async (...skus: string[]) => {
      const sale = {
        items: skus.map((code) => ({ code, quantity: "1" })),
        payments: [{ method: "cash", amount: "100000" }],
      };
      const answer = await employee.post("/api/v1/sales", sale, { key: randomUUID() });
      assert.equal(answer.status, 201, answer.text);
    };
    for (let times = 0; times < 4; times++) await ring("C1", "P1");
    for (let times = 0; times < 2; times++) await ring("C1", "L1");
    await ring("C2", "J1");
    await shop.kernel.jobs.runNow("ai-search", "refresh-recommendations");
    const of = async (sku: string, more = "") =>
      (await employee.get<Answer>(`/api/v2/ai/products/${ids.get(sku)}/recommendations?${more}`)).body.recommendations;
    const coffee = await of("C1", "algorithm=collaborative&limit=5");
    assert.deepEqual(
      coffee.map(({ sku }) => sku),
      ["P1", "L1"],
    );
    assert.match(coffee[0]?.recommendation_reason ?? "", /4.*Café Sello Rojo.*6/);
    // few sales: what is alike
    assert.ok(["L1", "L3"].includes((await of("L2", "algorithm=content_based"))[0]?.sku ?? ""));
    const basket = await employee.post<Answer>("/api/v2/ai/recommendations/basket", {
      product_ids: [ids.get("C1"), ids.get("P1")],
    });
    assert.equal(basket.body.recommendations[0]?.sku, "L1");
    // bought together and alike as well: first of all, and no more than wholly
    for (let times = 0; times < 2; times++) await ring("J1", "J2");
    await shop.kernel.jobs.runNow("ai-search", "refresh-recommendations");
    const soap = await of("J1", "limit=20");
    assert.equal(soap[0]?.sku, "J2");
    const scores = soap.map(({ similarity_score: score }) => score);
    assert.ok(
      scores.every((score, at) => score >= 0 && score <= (scores[at - 1] ?? 1)),
      scores.join(),
    );
    assert.equal((await employee.get<Answer>("/api/v2/ai/products/999999/recommendations")).status, 404);
  });

  it("bad input is answered and nothing breaks", async () => {
    for (const q of [
      "",
      "a",
      "x".repeat(7000),
      "🍎🍎",
      "de la el",
      "'; DROP TABLE products; --",
      "a.*(b|c)+$[",
      "%_\\",
    ]) {
      const answer = await employee.get<Answer>(`/api/v2/ai/search/hybrid?q=${encodeURIComponent(q)}`);
      assert.equal(answer.status, 200, `${q.slice(0, 20)}: ${answer.text.slice(0, 200)}`);
    }
    // what is longer than anybody types is cut, and its first words find; an address has room for no more than 8 KiB
    const label = `arequipe ${"x".repeat(9991)}`;
    const short = encodeURIComponent(label.slice(0, 7000));
    for (const path of ["hybrid", "suggestions"]) {
      const answer = await employee.get<Answer & { query: string }>(`/api/v2/ai/search/${path}?q=${short}`);
      assert.deepEqual([answer.status, answer.body.query], [200, label.slice(0, 200)]);
      if (answer.body.results) assert.equal(answer.body.results[0]?.sku, "L3");
      const refused = await employee.get<Answer>(`/api/v2/ai/search/${path}?q=${encodeURIComponent(label)}`);
      assert.deepEqual([refused.status, refused.body.code], [414, "URL_TOO_LONG"]);
    }
    const semantic = await employee.post<Answer & { query: string }>("/api/v2/ai/search/semantic", { query: label });
    assert.deepEqual([semantic.status, semantic.body.query], [200, label.slice(0, 200)]);
    const browser = await shop.browser("employee");
    assert.match((await browser.get(`/search?q=${short}`)).text, /Arequipe/);
    assert.match((await browser.get(`/search?q=${encodeURIComponent(label)}`)).text, /demasiado larga/);
    for (const limit of ["-1", "0", "1000000000", "x"])
      assert.equal((await employee.get(`/api/v2/ai/search/hybrid?q=cafe&limit=${limit}`)).status, 422, limit);
    assert.equal((await (await shop.api()).get("/api/v2/ai/search/hybrid?q=cafe")).status, 401);
    assert.deepEqual((await find("zzqqxx")).results, [], "never a random product");
  });

  it("what is searched for and not found stands on the manager's page; a person sees only the own history", async () => {
    await find("tornillos");
    await until(async () => (await (await shop.browser("manager")).get("/search/log")).text.includes("tornillos"));
    assert.equal((await employee.get("/api/v2/ai/stats")).status, 403);
    const mine = await employee.get<{ data: { query: string }[] }>("/api/v2/ai/search/history");
    assert.ok(mine.body.data.some(({ query }) => query === "tornillos"));
    assert.deepEqual((await manager.get<{ data: unknown[] }>("/api/v2/ai/search/history")).body.data, []);
  });
});

describe("a shop without a search engine, or without products", () => {
  it("an empty catalogue and one of a single product are searched like any other; all of one name are found", async () => {
    const shop = await openShop();
    try {
      const manager = await shop.api("manager");
      const find = async (q: string) => (await manager.get<Answer>(`/api/v2/ai/search/hybrid?q=${q}`)).body.results;
      await until(async () => Array.isArray(await find("arroz")));
      assert.deepEqual(await find("arroz"), []);
      for (let n = 0; n < 3; n++)
        await manager.post("/api/v1/products", { sku: `A${n}`, name: "Arroz", price: "1000" });
      await until(async () => (await find("arroz")).length === 3);
    } finally {
      await shop.close();
    }
  });
});
