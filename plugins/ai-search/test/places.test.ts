/** Prices and shelves are those of the store that one asks about and works in; what always is there; codes by how they end. */
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { after, before, describe, it } from "mocha";
import type { ApiClient } from "../../../test/harness/api-client.ts";
import { openShop, people, type Shop } from "../../../test/harness/shop.ts";
import { findable, type Good, stock } from "./corner-shop.ts";

interface Found {
  sku: string;
  price: string | null;
  currency: string;
  on_hand: string;
  why: string;
}
interface Answer {
  code?: string;
  results: Found[];
  recommendations: Found[];
  total_found: number;
}

const GOODS: Good[] = [
  ["PAN", "Pan tajado blanco", "Panadería", "8900"],
  ["PANI", "Pan tajado integral", "Panadería", "9900"],
  ["CAFE", "Café molido", "Despensa", "17900"],
];

describe("searching in a shop with several stores", () => {
  let shop: Shop;
  let admin: ApiClient;
  let cashier: ApiClient;
  let ids: Map<string, number>;
  let north: number;

  const put = async (sku: string, quantity: string, store_id?: number) => {
    const received = { product_id: ids.get(sku), quantity, reason: "received", ...(store_id ? { store_id } : {}) };
    const answer = await admin.post("/api/v1/inventory/adjustments", received, { key: randomUUID() });
    assert.equal(answer.status, 201, answer.text);
  };
  const hybrid = (client: ApiClient, query: string) => client.get<Answer>(`/api/v2/ai/search/hybrid?${query}`);
  const told = ({ body }: { body: Answer }) =>
    body.results.map(({ sku, price, currency, on_hand }) => [sku, price, currency, on_hand]);

  before(async () => {
    shop = await openShop();
    admin = await shop.api("admin");
    ids = await stock(admin, GOODS);
    const store = await admin.post<{ id: number }>(
      "/api/v1/stores",
      { name: "Norte", currency: "JPY" },
      { key: randomUUID() },
    );
    assert.equal(store.status, 201, store.text);
    north = store.body.id;
    await put("PAN", "7", north);
    await put("PANI", "3", north);
    cashier = await shop.api("employee");
    const { rows } = await shop.db.raw("SELECT id FROM users WHERE username = ?", [people.employee.username]);
    const works = await admin.put(`/api/v1/users/${rows[0].id}/stores`, { store_ids: [north] });
    assert.ok(works.status < 300, works.text);
  });
  after(() => shop?.close());

  it("who works in one store sees its shelves, and no other store's", async () => {
    assert.deepEqual(told(await hybrid(cashier, "q=blanco")), [["PAN", null, "JPY", "7.000"]]);
    assert.deepEqual(told(await hybrid(admin, "q=blanco")), [["PAN", "8900.00", "COP", "50.000"]]);
    assert.deepEqual(told(await hybrid(admin, `q=blanco&store_id=${north}`)), [["PAN", null, "JPY", "7.000"]]);
    assert.deepEqual(told(await hybrid(cashier, `q=molido&store_id=${north}&in_stock=true`)), []);
    const of = ids.get("PAN");
    for (const refused of [
      await hybrid(cashier, "q=pan&store_id=1"),
      await cashier.post<Answer>("/api/v2/ai/search/semantic", { query: "pan", store_id: 1 }),
      await cashier.get<Answer>(`/api/v2/ai/products/${of}/recommendations?store_id=1`),
      await cashier.post<Answer>("/api/v2/ai/recommendations/basket", { product_ids: [of], store_id: 1 }),
    ])
      assert.deepEqual([refused.status, refused.body.code], [403, "STORE_NOT_YOURS"]);
    for (const wrong of ["0", "-1", "x", "1e9", "99999999999999999999"])
      assert.ok([403, 422].includes((await hybrid(cashier, `q=pan&store_id=${wrong}`)).status), wrong);
    const page = await (await shop.browser("employee")).get("/search?q=blanco");
    assert.match(page.text, /sin precio aquí.*7 un/s);
    assert.equal(page.root.querySelector("#store_id"), null, "there is nothing to choose");
    assert.equal((await (await shop.browser("employee")).get("/search?q=blanco&store_id=1")).status, 403);
  });

  it("who works in several chooses on the page, without JavaScript", async () => {
    const browser = await shop.browser("admin");
    const here = await (await browser.get("/search")).submit("#search", { q: "blanco" });
    assert.match(here.text, /50 un/);
    const there = await here.submit("#search", { store_id: String(north) });
    assert.match(there.text, /7 un/);
    assert.equal(there.root.querySelector("#store_id option[selected]")?.getAttribute("value"), String(north));
  });

  it("without a price in the store's money nothing is recommended, nor found by a price; with one it is, in that money", async () => {
    const recommended = async (path: string) =>
      (await cashier.get<Answer>(`/api/v2/ai/products/${ids.get("PAN")}/recommendations?${path}`)).body.recommendations;
    assert.deepEqual(await recommended("algorithm=content_based"), []);
    assert.deepEqual(told(await hybrid(cashier, "q=tajado&min_price=1")), []);
    const list = await admin.post<{ id: number }>(
      "/api/v1/price-lists",
      { name: "Yenes", currency: "JPY" },
      { key: randomUUID() },
    );
    assert.equal(list.status, 201, list.text);
    await admin.patch(`/api/v1/price-lists/${list.body.id}`, { store_ids: [north] });
    const prices = ["PAN", "PANI"].map((sku, at) => ({ product_id: ids.get(sku), price: String(120 + at) }));
    const priced = await admin.put(`/api/v1/price-lists/${list.body.id}/prices`, { prices });
    assert.ok(priced.status < 300, priced.text);
    assert.deepEqual(
      (await recommended("algorithm=content_based")).map(({ sku, price }) => [sku, price]),
      [["PANI", "121"]],
    );
    for (const [filter, found] of [
      ["min_price=121", ["PANI"]],
      ["max_price=120", ["PAN"]],
      ["min_price=100&max_price=130", ["PAN", "PANI"]],
    ] as const)
      assert.deepEqual(
        told(await hybrid(cashier, `q=tajado&${filter}`)).map(([sku]) => sku),
        found,
        filter,
      );
    assert.equal((await hybrid(cashier, "q=tajado&min_price=1.50")).status, 422, "yen have no decimals");
    const meant = { query: "tajado", filters: { max_price: "120" } };
    assert.deepEqual(told(await cashier.post<Answer>("/api/v2/ai/search/semantic", meant)), [
      ["PAN", "120", "JPY", "7.000"],
    ]);
  });

  it("amounts are read in the money of the store that is asked about, also where the usual store's has fewer decimals", async () => {
    const dinars = { name: "Golfo", currency: "KWD" };
    const { body } = await admin.post<{ id: number }>("/api/v1/stores", dinars, { key: randomUUID() });
    const asked = await hybrid(admin, `q=tajado&min_price=0.125&store_id=${body.id}`);
    assert.equal(asked.status, 200, asked.text);
    assert.equal((await hybrid(admin, "q=tajado&min_price=0.125")).status, 422, "pesos have two");
    assert.equal((await hybrid(admin, `q=tajado&min_price=0.1255&store_id=${body.id}`)).status, 422, "dinars three");
  });

  it("a service is always there: in stock, and recommended", async () => {
    const facts = {
      sku: "TAJAR",
      name: "Servicio de pan tajado en casa",
      category: "Panadería",
      price: "1000",
      kind: "service",
    };
    const made = await admin.post<{ id: number }>("/api/v1/products", facts);
    assert.equal(made.status, 201, made.text);
    ids.set("TAJAR", made.body.id);
    await findable(admin, "casa", "TAJAR");
    assert.deepEqual(
      told(await hybrid(admin, "q=casa&in_stock=true")).map(([sku]) => sku),
      ["TAJAR"],
    );
    const path = `/api/v2/ai/products/${ids.get("PAN")}/recommendations?algorithm=content_based&limit=9`;
    const { recommendations } = (await admin.get<Answer>(path)).body;
    assert.ok(recommendations.some(({ sku }) => sku === "TAJAR"));
    const page = await (await shop.browser("admin")).get("/search?q=casa");
    assert.doesNotMatch(page.root.querySelector("tbody")?.text ?? "", /\b0 un/);
  });
});
