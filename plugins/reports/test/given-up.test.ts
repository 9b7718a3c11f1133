/** A replica that gives a report's transaction up: the report is read once more, and a fault of the statement is told. */
import assert from "node:assert/strict";
import type { Knex } from "knex";
import { after, before, describe, it } from "mocha";
import { openShop, type Shop } from "../../../test/harness/shop.ts";
import { cash, ring, stocked } from "../../pos/test/till.ts";
import { REPORTS } from "../catalogue/index.ts";
import { linesOf } from "../queries/run.ts";

describe("a report whose transaction is given up", () => {
  let shop: Shop;
  before(async () => {
    shop = await openShop();
    const { id } = await stocked(shop, { sku: "PAN", price: "1000" });
    const items = [{ product_id: id, quantity: "1" }];
    assert.equal((await ring(await shop.api("employee"), { items, payments: cash("1000") })).status, 201);
    await shop.kernel.outbox.drain();
  });
  after(() => shop?.close());

  function read(code: string) {
    const report = REPORTS.find(({ name }) => name === "sales-by-product");
    assert.ok(report);
    const givesUp = async () => Promise.reject(Object.assign(new Error("given up"), { code }));
    const db = new Proxy(shop.db, { get: (of, key) => (key === "transaction" ? givesUp : Reflect.get(of, key)) });
    const today = new Date().toISOString().slice(0, 10);
    const range = { from: "2000-01-01", to: "2299-12-31" };
    const place = { storeIds: [1], currency: "COP", timeZone: "America/Bogota", cutoff: 0 };
    const asked = { range, before: undefined, today, blind: false, ...place };
    return linesOf(db as Knex, report, asked, { offset: 0, limit: 10 });
  }

  it("is read once more where the replica is at fault, and not where the statement is", async () => {
    assert.deepEqual(
      (await read("40001")).lines.map(({ values }) => values["sku"]),
      ["PAN"],
    );
    await assert.rejects(read("42601"), /given up/);
  });
});
