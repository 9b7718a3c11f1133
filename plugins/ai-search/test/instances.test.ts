/** Jobs that meet, on one instance or on several. */
import assert from "node:assert/strict";
import { after, before, describe, it } from "mocha";
import { openShop, type Shop } from "../../../test/harness/shop.ts";
import { until } from "../../../test/harness/until.ts";
import { replaceSome, replaceTogether } from "../queries/together.ts";
import { type Good, stock } from "./corner-shop.ts";

const GOODS: Good[] = [
  ["B1", "Galletas Ducales", "Despensa", "4000"],
  ["B2", "Galletas Saltín", "Despensa", "4000"],
];

describe("jobs of the search that meet", () => {
  let shop: Shop;
  let ids: Map<string, number>;

  before(async () => {
    shop = await openShop();
    ids = await stock(await shop.api("manager"), GOODS);
  });
  after(() => shop?.close());

  it("what goes together is counted by the night and by the minute at once", async () => {
    const [productId = 0, otherId = 0] = ids.values();
    const pairs = [{ productId, otherId, together: 2, sales: 3, score: 0.5 }];
    let told = () => {};
    const written = new Promise<void>((resolve) => {
      told = resolve;
    });
    let night: Promise<void> | undefined;
    await shop.kernel.db.transaction(async (tx) => {
      await replaceSome(tx, [productId], pairs, []);
      night = shop.kernel.db.transaction((other) => {
        told();
        return replaceTogether(other, pairs, []);
      });
      await written;
      await until(async () => {
        const { rows } = await shop.db.raw(
          "SELECT count(*)::int AS n FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'",
        );
        return rows[0].n > 0;
      });
    });
    await night;
    const { rows } = await shop.db.raw("SELECT product_id, other_id, together FROM bought_together");
    assert.deepEqual(rows, [{ product_id: productId, other_id: otherId, together: 2 }]);
  });
});
