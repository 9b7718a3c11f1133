/** Days before the first sale of those that are looked at: without a sale of what had sold before, and none at all of what is new. */
import assert from "node:assert/strict";
import { after, before, describe, it } from "mocha";
import type { ApiClient } from "../../../test/harness/api-client.ts";
import { openShop, type Shop } from "../../../test/harness/shop.ts";
import type { Finding } from "./saying.ts";

describe("slow movers that the agents look at", () => {
  let shop: Shop;
  let admin: ApiClient;
  const goods = new Map<string, number>();

  before(async () => {
    shop = await openShop();
    admin = await shop.api("admin");
    for (const sku of ["NUEVO", "LENTO"]) {
      const made = await admin.post<{ id: number }>("/api/v1/products", { sku, name: sku, price: "1000" });
      goods.set(sku, made.body.id);
      // each week for eleven weeks two or four, which repeating the last week misses by two
      const sold = Array.from({ length: 11 }, (_, week) => [7 * week + 3, week % 2 === 0 ? 2000 : 4000] as const);
      await sell(made.body.id, sku === "LENTO" ? [...sold, [250, 1000]] : sold);
    }
  });
  after(() => shop?.close());

  /** As the ledger of stock has it; nothing is left. */
  async function sell(id: number, sold: readonly (readonly [ago: number, milli: number])[]): Promise<void> {
    await shop.db.raw(
      `WITH shelf AS (INSERT INTO inventory (store_id, product_id) VALUES (1, :id) ON CONFLICT DO NOTHING)
       INSERT INTO stock_movements (store_id, product_id, reason, quantity_milli, balance_milli, cost_minor, document_type, document_id,
         document_number, user_id, user_name, created_at)
       SELECT 1, :id, 'sale', -milli, 0, 60000, 'sale', 1, 'x', 1, 'x', now() - make_interval(days => ago)
       FROM unnest(:ago::int[], :milli::bigint[]) AS s (ago, milli)`,
      { id, ago: sold.map(([ago]) => ago), milli: sold.map(([, milli]) => milli) },
    );
  }

  it("eleven weeks are too few of what is new, and the end of half a year of what had sold before", async () => {
    await shop.kernel.jobs.runNow("agents", "shelves-agents");
    const { body } = await admin.get<{ data: Finding[] }>("/api/v1/agents/findings?agent=stock");
    assert.deepEqual(
      body.data.map(({ subject }) => subject),
      [`product:${goods.get("LENTO")}`],
    );
  });
});
