/** What is far down among many results is found all the same when one asks for it by category, stock or price. */
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { after, before, describe, it } from "mocha";
import type { ApiClient } from "../../../test/harness/api-client.ts";
import { openShop, type Shop } from "../../../test/harness/shop.ts";
import { findable } from "./corner-shop.ts";

interface Answer {
  results: { sku: string }[];
  total_found: number;
}

/** more than are looked at one by one */
const MANY = 2050;

describe("a word that many products have", () => {
  let shop: Shop;
  let manager: ApiClient;

  before(async () => {
    shop = await openShop();
    manager = await shop.api("manager");
    const rows = Array.from({ length: MANY }, (_, at) => `G${at};Galleta ${at};Despensa;4000;goods`);
    rows.push("LAST;Caja surtida de regalo con galleta y dulces;Regalos;900;goods");
    const list = `codigo;nombre;categoria;precio;tipo\n${rows.join("\n")}\n`;
    const made = await manager.post("/api/v1/products/import", list, { type: "text/csv" });
    assert.equal(made.status, 202, made.text);
    await findable(manager, "surtida", "LAST");
    const { body } = await manager.get<{ id: number }>("/api/v1/products/by-code/LAST");
    const received = { product_id: body.id, quantity: "5", reason: "received" };
    await manager.post("/api/v1/inventory/adjustments", received, { key: randomUUID() });
  });
  after(() => shop?.close());

  const found = ({ body }: { body: Answer }) => [body.results.map(({ sku }) => sku), body.total_found];

  it("the last of them is found by its category, its stock and its price, and all are counted", async () => {
    for (const [filter, filters] of [
      ["category=regalos", { category: "regalos" }],
      ["in_stock=true", { in_stock: true }],
      ["max_price=1000", { max_price: "1000" }],
    ] as const) {
      const words = await manager.get<Answer>(`/api/v2/ai/search/hybrid?q=galleta&${filter}`);
      assert.deepEqual(found(words), [["LAST"], 1], filter);
      const meaning = await manager.post<Answer>("/api/v2/ai/search/semantic", { query: "galleta", filters });
      assert.deepEqual(found(meaning), [["LAST"], 1], filter);
    }
    const others = [
      ["", MANY + 1],
      ["&category=Despensa", MANY],
      ["&min_price=2000", MANY],
    ] as const;
    for (const [filter, total] of others) {
      const { body } = await manager.get<Answer>(`/api/v2/ai/search/hybrid?q=galleta&limit=3${filter}`);
      assert.deepEqual([body.results.length, body.total_found], [3, total], filter);
    }
  });

  it("a code of another category is not among the results", async () => {
    const of = (category: string) =>
      manager.get<Answer>(`/api/v2/ai/search/hybrid?q=LAST&category=${category}`).then(found);
    assert.deepEqual(await of("Despensa"), [[], 0]);
    assert.deepEqual(await of("Regalos"), [["LAST"], 1]);
  });
});
