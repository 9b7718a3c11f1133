/** A sale that stands in line as long as a statement may: its till is told to try again, and the same key rings it once. */
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { after, before, describe, it } from "mocha";
import { openShop, type Shop } from "../../../test/harness/shop.ts";
import { until } from "../../../test/harness/until.ts";
import { assertBooks, cash, type Goods, onHand, payment, ring, rung, stocked } from "./till.ts";

describe("a sale whose goods somebody else holds for too long", () => {
  let shop: Shop;
  let goods: Goods;
  before(async () => {
    shop = await openShop();
    goods = await stocked(shop, { sku: "PAN", stock: "10" });
  });
  after(() => shop?.close());

  /** Somebody holds the shelf until `sell` stands in line, and the server ends its waiting as it does after thirty seconds. */
  async function heldUp<T>(sell: () => Promise<T>): Promise<T> {
    let sold: Promise<T> | undefined;
    await shop.kernel.db.primary.transaction(async (tx) => {
      await tx.raw("SELECT FROM inventory WHERE product_id = ? FOR UPDATE", [goods.id]);
      sold = sell();
      await until(async () => {
        const { rows } = await shop.db.raw(
          `SELECT pg_cancel_backend(pid) FROM pg_stat_activity
           WHERE datname = current_database() AND wait_event_type = 'Lock' AND pg_backend_pid() <> pid`,
        );
        return rows.length > 0;
      });
      await sold;
    });
    assert.ok(sold);
    return sold;
  }

  it("a program is told 503 and when to come again; its key rings the sale then, once", async () => {
    const till = await shop.api("employee");
    const [sale, key] = [{ items: [{ product_id: goods.id, quantity: "1" }], payments: cash("1000") }, randomUUID()];
    const refused = await heldUp(() => ring(till, sale, key));
    assert.equal(refused.status, 503, refused.text);
    assert.equal(refused.body.code, "DATABASE_BUSY");
    assert.equal(refused.headers.get("retry-after"), "5");
    assert.equal(await onHand(shop, goods), "10.000");
    for (const status of [201, 200]) assert.equal((await ring(till, sale, key)).status, status);
    assert.equal(await onHand(shop, goods), "9.000");
    await assertBooks(shop);
  });

  it("a cashier reads it in the page's language, and the cart is as it was", async () => {
    const cashier = await shop.browser("employee");
    const page = await rung(cashier, "PAN");
    const { path, fields } = payment(page);
    const refused = await heldUp(() => cashier.post(path, fields));
    assert.equal(refused.status, 503);
    assert.match(
      refused.text,
      /La base de datos está ocupada y no respondió a tiempo\. Espere un momento e intente de nuevo\./,
    );
    const paid = await cashier.post(path, fields);
    assert.match(paid.url, /\/receipt$/);
    assert.equal(await onHand(shop, goods), "8.000");
    await assertBooks(shop);
  });
});
