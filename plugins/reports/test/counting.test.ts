/** Every sale, return and void is in the sums once, whatever happens; whoever changes a sum is found out. */
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { after, before, describe, it } from "mocha";
import type { Logger } from "pino";
import { systemClock } from "../../../kernel/clock.ts";
import { runCommand } from "../../../kernel/commands.ts";
import { createMetrics } from "../../../kernel/metrics.ts";
import type { ApiClient } from "../../../test/harness/api-client.ts";
import { openShop, type Shop } from "../../../test/harness/shop.ts";
import { tamper } from "../../../test/harness/tamper.ts";
import { until } from "../../../test/harness/until.ts";
import { cash, type Goods, ring, type SaleAnswer, stocked } from "../../pos/test/till.ts";
import { createCounting } from "../counting.ts";
import * as months from "../migrations/0005_months.ts";
import * as totals from "../migrations/0006_totals.ts";
import { report, wrong } from "./figures.ts";

const WRONG = "not what its documents add up to";
const WRONG_MONTH = "not what its days add up to";
const MEASURES: Record<string, string> = {
  report_totals: "total_minor",
  report_hours: "total_minor",
  report_products: "total_minor",
  report_goods: "sold_milli",
  report_taxes: "total_minor",
  report_tenders: "amount_minor",
  report_customers: "total_minor",
};
const TABLES = Object.keys(MEASURES);
const byMonth = (table: string) => `${table}_by_month`;
const ALL = [...TABLES, ...TABLES.map(byMonth)];

describe("the sums of reports", () => {
  let shop: Shop;
  let manager: ApiClient;
  let bread: Goods;
  let milk: Goods;
  const posted: SaleAnswer[] = [];

  before(async () => {
    shop = await openShop();
    manager = await shop.api("manager");
    bread = await stocked(shop, { sku: "PAN", name: "Pan", price: "1000", cost: "600", stock: "1000" });
    milk = await stocked(shop, { sku: "LECHE", name: "Leche", price: "3333", tax_rate_bp: 500, stock: "1000" });
    await sell([{ product_id: bread.id, quantity: "3" }]);
    const sale = await sell([
      { product_id: bread.id, quantity: "2", discount: "100", discount_reason: "golpeado" },
      { product_id: milk.id, quantity: "1.5" },
    ]);
    await back(sale.id, "returns", { lines: [{ line: 2, quantity: "0.5" }], reason: "agria" });
    await back((await sell([{ product_id: milk.id, quantity: "1" }], await shop.api("employee"))).id, "void", {
      reason: "mal marcada",
    });
    const card = [{ method: "card", amount: "500", reference: "A1" }, ...cash("10000")];
    await sell([{ product_id: bread.id, quantity: "7" }], manager, card);
  });
  after(() => shop?.close());

  async function sell(items: object[], client = manager, payments: object[] = cash("100000")): Promise<SaleAnswer> {
    const answer = await ring(client, { items, payments });
    assert.equal(answer.status, 201, answer.text);
    posted.push(answer.body);
    return answer.body;
  }
  async function back(id: number, how: "returns" | "void", body: object) {
    const answer = await manager.post<SaleAnswer>(`/api/v1/sales/${id}/${how}`, body, { key: randomUUID() });
    assert.equal(answer.status, 201, answer.text);
    posted.push(answer.body);
  }
  const sums = async () => Promise.all(ALL.map((table) => rowsOf(table)));
  const rowsOf = async (table: string) =>
    (await shop.db.raw("SELECT to_jsonb(t)::text AS row FROM ?? t ORDER BY 1", [table])).rows;

  const total = (member: "total" | "tax" | "subtotal" | "rounding") =>
    posted.reduce((sum, one) => sum + Number(one[member]), 0).toFixed(2);

  it("are those of the documents in every report, and one another's", async () => {
    const byDay = (await report(shop, manager, "sales-by-day")).totals;
    assert.deepEqual(
      [byDay["total"], byDay["tax"], byDay["net"], byDay["rounding"], byDay["sales"]],
      [total("total"), total("tax"), total("subtotal"), total("rounding"), 4],
    );
    assert.deepEqual([byDay["returns"], byDay["voids"]], [1, 1], "one came back, another one never was");
    const page = await (await shop.browser("manager")).get("/reports/sales-by-product");
    assert.match(page.text, /Devuelto o anulado/);
    for (const name of ["hour", "weekday", "cashier", "register", "store"])
      assert.deepEqual((await report(shop, manager, `sales-by-${name}`)).totals, byDay, name);
    for (const name of ["product", "category", "tax"]) {
      const { totals } = await report(shop, manager, `sales-by-${name}`);
      assert.deepEqual([totals["net"], totals["tax"]], [byDay["net"], byDay["tax"]], name);
      assert.equal((Number(totals["total"]) + Number(byDay["rounding"])).toFixed(2), byDay["total"], name);
    }
    for (const name of ["customer", "tender"])
      assert.equal((await report(shop, manager, `sales-by-${name}`)).totals["total"], byDay["total"], name);
    assert.deepEqual(await wrong(shop), []);
    assert.deepEqual(await wrong(shop, new Date(0)), []);
  });

  it("an event that comes twice is counted once", async () => {
    const before = await sums();
    const { rowCount } = await shop.db.raw(
      "UPDATE outbox_deliveries SET done_at = NULL, next_attempt_at = now() WHERE handler LIKE 'reports/%'",
    );
    assert.equal(rowCount, posted.length);
    await shop.kernel.outbox.drain();
    assert.deepEqual(await sums(), before);
  });

  it("an event that comes when its mark was folded into the one of the past is counted once", async () => {
    const before = await sums();
    await shop.db.raw("UPDATE report_progress SET counted_to = (SELECT max(id) FROM sales)");
    await shop.db.raw("DELETE FROM report_counted");
    await shop.db.raw(
      "UPDATE outbox_deliveries SET done_at = NULL, next_attempt_at = now() WHERE handler LIKE 'reports/%'",
    );
    await shop.kernel.outbox.drain();
    assert.deepEqual(await sums(), before);
    assert.deepEqual(await wrong(shop), []);
  });

  it("whoever changes or removes a sum is found out by day and by night, and the command makes it right", async () => {
    const before = await sums();
    const day = posted[0]?.business_date ?? "";
    const told = async (table: string, change: string, where = `on ${day}: ${WRONG}`) => {
      await shop.db.raw(change);
      for (const scope of ["recent", "whole"] as const) {
        const lines: string[] = [];
        await shop.kernel.invariants.check(scope, (line) => lines.push(line));
        const found = lines.filter((line) => line === `report_sums: ${table} of store 1 ${where}`);
        assert.equal(found.length, 1, `${table} ${scope}: ${lines}`);
      }
    };
    // months first: their days are right still
    const ofMonth = `in ${day.slice(0, 7)}: ${WRONG_MONTH}`;
    for (const [table, measure] of Object.entries(MEASURES))
      await told(byMonth(table), `UPDATE ${byMonth(table)} SET ${measure} = ${measure} + 1`, ofMonth);
    for (const table of TABLES) await told(byMonth(table), `DELETE FROM ${byMonth(table)}`, ofMonth);
    for (const [table, measure] of Object.entries(MEASURES))
      await told(table, `UPDATE ${table} SET ${measure} = ${measure} + 1`);
    for (const table of TABLES) await told(table, `DELETE FROM ${table}`);
    const said: string[] = [];
    const words = ["recount-reports", day, day];
    assert.equal(await runCommand({ env: shop.env, words, print: (line) => said.push(line) }), 0, said.join());
    assert.deepEqual(await sums(), before);
    assert.deepEqual(await wrong(shop), []);
  });

  it("the nightly comparison tells what differs as a broken invariant and makes it right, whenever it was", async () => {
    const before = await sums();
    const lines: string[] = [];
    const metrics = createMetrics();
    const stores = { shopsOf: async () => () => assert.fail("no document is new") };
    const log = { info: () => {}, error: (line: string) => lines.push(line) } as unknown as Logger;
    const counting = createCounting({ db: shop.kernel.db, clock: systemClock, log, stores, metrics });
    await shop.db.raw("UPDATE report_progress SET all_compared_at = NULL");
    assert.equal(await counting.compare(AbortSignal.abort()), 0);
    assert.equal(await counting.compareIsDue(), true, "who was told to end has not compared all");
    assert.equal(await counting.compare(), 0);
    const old = "2019-03-31";
    for (const table of TABLES)
      await shop.db.raw("UPDATE ?? SET business_date = ? WHERE ctid = (SELECT min(ctid) FROM ??)", [table, old, table]);
    assert.equal(await counting.compare(), 2, "a day has what is not its own, today lacks it");
    const day = posted[0]?.business_date ?? "";
    for (const table of TABLES)
      for (const wrongDay of [old, day])
        assert.ok(
          lines.includes(
            `invariant broken: report_sums: ${table} of store 1 on ${wrongDay}: ${WRONG}; it is made anew`,
          ),
          `${table} ${wrongDay}: ${lines}`,
        );
    assert.deepEqual(await sums(), before);
    assert.match(await metrics.text(), /^pos_report_days_mended_total 2$/m);
    assert.equal(await counting.compareIsDue(), false);
    // a month alone that is not what its days are, or has none
    await shop.db.raw("UPDATE report_goods_by_month SET sold_milli = sold_milli + 1");
    await shop.db.raw("INSERT INTO report_tenders_by_month VALUES (1, '2019-03-01', 'cash', 'sale', 'COP', 1, 1)");
    assert.equal(await counting.compare(), 2);
    assert.ok(
      lines.includes(
        `invariant broken: report_sums: report_tenders_by_month of store 1 in 2019-03: ${WRONG_MONTH}; it is made anew`,
      ),
      `${lines}`,
    );
    assert.deepEqual(await sums(), before);
    assert.match(await metrics.text(), /^pos_report_days_mended_total 4$/m);
    // a report that reads both is right at every moment: each day with its month
    await shop.db.raw(
      `INSERT INTO report_taxes SELECT store_id, day::date, 1, kind, 7, tax_kind, currency, 1, 1, 1, 1
       FROM (SELECT * FROM report_taxes LIMIT 1) t, generate_series('2019-03-30'::timestamp, '2019-04-01', '1 day') day`,
    );
    const made: string[] = [];
    const listen = ({ sql }: { sql: string }) => made.push(/^DELETE FROM (report_totals\w*) /.exec(sql)?.[1] ?? "");
    shop.db.on("query", listen);
    assert.equal(await counting.compare(), 3);
    shop.db.off("query", listen);
    const [ofDay, month] = ["report_totals", byMonth("report_totals")];
    assert.deepEqual(made.filter(Boolean), [ofDay, month, ofDay, month, ofDay, month]);
    // by the job, once a night
    const [table = ""] = TABLES;
    await shop.db.raw("UPDATE ?? SET total_minor = total_minor + 1", [table]);
    await shop.kernel.jobs.runNow("reports", "compare-sums");
    assert.notDeepEqual(await sums(), before, "it was compared tonight");
    await shop.db.raw("UPDATE report_progress SET all_compared_at = NULL");
    await shop.kernel.jobs.runNow("reports", "compare-sums");
    assert.deepEqual(await sums(), before);
  });

  it("a shop that counted by day alone has its months after the upgrade", async () => {
    const before = await sums();
    await shop.db.transaction(async (tx) => {
      await totals.down(tx);
      await months.down(tx);
      await months.up(tx);
      await totals.up(tx);
    });
    assert.deepEqual(await sums(), before);
    assert.deepEqual(await wrong(shop), []);
  });

  it("a shop that was there before the plugin is counted when it comes, once, and so is what no event told of", async () => {
    const before = await sums();
    for (const table of [...ALL, "report_days", "report_counted"]) await shop.db.raw("DELETE FROM ??", [table]);
    await shop.db.raw("UPDATE report_progress SET counted_to = 0, caught_up_at = NULL");
    assert.deepEqual(await wrong(shop), []);
    const page = await (await shop.browser("manager")).get("/reports");
    assert.match(page.text, /Se están contando las ventas de antes/);
    await shop.restart();
    await until(
      async () => (await shop.db.raw("SELECT caught_up_at FROM report_progress")).rows[0].caught_up_at !== null,
    );
    assert.deepEqual(await sums(), before);
    assert.deepEqual(await wrong(shop), []);
  });

  it("a document that no event told of is told by the invariant, and the job counts it", async () => {
    await shop.kernel.outbox.drain();
    const before = await sums();
    const lost = posted.at(-1)?.id ?? 0;
    await tamper(shop.db, ["sales"], async (tx) => {
      await tx.raw("UPDATE sales SET created_at = created_at - interval '61 minutes' WHERE id = ?", [lost]);
    });
    const day = posted[0]?.business_date ?? "";
    await shop.db.raw("DELETE FROM report_counted WHERE sale_id = ?", [lost]);
    await runCommand({ env: shop.env, words: ["recount-reports", day, day], print: () => {} });
    assert.deepEqual(await wrong(shop), [`sale ${posted.at(-1)?.number} is in no report`]);
    await shop.kernel.jobs.runNow("reports", "catch-up");
    assert.deepEqual(await wrong(shop), []);
    // the hour told of it is another one, the rest is as it was
    const besidesHours = (all: unknown[]) => all.filter((_, index) => !ALL[index]?.includes("hours"));
    assert.deepEqual(besidesHours(await sums()), besidesHours(before));
    const later = (by: string) =>
      tamper(shop.db, ["sales"], (tx) =>
        tx.raw("UPDATE sales SET created_at = created_at + ?::interval WHERE id = ?", [by, lost]),
      );
    // rung while the clock was ahead of us
    await later("2 days");
    await shop.db.raw("DELETE FROM report_counted WHERE sale_id = ?", [lost]);
    await shop.kernel.jobs.runNow("reports", "catch-up");
    assert.equal((await shop.db("report_counted").where("sale_id", lost)).length, 1);
    await later("61 minutes - 2 days");
    await runCommand({ env: shop.env, words: ["recount-reports", day, day], print: () => {} });
    assert.deepEqual(await sums(), before);
  });

  it("marks of documents of long ago become one", async () => {
    await shop.kernel.jobs.runNow("reports", "forget-marks");
    assert.equal((await shop.db("report_counted").count())[0]?.["count"], posted.length, "today's stay");
    const days = async (by: string) =>
      tamper(shop.db, ["sales"], (tx) => tx.raw(`UPDATE sales SET created_at = created_at ${by} interval '3 days'`));
    await days("-");
    const uncounted = posted[2]?.id ?? 0;
    await shop.db.raw("DELETE FROM report_counted WHERE sale_id = ?", [uncounted]);
    await shop.kernel.jobs.runNow("reports", "forget-marks");
    const { rows } = await shop.db.raw("SELECT counted_to FROM report_progress");
    assert.equal(rows[0].counted_to, uncounted - 1, "one that is not counted is not lost");
    await days("+");
  });
});
