/** Goods that are counted in parts while some of them are sold: nobody knows out of which part. */
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { after, afterEach, before, describe, it } from "mocha";
import type { ApiClient } from "../../../test/harness/api-client.ts";
import { openShop, type Shop } from "../../../test/harness/shop.ts";
import { addStocked, assertSound, type ProblemAnswer, sell } from "./shelf.ts";

interface Line {
  expected: string;
  difference: string;
  count_again: boolean;
}

describe("counts in parts", () => {
  let shop: Shop;
  let manager: ApiClient;
  let employee: ApiClient;
  before(async () => {
    shop = await openShop();
    manager = await shop.api("manager");
    employee = await shop.api("employee");
  });
  after(() => shop?.close());
  afterEach(() => assertSound(shop));

  /** Of a product that alone is of its category. */
  const started = async (sku: string, stock: string) => {
    const product = await addStocked(manager, { sku, name: sku, category: sku }, stock);
    const { body } = await manager.get<{ data: { id: number; name: string }[] }>("/api/v1/categories");
    const category_id = body.data.find(({ name }) => name === sku)?.id;
    const count = await manager.post<{ id: number }>("/api/v1/counts", { category_id }, { key: randomUUID() });
    assert.equal(count.status, 201, count.text);
    return { product, count: count.body.id };
  };
  const enter = (count: number, productId: number, quantity: string) =>
    employee.post<{ data: { counted: string; count_again: boolean }[] }>(
      `/api/v1/counts/${count}/entries`,
      { lines: [{ product_id: productId, quantity }] },
      { key: randomUUID() },
    );
  const post = (count: number) =>
    manager.post<ProblemAnswer>(`/api/v1/counts/${count}/post`, {}, { key: randomUUID() });
  const onHand = async (id: number) => (await manager.get<{ on_hand: string }>(`/api/v1/products/${id}`)).body.on_hand;

  it("two piles, and three sold from the first before the second is counted: nothing is booked that nobody has", async () => {
    const { product, count } = await started("PILAS", "20");
    const front = await enter(count, product.id, "8");
    assert.equal(front.body.data[0]?.count_again, false);
    await sell(shop, 400, [{ productId: product.id, quantityMilli: 3000 }]);
    const counter = await shop.browser("employee");
    const told = await (await counter.get(`/counts/${count}`)).submit("#count-entry", {
      code: "PILAS",
      quantity: "12",
    });
    assert.match(told.text, /Hay que contarlo de nuevo, todo junto/);
    const refused = await post(count);
    assert.deepEqual([refused.status, refused.body.code], [409, "COUNT_AGAIN"], refused.text);
    assert.match(refused.body.title, /PILAS/);
    assert.equal(await onHand(product.id), "17.000");
    const boss = await shop.browser("manager");
    const review = await boss.get(`/counts/${count}/review`);
    assert.match(review.text, /PILAS PILAS contar de nuevo 17 20 \+3/);
    const unposted = await review.submit("#count-post");
    assert.match(unposted.text, /Cuéntelos de nuevo, cada uno completo/);
    await unposted.submit("#count-recount");
    assert.equal((await enter(count, product.id, "17")).body.data[0]?.count_again, false);
    assert.equal((await post(count)).status, 200);
    assert.equal(await onHand(product.id), "17.000");
  });

  it("also when the books say the same again, or as much as was counted; counters at once see what was sold before them", async () => {
    const { product, count } = await started("VUELVE", "20");
    await enter(count, product.id, "8");
    await sell(shop, 410, [{ productId: product.id, quantityMilli: 3000 }]);
    await manager.post(
      "/api/v1/inventory/adjustments",
      { product_id: product.id, quantity: "3", reason: "received" },
      { key: randomUUID() },
    );
    const counters = Array.from({ length: 12 }, () => enter(count, product.id, "1"));
    for (const { body } of await Promise.all(counters)) assert.equal(body.data[0]?.count_again, true);
    const shown = await manager.get<{ data: Line[] }>(`/api/v1/counts/${count}/lines?show=differences`);
    const [line] = shown.body.data;
    assert.deepEqual([line?.expected, line?.difference, line?.count_again], ["20.000", "0.000", true]);
    assert.equal((await post(count)).body.code, "COUNT_AGAIN");
    const again = await manager.post<{ lines: number }>(`/api/v1/counts/${count}/recount`, {}, { key: randomUUID() });
    assert.equal(again.body.lines, 1, again.text);
    await enter(count, product.id, "20");
    assert.equal((await post(count)).status, 200);
  });
});
