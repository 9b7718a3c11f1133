/** What the tests of this plugin share: its service, products made by the API, its ledger. */
import assert from "node:assert/strict";
import type { ApiClient } from "../../../test/harness/api-client.ts";
import type { Shop } from "../../../test/harness/shop.ts";
import type { Inventory, IssueOrder, IssueResult } from "../api.ts";
import { invariants } from "../invariants.ts";

export interface ProductAnswer {
  id: number;
  sku: string;
  barcodes: string[];
  name: string;
  description: string | null;
  category: string | null;
  unit: string;
  price: string;
  tax_rate_bp: number;
  cost: string | null;
  on_hand: string;
  reorder_point: string;
  active: boolean;
  updated_at: string;
}

export interface ImportAnswer {
  created: number;
  updated: number;
  unchanged: number;
  failed: number;
  errors: { row: number; field: string; code: string; message: string }[];
}

export interface ProblemAnswer {
  code: string;
  title: string;
  errors?: { field: string; code: string; message: string }[];
}

export function inventoryOf(shop: Shop): Inventory {
  const member = shop.kernel.plugins.find(({ plugin }) => plugin.name === "inventory");
  return member?.setup?.service as Inventory;
}

export async function addProduct(
  client: ApiClient,
  facts: { sku: string } & Record<string, unknown>,
): Promise<ProductAnswer> {
  const answer = await client.post<ProductAnswer>("/api/v1/products", { name: facts.sku, price: "1000", ...facts });
  assert.equal(answer.status, 201, answer.text);
  return answer.body;
}

let keys = 0;

export function adjust(client: ApiClient, productId: number, quantity: string, reason = "received", key?: string) {
  keys += 1;
  const body = { product_id: productId, quantity, reason };
  return client.post<{ id: number; balance: string }>("/api/v1/inventory/adjustments", body, {
    key: key ?? `k${keys}`,
  });
}

export async function addStocked(
  client: ApiClient,
  facts: { sku: string } & Record<string, unknown>,
  quantity: string,
) {
  const product = await addProduct(client, facts);
  const answer = await adjust(client, product.id, quantity);
  assert.equal(answer.status, 201, answer.text);
  return product;
}

/** Takes stock out as a sale does: in one transaction, rolled back when it is short. */
export async function sell(shop: Shop, id: number, lines: IssueOrder["lines"]): Promise<IssueResult> {
  const inventory = inventoryOf(shop);
  const store = await inventory.defaultStore();
  let result: IssueResult | undefined;
  const document = { type: "sale", id, number: `V-${id}` };
  const order = { storeId: store.id, document, user: { id: 1, username: "admin" }, lines };
  await shop.kernel.db
    .transaction(async (tx) => {
      result = await inventory.issue(tx, order);
      if (!result.ok) throw new ShortError();
    })
    .catch((error) => {
      if (!(error instanceof ShortError)) throw error;
    });
  assert.ok(result);
  return result;
}

class ShortError extends Error {}

/** The rule of the ledger: on hand is the sum of the movements, and each balance is the sum up to it. */
export async function assertLedger(shop: Shop): Promise<void> {
  const { rows } = await shop.db.raw(`
    SELECT i.product_id, i.on_hand_milli, coalesce(sum(m.quantity_milli), 0)::bigint AS moved
    FROM inventory i LEFT JOIN stock_movements m USING (store_id, product_id)
    GROUP BY i.store_id, i.product_id HAVING i.on_hand_milli <> coalesce(sum(m.quantity_milli), 0)`);
  assert.deepEqual(rows, []);
  const broken = await shop.db.raw(`
    SELECT * FROM (
      SELECT product_id, id, balance_milli,
        sum(quantity_milli) OVER (PARTITION BY store_id, product_id ORDER BY id)::bigint AS running
      FROM stock_movements) AS ledger
    WHERE balance_milli <> running`);
  assert.deepEqual(broken.rows, []);
}

/** The ledger, and every invariant of the plugin, of all rows and of those since a moment. */
export async function assertSound(shop: Shop): Promise<void> {
  await assertLedger(shop);
  for (const { name, check } of invariants)
    for (const since of [undefined, new Date(0)]) assert.deepEqual(await check(shop.db, { since, limit: 9 }), [], name);
}
