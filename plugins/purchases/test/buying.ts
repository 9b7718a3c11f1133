/** What the tests of buying share. */
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import type { ApiClient } from "../../../test/harness/api-client.ts";
import type { Shop } from "../../../test/harness/shop.ts";
import { invariants } from "../invariants.ts";

export interface Answer {
  id: number;
  number: string;
  sku: string;
  status: string;
  code: string;
  total: string;
  note: string | null;
  order_id: number | null;
  lines: {
    line: number;
    sku: string;
    quantity: string;
    received: string;
    cost: string;
    unit_cost: string;
    total: string;
    over: string;
    discount_bp: number;
    lots: { lot_id: number; code: string; expires_on: string | null; quantity: string }[];
  }[];
  warnings: { code: string; message: string }[];
  errors?: { field: string; code: string; message: string }[];
  data: Answer[];
  unit_cost: string;
  on_hand: string;
  average_cost: string;
}

export function buyer(client: ApiClient) {
  const post = (path: string, body: object = {}, key = randomUUID()) => client.post<Answer>(path, body, { key });
  const made = async (path: string, body: object): Promise<Answer> => {
    const answer = await post(path, body);
    assert.equal(answer.status, 201, answer.text);
    return answer.body;
  };
  return {
    post,
    supplier: (name: string, facts: object = {}) => made("/api/v1/suppliers", { name, ...facts }),
    product: (sku: string, facts: object = {}) =>
      made("/api/v1/products", { sku, name: `Producto ${sku}`, price: "1000", ...facts }),
    order: (supplier: Answer, lines: object[]) => made("/api/v1/purchases/orders", { supplier_id: supplier.id, lines }),
    async sent(supplier: Answer, lines: object[]): Promise<Answer> {
      const order = await made("/api/v1/purchases/orders", { supplier_id: supplier.id, lines });
      const answer = await post(`/api/v1/purchases/orders/${order.id}/send`);
      assert.equal(answer.body.status, "sent", answer.text);
      return answer.body;
    },
    read: async (path: string) => (await client.get<Answer>(path)).body,
  };
}

export async function assertEven(shop: Shop): Promise<void> {
  for (const { name, check } of invariants)
    assert.deepEqual(await check(shop.db, { since: undefined, limit: 10 }), [], name);
  const { rows } = await shop.db.raw(`
    SELECT i.product_id FROM inventory i LEFT JOIN stock_movements m USING (store_id, product_id)
    GROUP BY i.store_id, i.product_id HAVING i.on_hand_milli <> coalesce(sum(m.quantity_milli), 0)`);
  assert.deepEqual(rows, []);
}
