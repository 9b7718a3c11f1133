/** What pgbench is given beside a sale: no more and no less than the program sends, as one transaction. */
import assert from "node:assert/strict";
import { after, before, describe, it } from "mocha";
import type { Shop } from "../harness/shop.ts";
import { stockUp } from "./goods.ts";
import { openLogging } from "./open.ts";
import { openRegisters, PART, salesOf } from "./registers.ts";
import { bearer, scriptOf } from "./sale.ts";

describe("the statements that pgbench runs beside a sale", () => {
  let shop: Shop;
  before(async () => {
    shop = await openLogging({ alone: true });
    await stockUp(shop.db, 5 * PART);
    await openRegisters(shop.db);
  });
  after(() => shop.close());

  it("are one transaction: COMMIT stands behind all that the sale writes", async () => {
    const script = await scriptOf(shop, await bearer(shop), salesOf());
    const statements = script.split("\n").filter((line) => !/^\\set /.test(line));
    const text = statements.join("\n");
    assert.match(text, /^BEGIN;/);
    assert.match(text, /COMMIT;\s*$/);
    assert.equal(text.match(/\b(BEGIN|COMMIT);/g)?.length, 2);
    for (const written of ["idempotency_keys", "number_ranges", "stock_movements", "sale_items", "payments", "outbox"])
      assert.ok(text.includes(written), `${written} is written by a sale`);
    // drawn anew each time
    for (const value of [":key", ":register", ":p1", ":p5", ":id"]) assert.ok(text.includes(value), value);
  });
});
