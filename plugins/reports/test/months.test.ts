/** Whatever was sold and taken back on whatever days: months and days beside them are the days, and those are the documents. */
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import fc from "fast-check";
import { after, before, describe, it } from "mocha";
import { plusDays } from "../../../kernel/clock.ts";
import type { ApiClient } from "../../../test/harness/api-client.ts";
import { openShop, type Shop } from "../../../test/harness/shop.ts";
import { tamper } from "../../../test/harness/tamper.ts";
import { cash, type Goods, ring, type SaleAnswer, stocked } from "../../pos/test/till.ts";
import { comparedTo } from "../period.ts";
import { spanOf } from "../span.ts";
import { type ReportAnswer, report, wrong } from "./figures.ts";

const FIRST = "2024-11-20";
const DAYS = 470;
const day = fc.integer({ min: 0, max: DAYS }).map((days) => plusDays(FIRST, days));
/** ends of months more often than others */
const edge = fc.oneof(
  day,
  day.map((one) => `${one.slice(0, 8)}01`),
  day.map((one) => plusDays(`${one.slice(0, 8)}01`, -1)),
);
const period = fc
  .tuple(edge, edge)
  .map(([one, other]) => (one < other ? [one, other] : [other, one]) as [string, string]);

describe("the days of a period", () => {
  it("are each once in whole months, added to them or taken off them: fifteen at most at either end", () => {
    fc.assert(
      fc.property(period, edge, ([from, to], today) => {
        const { monthsFrom, monthsTo, head, tail } = spanOf({ from, to }, today);
        const days = new Map<string, number>();
        const add = (one: string, sign: number) => days.set(one, (days.get(one) ?? 0) + sign);
        for (let month = monthsFrom; month <= monthsTo; month = `${plusDays(month, 31).slice(0, 8)}01`)
          for (let one = month; one.slice(0, 7) === month.slice(0, 7); one = plusDays(one, 1)) add(one, 1);
        for (const beside of [head, tail]) {
          let sold = 0;
          for (let one = beside.from; one <= beside.to; one = plusDays(one, 1)) {
            add(one, beside.sign);
            sold += one <= today ? 1 : 0;
          }
          assert.ok(sold <= 15, `${sold} days beside whole months`);
        }
        const wanted: [string, number][] = [];
        for (let one = from; one <= to; one = plusDays(one, 1)) wanted.push([one, 1]);
        const left = [...days].filter(([, times]) => times !== 0).sort(([one], [other]) => (one < other ? -1 : 1));
        assert.deepEqual(left, wanted);
      }),
    );
  });
});

/** What a report says by key, from the documents themselves. */
const LEDGER: Record<string, string> = {
  "sales-by-product": `SELECT i.product_id::text AS key, sum(i.total_minor) AS figure FROM sales s JOIN sale_items i ON i.sale_id = s.id`,
  "sales-by-cashier": `SELECT s.user_id::text AS key, sum(s.total_minor) AS figure FROM sales s`,
  "sales-by-store": `SELECT s.store_id::text AS key, sum(s.total_minor) AS figure FROM sales s`,
  "sales-by-customer": `SELECT coalesce(s.customer_id, 0)::text AS key, sum(s.total_minor) AS figure FROM sales s`,
  "sales-by-tender": `SELECT p.method AS key, sum(p.amount_minor - CASE WHEN p.method = 'cash' THEN s.change_minor ELSE 0 END) AS figure
    FROM sales s JOIN payments p ON p.sale_id = s.id`,
  "sales-by-tax": `SELECT format('%s-%s', i.tax_rate_bp, i.tax_kind) AS key, sum(i.total_minor) AS figure
    FROM sales s JOIN sale_items i ON i.sale_id = s.id`,
  "tax-book": `SELECT format('%s-%s-%s-%s', s.number_range_id, s.kind, i.tax_rate_bp, i.tax_kind) AS key, sum(i.total_minor) AS figure
    FROM sales s JOIN sale_items i ON i.sale_id = s.id`,
  "sales-by-day": `SELECT s.business_date::text AS key, sum(s.total_minor) AS figure FROM sales s`,
};
/** The sums by day alone, of the same figure. */
const DAILY: Record<string, [table: string, key: string, figure: string]> = {
  "sales-by-product": ["report_products", "product_id::text", "total_minor"],
  "sales-by-cashier": ["report_hours", "user_id::text", "total_minor"],
  "sales-by-store": ["report_totals", "store_id::text", "total_minor"],
  "sales-by-customer": ["report_customers", "customer_id::text", "total_minor"],
  "sales-by-tender": ["report_tenders", "method", "amount_minor"],
  "sales-by-tax": ["report_taxes", "format('%s-%s', tax_rate_bp, tax_kind)", "total_minor"],
  "tax-book": ["report_taxes", "format('%s-%s-%s-%s', number_range_id, kind, tax_rate_bp, tax_kind)", "total_minor"],
  "sales-by-day": ["report_totals", "business_date::text", "total_minor"],
};

describe("reports of any period", () => {
  let shop: Shop;
  let manager: ApiClient;
  const goods: Goods[] = [];
  const posted: number[] = [];

  before(async () => {
    shop = await openShop();
    manager = await shop.api("manager");
    for (const [sku, tax_rate_bp] of [
      ["PAN", 0],
      ["LECHE", 500],
      ["JABON", 1900],
    ] as const)
      goods.push(await stocked(shop, { sku, tax_rate_bp, price: "1190", cost: "600", stock: "1000" }));
    const { body: ana } = await manager.post<{ id: number }>("/api/v1/customers", { name: "Ana" }, key());
    const made = fc.sample(
      fc.record({
        lines: fc.uniqueArray(
          fc.record({ item: fc.integer({ min: 0, max: 2 }), quantity: fc.integer({ min: 1, max: 4 }) }),
          {
            minLength: 1,
            selector: ({ item }) => item,
          },
        ),
        card: fc.boolean(),
        named: fc.boolean(),
        after: fc.constantFrom("nothing", "return", "void"),
      }),
      24,
    );
    const employee = await shop.api("employee");
    for (const [index, { lines, card, named, after }] of made.entries()) {
      const items = lines.map(({ item, quantity }) => ({ product_id: goods[item]?.id, quantity: String(quantity) }));
      const payments = [...(card ? [{ method: "card", amount: "500", reference: "A1" }] : []), ...cash("100000")];
      const sale = await ring(index % 2 ? manager : employee, {
        items,
        payments,
        ...(named ? { customer_id: ana.id } : {}),
      });
      assert.equal(sale.status, 201, sale.text);
      posted.push(sale.body.id);
      if (after !== "nothing") await back(sale.body.id, after);
    }
    // as if they had been posted on other days, and their events came only then
    await shop.kernel.outbox.drain();
    const days = fc.sample(edge, posted.length);
    await tamper(shop.db, ["sales"], (tx) =>
      tx.raw(
        `UPDATE sales s SET business_date = d.day, created_at = d.day + interval '15 hours'
         FROM unnest(?::bigint[], ?::date[]) d (id, day) WHERE d.id = s.id`,
        [posted, days],
      ),
    );
    const { rows } = await shop.db.raw(
      "SELECT tablename AS name FROM pg_tables WHERE tablename ~ '^report_(totals|hours|products|goods|taxes|tenders|customers|days|counted)'",
    );
    for (const { name } of rows) await shop.db.raw("DELETE FROM ??", [name]);
    await shop.db.raw(
      "UPDATE outbox_deliveries SET done_at = NULL, next_attempt_at = now() WHERE handler LIKE 'reports/%'",
    );
    await shop.kernel.outbox.drain();
  });
  after(() => shop?.close());

  const key = () => ({ key: randomUUID() });
  async function back(id: number, how: "return" | "void") {
    const body =
      how === "return" ? { lines: [{ line: 1, quantity: "1" }], reason: "agria" } : { reason: "mal marcada" };
    const answer = await manager.post<SaleAnswer>(
      `/api/v1/sales/${id}/${how === "return" ? "returns" : "void"}`,
      body,
      key(),
    );
    assert.equal(answer.status, 201, answer.text);
    posted.push(answer.body.id);
  }

  /** In minor units by key; what comes to nothing is left out. */
  const figures = (rows: { key: string; figure: unknown }[]) =>
    Object.fromEntries(
      rows
        .map(({ key, figure }) => [key, Number(figure)] as const)
        .filter(([, figure]) => figure !== 0)
        .sort(([one], [other]) => (one < other ? -1 : 1)),
    );
  const told = (lines: ReportAnswer["data"], member: string) =>
    figures(lines.map((line) => ({ key: line.key, figure: Math.round(Number(line[member]) * 100) })));

  it("are those of months and days, of days alone, and of the documents", async () => {
    assert.deepEqual(await wrong(shop), []);
    await fc.assert(
      fc.asyncProperty(period, async ([from, to]) => {
        for (const [name, [table, by, figure]] of Object.entries(DAILY)) {
          const { data } = await report(shop, manager, name, `?from=${from}&to=${to}&limit=200`);
          const read = told(data, "total");
          const { rows: days } = await shop.db.raw(
            `SELECT ${by} AS key, sum(${figure}) AS figure FROM ${table} WHERE business_date BETWEEN ? AND ? GROUP BY 1`,
            [from, to],
          );
          // nothing is told of who has no row on these days, though there is one in their months
          const keys = (rows: { key: string }[]) => rows.map((row) => row.key).sort();
          assert.deepEqual(keys(data), keys(days), `${name} ${from} ${to}: lines`);
          const { rows: documents } = await shop.db.raw(
            `${LEDGER[name]} WHERE s.business_date BETWEEN ? AND ? GROUP BY 1`,
            [from, to],
          );
          assert.deepEqual(read, figures(days), `${name} ${from} ${to}: days`);
          assert.deepEqual(read, figures(documents), `${name} ${from} ${to}: documents`);
        }
      }),
      { numRuns: 12 },
    );
  });

  it("and so is what they are set against", async () => {
    await fc.assert(
      fc.asyncProperty(period, fc.constantFrom("previous" as const, "year" as const), async ([from, to], how) => {
        const before = comparedTo({ from, to }, how);
        const { data } = await report(shop, manager, "sales-by-product", `?from=${from}&to=${to}&compare=${how}`);
        const { rows } = await shop.db.raw(
          `${LEDGER["sales-by-product"]} WHERE s.business_date BETWEEN ? AND ? GROUP BY 1`,
          [before.from, before.to],
        );
        assert.deepEqual(told(data, "before"), figures(rows), `${from} ${to} ${how}`);
      }),
      { numRuns: 10 },
    );
  });

  it("what was given away and is brought back is told for its cost, though nobody paid", async () => {
    const { body: rita } = await manager.post<{ id: number }>("/api/v1/customers", { name: "Rita" }, key());
    const row = { business_date: "2020-02-02", customer_id: rita.id, sales: 0, total_minor: 0, cost_minor: -60_000 };
    await shop.db.raw(
      `INSERT INTO report_customers SELECT (jsonb_populate_record(null::report_customers, to_jsonb(c) || ?::jsonb)).*
       FROM report_customers c LIMIT 1`,
      [JSON.stringify(row)],
    );
    const { data } = await report(shop, manager, "sales-by-customer", "?from=2020-02-02&to=2020-02-02");
    assert.deepEqual(
      data.map(({ key, cost }) => [key, cost]),
      [[String(rita.id), "-600.00"]],
    );
    await shop.db.raw("DELETE FROM report_customers WHERE customer_id = ?", [rita.id]);
  });
});
