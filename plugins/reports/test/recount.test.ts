/** Days whose sums are made anew: one by one, and looked at again when that stopped halfway. */
import assert from "node:assert/strict";
import { after, before, describe, it } from "mocha";
import { runCommand } from "../../../kernel/commands.ts";
import { openShop, type Shop } from "../../../test/harness/shop.ts";
import { until } from "../../../test/harness/until.ts";
import { cash, ring, stocked } from "../../pos/test/till.ts";

const TABLES = ["report_totals", "report_taxes", "report_tenders"];

describe("sums that are made anew", () => {
  let shop: Shop;
  let day: string;

  before(async () => {
    shop = await openShop();
    const bread = await stocked(shop, { sku: "PAN", price: "1000" });
    const order = { items: [{ product_id: bread.id, quantity: "1" }], payments: cash("1000") };
    const sale = await ring(await shop.api("manager"), order);
    assert.equal(sale.status, 201, sale.text);
    day = sale.body.business_date;
    await shop.kernel.outbox.drain();
  });
  after(() => shop?.close());

  const sums = () =>
    Promise.all(
      TABLES.flatMap((table) => [table, `${table}_by_month`]).map(
        async (table) => (await shop.db.raw("SELECT to_jsonb(t)::text AS row FROM ?? t ORDER BY 1", [table])).rows,
      ),
    );

  it("days are made anew one by one: while one of them waits, the others are right", async () => {
    const before = await sums();
    const past = "2019-03-31";
    await shop.db.raw(
      "INSERT INTO report_taxes SELECT store_id, cast(? AS date), 1, kind, 7, tax_kind, currency, 1, 1, 1, 1 FROM report_taxes LIMIT 1",
      [past],
    );
    let done: Promise<unknown> | undefined;
    await shop.db.transaction(async (tx) => {
      await tx.raw("SELECT FROM report_tenders WHERE business_date = ? FOR UPDATE", [day]);
      done = runCommand({ env: shop.env, words: ["recount-reports", past, day], print: () => {} });
      // the day of long ago is done and told, though the last one waits for this transaction
      await until(async () => {
        const { rows } = await shop.db.raw("SELECT count(*) AS left FROM report_taxes WHERE business_date = ?", [past]);
        return rows[0].left === 0;
      });
    });
    await done;
    assert.deepEqual(await sums(), before);
  });

  it("a day and its month are made anew together, or neither", async () => {
    const before = await sums();
    const recount = () => runCommand({ env: shop.env, words: ["recount-reports", day, day], print: () => {} });
    await shop.db.raw("UPDATE report_totals SET total_minor = total_minor + 1");
    await shop.db.raw("UPDATE report_totals_by_month SET total_minor = total_minor + 1");
    const broken = await sums();
    await shop.db.raw(`CREATE FUNCTION power_cut() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'power cut'; END $$;
      CREATE TRIGGER power_cut BEFORE DELETE ON report_totals_by_month EXECUTE FUNCTION power_cut()`);
    await assert.rejects(recount(), /power cut/);
    await shop.db.raw("DROP FUNCTION power_cut CASCADE");
    assert.deepEqual(await sums(), broken);
    assert.equal(await recount(), 0);
    assert.deepEqual(await sums(), before);
  });
});
