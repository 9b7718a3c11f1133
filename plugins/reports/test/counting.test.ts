/** Every sale, return and void is in the sums once, whatever happens; whoever changes a sum is found out. */
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { after, before, describe, it } from "mocha";
import { runCommand } from "../../../kernel/commands.ts";
import type { ApiClient } from "../../../test/harness/api-client.ts";
import { openShop, type Shop } from "../../../test/harness/shop.ts";
import { tamper } from "../../../test/harness/tamper.ts";
import { until } from "../../../test/harness/until.ts";
import { cash, type Goods, ring, type SaleAnswer, stocked } from "../../pos/test/till.ts";
import { report, wrong } from "./figures.ts";

const WRONG = "not what its documents add up to";
const TABLES = ["report_hours", "report_products", "report_taxes", "report_tenders", "report_customers"];

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
  const sums = async () => Promise.all(TABLES.map((table) => rowsOf(table)));
  const rowsOf = async (table: string) =>
    (await shop.db.raw("SELECT to_jsonb(t)::text AS row FROM ?? t ORDER BY 1", [table])).rows;

  const total = (member: "total" | "tax" | "subtotal" | "rounding") =>
    posted.reduce((sum, one) => sum + Number(one[member]), 0).toFixed(2);

  it("are those of the documents in every report, and one another's", async () => {
    const byDay = (await report(shop, manager, "sales-by-day")).totals;
    assert.deepEqual(
      [byDay["total"], byDay["tax"], byDay["net"], byDay["rounding"], byDay["sales"], byDay["returns"]],
      [total("total"), total("tax"), total("subtotal"), total("rounding"), 4, 2],
    );
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
    const told = async (table: string, change: string) => {
      await shop.db.raw(change);
      for (const scope of ["recent", "whole"] as const) {
        const lines: string[] = [];
        await shop.kernel.invariants.check(scope, (line) => lines.push(line));
        const found = lines.filter((line) => line === `report_sums: ${table} of store 1 on ${day}: ${WRONG}`);
        assert.equal(found.length, 1, `${table} ${scope}: ${lines}`);
      }
    };
    for (const table of TABLES) {
      const measure = table === "report_tenders" ? "amount_minor" : "total_minor";
      await told(table, `UPDATE ${table} SET ${measure} = ${measure} + 1`);
    }
    for (const table of TABLES) await told(table, `DELETE FROM ${table}`);
    const said: string[] = [];
    const words = ["recount-reports", day, day];
    assert.equal(await runCommand({ env: shop.env, words, print: (line) => said.push(line) }), 0, said.join());
    assert.deepEqual(await sums(), before);
    assert.deepEqual(await wrong(shop), []);
  });

  it("a shop that was there before the plugin is counted when it comes, once, and so is what no event told of", async () => {
    const before = await sums();
    for (const table of [...TABLES, "report_days", "report_counted"]) await shop.db.raw("DELETE FROM ??", [table]);
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
    assert.deepEqual((await sums()).slice(1), before.slice(1));
    await tamper(shop.db, ["sales"], async (tx) => {
      await tx.raw("UPDATE sales SET created_at = created_at + interval '61 minutes' WHERE id = ?", [lost]);
    });
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
