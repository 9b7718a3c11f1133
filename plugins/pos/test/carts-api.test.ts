/** A program rings like a cashier: a cart of its own, scanned into, parked, resumed by somebody else, paid once. */
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { after, afterEach, before, describe, it } from "mocha";
import type { OpenApi } from "../../../kernel/openapi/document.ts";
import type { ApiClient } from "../../../test/harness/api-client.ts";
import { openShop, type Shop } from "../../../test/harness/shop.ts";
import { assertBooks, type ProblemAnswer, type SaleAnswer, stocked } from "./till.ts";

interface CartAnswer extends ProblemAnswer {
  lines: { line: number; sku: string; quantity: string; total: string }[];
  total: string;
  parked_as: string | null;
  customer_id: number | null;
}

describe("carts for programs", () => {
  let shop: Shop;
  let employee: ApiClient;
  let manager: ApiClient;
  before(async () => {
    shop = await openShop();
    [employee, manager] = [await shop.api("employee"), await shop.api("manager")];
    await stocked(shop, { sku: "PAN", name: "Pan", price: "1000" });
    await stocked(shop, { sku: "CAFE", name: "Café", price: "9000" });
  });
  after(() => shop?.close());
  afterEach(() => assertBooks(shop));

  const scan = (cart: string, body: object, client = employee) =>
    client.post<CartAnswer>(`/api/v1/carts/${cart}/items`, body);
  const call = (cart: string, what: string, body: object, client = employee, key: string = randomUUID()) =>
    client.post<SaleAnswer & ProblemAnswer>(`/api/v1/carts/${cart}/${what}`, body, { key });

  it("scanned into by code and id, changed, paid once however often it is sent", async () => {
    const cart = randomUUID();
    const first = await scan(cart, { code: "3*PAN" });
    assert.deepEqual([first.status, first.body.total], [200, "3000.00"]);
    await scan(cart, { code: "CAFE" });
    const line = first.body.lines[0]?.line ?? 0;
    const changed = await employee.patch<CartAnswer>(`/api/v1/carts/${cart}/items/${line}`, { quantity: "2" });
    assert.equal(changed.body.total, "11000.00");
    const wrong = await call(cart, "pay", { expected_total: "10999" });
    assert.deepEqual([wrong.status, wrong.body.code], [409, "TOTAL_CHANGED"]);
    const key = randomUUID();
    const answers = await Promise.all(
      Array.from({ length: 5 }, () => call(cart, "pay", { expected_total: "11000" }, employee, key)),
    );
    assert.equal(new Set(answers.map(({ body }) => body.number)).size, 1);
    const again = await call(cart, "pay", { expected_total: "11000" });
    assert.deepEqual([again.status, again.body.code], [409, "CART_PAID"]);
    assert.equal((await scan(cart, { code: "PAN" })).body.code, "CART_PAID");
  });

  it("scanned into once for each key, however often it is sent; without a key each time", async () => {
    const cart = randomUUID();
    const key = randomUUID();
    const keyed = (code: string) => employee.post<CartAnswer>(`/api/v1/carts/${cart}/items`, { code }, { key });
    const twins = await Promise.all([keyed("PAN"), keyed("PAN"), keyed("PAN")]);
    for (const one of twins) assert.deepEqual([one.status, one.body.total], [200, "1000.00"]);
    assert.deepEqual((await keyed("PAN")).body, twins[0]?.body);
    assert.equal((await keyed("CAFE")).body.code, "IDEMPOTENCY_MISMATCH");
    // what was refused is not kept
    const other = randomUUID();
    const refused = await employee.post<CartAnswer>(`/api/v1/carts/${cart}/items`, { code: "NADA" }, { key: other });
    assert.equal(refused.status >= 400, true);
    await employee.post<CartAnswer>(`/api/v1/carts/${cart}/items`, { code: "CAFE" }, { key: other });
    for (let time = 0; time < 2; time++) await scan(cart, { code: "PAN" });
    const { body } = await employee.get<CartAnswer>(`/api/v1/carts/${cart}`);
    assert.deepEqual(
      body.lines.map(({ sku, quantity }) => [sku, quantity]),
      [
        ["PAN", "3.000"],
        ["CAFE", "1.000"],
      ],
    );
    const { body: openApi } = await employee.get<OpenApi>("/api/openapi.json");
    const [, header] = openApi.paths["/api/v1/carts/{cart}/items"]?.["post"]?.parameters ?? [];
    assert.deepEqual([header?.name, header?.required], ["Idempotency-Key", false]);
  });

  it("parked under a name, resumed by somebody else at the register, given up with a reason", async () => {
    const cart = randomUUID();
    await scan(cart, { code: "PAN" });
    assert.equal((await call(cart, "park", { name: "La señora de verde" })).status, 204);
    const waiting = await manager.get<{ data: { id: string; name: string }[] }>("/api/v1/parked-sales");
    assert.deepEqual(
      waiting.body.data.map(({ id }) => id),
      [cart],
    );
    assert.equal((await manager.get(`/api/v1/carts/${cart}`)).status, 404, "it is not the manager's yet");
    assert.equal((await call(cart, "resume", {}, manager)).status, 204);
    assert.equal((await call(cart, "resume", {}, employee)).body.code, "PARKED_GONE");
    const sale = await call(
      cart,
      "pay",
      { expected_total: "1000", payments: [{ method: "cash", amount: "2000" }] },
      manager,
    );
    assert.deepEqual([sale.status, sale.body.change], [201, "1000.00"]);
    const other = randomUUID();
    await scan(other, { product_id: 1 });
    await call(other, "park", { name: "Otra" });
    assert.equal((await call(other, "discard", {})).status, 422);
    assert.equal((await call(other, "discard", { reason: "se fue" })).status, 204);
  });

  it("a customer before the first product; unknown codes, ids and customers are told", async () => {
    const made = await manager.post<{ id: number }>("/api/v1/customers", { name: "Ana" }, { key: randomUUID() });
    const cart = randomUUID();
    const chosen = await employee.put<CartAnswer>(`/api/v1/carts/${cart}/customer`, { customer_id: made.body.id });
    assert.deepEqual([chosen.status, chosen.body.customer_id], [200, made.body.id]);
    assert.equal((await scan(cart, { code: "zzzqqq" })).body.code, "CODE_UNKNOWN");
    assert.equal((await scan(cart, { product_id: 999 })).status, 404);
    assert.equal((await scan(cart, {})).status, 422);
    assert.equal((await employee.put(`/api/v1/carts/${cart}/customer`, { customer_id: 999 })).status, 404);
    const none = await employee.put<CartAnswer>(`/api/v1/carts/${cart}/customer`, { customer_id: null });
    assert.equal(none.body.customer_id, null);
  });
});
