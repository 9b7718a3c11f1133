/** The shop's own catalogue says what words mean: burbujita is near to gaseosa because both stand among the drinks. */
import assert from "node:assert/strict";
import { after, before, describe, it } from "mocha";
import { startKernel } from "../../../kernel/kernel.ts";
import { type ApiClient, createApiClient } from "../../../test/harness/api-client.ts";
import { CALM, openShop, people, type Shop } from "../../../test/harness/shop.ts";
import { until } from "../../../test/harness/until.ts";

interface Hit {
  sku: string;
  similarity_score: number;
  lexical_score: number;
  semantic_score: number;
  matching_terms: string[];
  why: string;
}
interface Answer {
  results: Hit[];
  total_found: number;
}
interface Status {
  model: { version: number; products: number; dimensions: number; singular_values: number[] } | null;
  reason: string | null;
  reason_text: string | null;
  job: { job_id: number; state: string; progress: number; reason: string | null } | null;
}
interface Embedding {
  embedding: { vector: number[]; vector_shape: number[]; magnitude: number; model_version: number };
}

const GOODS: [sku: string, name: string, category: string][] = [
  ["B1", "Burbujita de cola Big 1.5 L", "Bebidas gaseosas"],
  ["B2", "Gaseosa manzana Postobón 1.5 L", "Bebidas gaseosas"],
  ["B3", "Gaseosa uva Postobón 400 ml", "Bebidas gaseosas"],
  ["B4", "Burbujita naranja Big 400 ml", "Bebidas gaseosas"],
  ["L1", "Leche entera Alquería 1 L", "Lácteos"],
  ["L2", "Leche deslactosada Alpina 1 L", "Lácteos"],
  ["L3", "Yogur fresa Alpina 200 g", "Lácteos"],
  ["L4", "Yogur melocotón Alpina 200 g", "Lácteos"],
  ["J1", "Jabón de barra Rey 300 g", "Aseo"],
  ["J2", "Jabón líquido Rey 1 L", "Aseo"],
  ["J3", "Detergente Fab 1 kg", "Aseo"],
  ["F1", "Tornillo drywall 6x1", "Ferretería"],
  ["F2", "Tornillo madera 8x2", "Ferretería"],
];

describe("what words mean in this shop", () => {
  let shop: Shop;
  let manager: ApiClient;
  let employee: ApiClient;
  const ids = new Map<string, number>();

  const put = async (sku: string, name: string, category: string) => {
    const made = await manager.post<{ id: number }>("/api/v1/products", { sku, name, category, price: "1000" });
    assert.equal(made.status, 201, made.text);
    ids.set(sku, made.body.id);
  };
  const status = async (client = manager) => (await client.get<Status>("/api/v2/ai/models/status")).body;
  const near = async (query: string, more: object = {}, client = employee) =>
    (await client.post<Answer>("/api/v2/ai/search/semantic", { query, limit: 20, ...more })).body;
  const hybrid = async (q: string, client = employee) =>
    (await client.get<Answer>(`/api/v2/ai/search/hybrid?q=${encodeURIComponent(q)}&limit=20`)).body;
  const skus = (answer: Answer) => answer.results.map(({ sku }) => sku);
  async function fitted(): Promise<number> {
    const asked = await manager.post<{ job_id: number }>("/api/v2/ai/embeddings/update");
    assert.equal(asked.status, 202, asked.text);
    await until(async () => (await status()).model?.version === asked.body.job_id);
    return asked.body.job_id;
  }

  before(async () => {
    shop = await openShop();
    [employee, manager] = [await shop.api("employee"), await shop.api("manager")];
    assert.equal((await status()).reason, "not_fitted_yet");
    for (const good of GOODS) await put(...good);
    await until(async () => (await hybrid("drywall")).total_found === 1);
    await fitted();
  });
  after(() => shop?.close());

  it("a fit answers with its number, and the state tells of the model", async () => {
    const { model, reason, job } = await status();
    assert.equal(model?.products, GOODS.length);
    assert.ok((model?.dimensions ?? 0) > 2);
    assert.equal(model?.singular_values.length, model?.dimensions);
    assert.deepEqual(
      model?.singular_values,
      [...(model?.singular_values ?? [])].sort((a, b) => b - a),
    );
    assert.equal(reason, null);
    assert.deepEqual([job?.job_id, job?.state, job?.progress], [model?.version, "ready", 1]);
    assert.equal((await employee.post("/api/v2/ai/embeddings/update")).status, 403);
  });

  it("what is near in meaning is found without a word in common, and says by which words of its own", async () => {
    const found = await near("burbujita");
    assert.deepEqual(skus(found).slice(0, 4).sort(), ["B1", "B2", "B3", "B4"]);
    const soda = found.results.find(({ sku }) => sku === "B2");
    assert.match(soda?.why ?? "", /sentido|meaning/);
    assert.ok(soda?.matching_terms.some((term) => ["gaseosa", "gaseosas", "bebidas"].includes(term)));
    assert.ok(soda && soda.similarity_score >= 0.5);
  });

  it("filters hold for it too", async () => {
    await manager.patch(`/api/v1/products/${ids.get("B3")}`, { price: "5000.00" });
    const dear = await near("burbujita", { filters: { min_price: "4000", category: "bebidas gaseosas" } });
    assert.deepEqual(skus(dear), ["B3"]);
    assert.deepEqual(skus(await near("burbujita", { filters: { in_stock: true } })), []);
  });

  it("the search box puts what has the word first and what is near after it; nothing is near to nonsense", async () => {
    const { results } = await hybrid("burbujita");
    assert.deepEqual(
      results
        .slice(0, 2)
        .map(({ sku }) => sku)
        .sort(),
      ["B1", "B4"],
    );
    const only = results.filter(({ lexical_score }) => lexical_score === 0);
    assert.ok(only.length > 0 && only.every(({ sku, semantic_score }) => sku.startsWith("B") && semantic_score >= 0.5));
    for (const q of ["zzqqxx", "🍎", "xkcd blorp"]) {
      assert.deepEqual(await hybrid(q).then(skus), [], q);
      assert.deepEqual(await near(q).then(skus), [], q);
    }
  });

  it("nothing is lost when only one of the two knows the query", async () => {
    // the model alone: the last product with the word is renamed, the word stays in the model
    await manager.patch(`/api/v1/products/${ids.get("J3")}`, { name: "Limpiador Fab 1 kg" });
    await until(async () => !skus(await hybrid("fab")).includes("none") && (await hybrid("limpiador")).total_found > 0);
    assert.ok(skus(await hybrid("detergente")).includes("J3"));
    // words alone: the product and its word are younger than the model
    await put("N1", "Marañón tostado", "Novedades");
    await until(async () => skus(await hybrid("marañón"))[0] === "N1");
    assert.equal(skus(await near("marañón"))[0], "N1");
  });

  it("a product has its place; what is new or renamed gets one within a moment, on every instance, and keeps it", async () => {
    const embedding = async (sku: string, client = employee) =>
      (await client.get<Embedding>(`/api/v2/ai/products/${ids.get(sku)}/embedding`)).body.embedding;
    const other = await startKernel({ ...CALM, env: { ...shop.env, PORT: "0" } });
    try {
      const door = () => other.url.replace(/\/$/, "");
      const { username, password } = people.employee;
      const login = await createApiClient(door).post<{ access_token: string }>("/api/v1/auth/login", {
        username,
        password,
      });
      const there = createApiClient(door, login.body.access_token);
      await until(async () => (await status(there)).model !== null);
      const before = await embedding("B1");
      assert.deepEqual(before.vector_shape, [before.vector.length]);
      assert.ok(Math.abs(Math.hypot(...before.vector) - 1) < 1e-5);
      assert.ok(before.magnitude > 0.5 && before.magnitude <= 1.000001);
      await put("B5", "Burbujita de limón Big 400 ml", "Bebidas gaseosas");
      for (const client of [employee, there])
        await until(async () => skus(await near("gaseosa", {}, client)).includes("B5"));
      await manager.patch(`/api/v1/products/${ids.get("B5")}`, { name: "Tornillo acero 5x1", category: "Ferretería" });
      for (const client of [employee, there]) {
        await until(async () => !skus(await near("gaseosa", {}, client)).includes("B5"));
        await until(async () => skus(await near("tornillo drywall", {}, client)).includes("B5"));
      }
      const cosine = (a: number[], b: number[]) => a.reduce((sum, value, at) => sum + value * (b[at] ?? 0), 0);
      const [now, screw] = [await embedding("B5"), await embedding("F1")];
      assert.ok(cosine(now.vector, screw.vector) > 0.3);
      await manager.delete(`/api/v1/products/${ids.get("B5")}`);
      await until(async () => (await there.get(`/api/v2/ai/products/${ids.get("B5")}/embedding`)).status === 409);
      assert.equal((await employee.get("/api/v2/ai/products/999999/embedding")).status, 404);
    } finally {
      await other.stop();
    }
  });

  it("a new model takes the old one's place everywhere, and the old one is gone", async () => {
    const before = (await status()).model?.version ?? 0;
    const version = await fitted();
    assert.ok(version > before);
    const { rows } = await shop.db.raw("SELECT DISTINCT model_id FROM product_embeddings");
    assert.deepEqual(rows, [{ model_id: version }]);
    assert.equal((await status()).model?.products, GOODS.length + 1);
  });

  it("the same catalogue and the same seed give the same model", async () => {
    const vectors = async () =>
      (await shop.db.raw("SELECT md5(string_agg(vector, '' ORDER BY product_id)) AS sum FROM product_embeddings"))
        .rows[0].sum;
    const before = await vectors();
    await fitted();
    assert.equal(await vectors(), before);
  });

  it("it starts from what was stored, and believes it only as far as it adds up", async () => {
    const { model } = await status();
    await shop.restart();
    await until(async () => (await status()).model?.version === model?.version);
    // one vector of a wrong length and one of wrong numbers are made again from the text
    const damage = "UPDATE product_embeddings SET vector = ? WHERE product_id = ?";
    const { rows } = await shop.db.raw("SELECT vector FROM product_embeddings WHERE product_id = ?", [
      ids.get("L1") ?? 0,
    ]);
    await shop.db.raw(damage, [Buffer.alloc(7), ids.get("L1") ?? 0]);
    await shop.db.raw(damage, [Buffer.alloc(rows[0].vector.length, 0x41), ids.get("L2") ?? 0]);
    await shop.restart();
    await until(async () => {
      const kept = await shop.db.raw("SELECT vector FROM product_embeddings WHERE product_id = ?", [
        ids.get("L1") ?? 0,
      ]);
      return kept.rows[0].vector.equals(rows[0].vector);
    });
    assert.ok(skus(await near("leche")).includes("L2"));
  });

  for (const [what, damage] of [
    ["size", "UPDATE search_models SET components = substring(components FROM 5)"],
    ["checksum", "UPDATE search_models SET idf = overlay(idf PLACING '\\x00' FROM 1)"],
  ] as const)
    it(`a stored model with a wrong ${what} is fitted again, and the till goes on meanwhile`, async () => {
      const before = (await status()).model?.version ?? 0;
      await shop.db.raw(damage);
      await shop.restart();
      const browser = await shop.browser("employee");
      const found = await (await browser.get("/pos/new")).submit("#code", { code: "leche" });
      assert.match(found.text, /Leche entera/);
      await until(async () => ((await status()).model?.version ?? 0) > before);
      assert.ok(skus(await near("burbujita")).includes("B2"));
    });

  it("the manager's page shows the model, and fits it without scripts", async () => {
    const browser = await shop.browser("manager");
    const page = await browser.get("/search/state");
    assert.match(page.text, /Versión \d+, ajustada [^\n]*: 14 productos/);
    const before = (await status()).model?.version ?? 0;
    const after = await page.submit("#fit button", {});
    assert.match(after.text, /se está ajustando/);
    await until(async () => ((await status()).model?.version ?? 0) > before);
  });

  it("bad input is answered", async () => {
    const ask = (body: object) => employee.post("/api/v2/ai/search/semantic", body);
    for (const query of ["", "a", "x".repeat(10_000), "🍎🍎", "de la el", "'; DROP TABLE products; --", "%_\\"])
      assert.equal((await ask({ query })).status, 200, query.slice(0, 20));
    for (const limit of [-1, 0, 1e9, 51, "x", 1.5]) assert.equal((await ask({ query: "leche", limit })).status, 422);
    assert.equal((await ask({})).status, 422);
    assert.equal((await ask({ query: "leche", filters: { color: "red" } })).status, 422);
    assert.equal((await (await shop.api()).post("/api/v2/ai/search/semantic", { query: "leche" })).status, 401);
  });
});
