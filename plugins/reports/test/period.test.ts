/** A period is set against the one that people mean by it: whole months against whole months, each day beside its own. */
import assert from "node:assert/strict";
import fc from "fast-check";
import { after, before, describe, it } from "mocha";
import { daysBetween, plusDays } from "../../../kernel/clock.ts";
import { readSheet } from "../../../kernel/sheets/read.ts";
import { openWorkbook } from "../../../kernel/sheets/zip.ts";
import type { ApiClient } from "../../../test/harness/api-client.ts";
import { openShop, type Shop } from "../../../test/harness/shop.ts";
import type { Range } from "../domain.ts";
import { COMPARISONS, type Comparison, comparedTo } from "../period.ts";
import { monthsAsDays, report, sellOneBread } from "./figures.ts";

const against = (from: string, to: string, how: Comparison) => {
  const other = comparedTo({ from, to }, how);
  return `${other.from} ${other.to}`;
};
const month = fc.integer({ min: 0, max: 12 * 300 }).map((months) => {
  const year = String(1950 + Math.floor(months / 12));
  return `${year}-${String((months % 12) + 1).padStart(2, "0")}`;
});
const day = fc.integer({ min: 0, max: 100_000 }).map((days) => plusDays("1950-01-01", days));
const firstOf = (one: string) => `${one.slice(0, 7)}-01`;
const endOf = (one: string) => plusDays(firstOf(plusDays(firstOf(one), 31)), -1);
const isWhole = ({ from, to }: Range) => from === firstOf(from) && to === endOf(to);
const monthsOf = ({ from, to }: Range) => {
  const count = (one: string) => Number(one.slice(0, 4)) * 12 + Number(one.slice(5, 7));
  return count(to) - count(from) + 1;
};
const ordered = <T>([one, other]: [T, T]) => (one < other ? { from: one, to: other } : { from: other, to: one });

describe("the other period", () => {
  it("of whole months is whole months, of others as many days or the same dates of the year before", () => {
    assert.equal(against("2025-01-01", "2025-12-31", "year"), "2024-01-01 2024-12-31");
    assert.equal(against("2024-01-01", "2024-12-31", "year"), "2023-01-01 2023-12-31");
    assert.equal(against("2024-01-01", "2024-12-31", "previous"), "2023-01-01 2023-12-31");
    assert.equal(against("2026-04-01", "2026-04-30", "previous"), "2026-03-01 2026-03-31");
    assert.equal(against("2026-02-01", "2026-02-28", "previous"), "2026-01-01 2026-01-31");
    assert.equal(against("2025-02-01", "2025-02-28", "year"), "2024-02-01 2024-02-29");
    assert.equal(against("2026-01-01", "2026-03-31", "previous"), "2025-10-01 2025-12-31");
    assert.equal(against("2024-02-10", "2024-03-10", "year"), "2023-02-10 2023-03-10");
    assert.equal(against("2024-02-29", "2024-02-29", "year"), "2023-02-28 2023-02-28");
    assert.equal(against("2026-03-01", "2026-03-15", "previous"), "2026-02-14 2026-02-28");
    assert.equal(against("2026-03-15", "2026-03-15", "previous"), "2026-03-14 2026-03-14");
  });

  it("of whole months is as many, and the one before ends the day before it begins", () => {
    const whole = fc
      .tuple(month, month)
      .map(ordered)
      .map(({ from, to }) => ({ from: `${from}-01`, to: endOf(`${to}-01`) }));
    fc.assert(
      fc.property(whole, fc.constantFrom(...COMPARISONS), (range, how) => {
        const other = comparedTo(range, how);
        assert.ok(isWhole(other), `${other.from} ${other.to}`);
        assert.equal(monthsOf(other), monthsOf(range));
        if (how === "previous") assert.equal(plusDays(other.to, 1), range.from);
        else assert.equal(other.from.slice(4), range.from.slice(4));
      }),
    );
  });

  it("of any days never overlaps them, for the one before, and is as long", () => {
    fc.assert(
      fc.property(fc.tuple(day, day).map(ordered), (range) => {
        const other = comparedTo(range, "previous");
        assert.equal(plusDays(other.to, 1), range.from);
        if (!isWhole(range)) assert.equal(daysBetween(other.from, other.to), daysBetween(range.from, range.to));
        const year = comparedTo(range, "year");
        assert.ok(year.from <= year.to && year.from < range.from && year.to < range.to);
      }),
    );
  });
});

describe("a report set against another period", () => {
  const FIRST = "2023-01-01";
  const DAYS = 1250;
  let shop: Shop;
  let manager: ApiClient;
  before(async () => {
    shop = await openShop();
    manager = await shop.api("manager");
    await sellOneBread(shop);
    // of each day another amount, so that none can stand in for another
    await shop.db.raw(
      `INSERT INTO report_totals (store_id, business_date, number_range_id, kind, currency, documents, discount_minor, net_minor, tax_minor,
         total_minor, rounding_minor, cost_minor, first_id, last_id)
       SELECT store_id, cast(:first AS date) + n, number_range_id, kind, currency, 1, 0, 0, 0, (1000 + n) * 100, 0, 0, first_id, last_id
       FROM report_totals, generate_series(0, cast(:days AS int) - 1) n`,
      { first: FIRST, days: DAYS },
    );
    await monthsAsDays(shop);
  });
  after(() => shop?.close());

  const amountOf = (one: string) => 1000 + daysBetween(FIRST, one);
  const sumOf = ({ from, to }: Range) => {
    let sum = 0;
    for (let one = from; one <= to; one = plusDays(one, 1)) sum += amountOf(one);
    return sum;
  };
  const asked = async (from: string, to: string, how: Comparison) => {
    const query = `?from=${from}&to=${to}&compare=${how}&limit=200`;
    const answer = await report(shop, manager, "sales-by-day", query);
    assert.deepEqual(Object.keys(answer.compared_with ?? {}), ["from", "to"]);
    const lines = answer.data.map((line) => ({
      key: line.key,
      total: Number(line["total"]),
      before: Number(line["before"]),
    }));
    assert.equal(new Set(lines.map(({ key }) => key)).size, lines.length, "each day once");
    assert.equal(Number(answer.totals["total"]), sumOf({ from, to }));
    assert.equal(Number(answer.totals["before"]), sumOf(answer.compared_with ?? { from, to }));
    assert.equal(
      lines.reduce((sum, { before: one }) => sum + one, 0),
      Number(answer.totals["before"]),
    );
    return new Map(lines.map(({ key, ...line }) => [key, line]));
  };

  it("lays each day beside its date; days that a month has not stand with its last", async () => {
    const april = await asked("2026-04-01", "2026-04-30", "previous");
    assert.equal(april.get("2026-04-01")?.before, amountOf("2026-03-01"));
    assert.equal(april.get("2026-04-30")?.before, amountOf("2026-03-30") + amountOf("2026-03-31"));
    assert.equal(april.get("2026-04-30")?.total, amountOf("2026-04-30"));
    const march = await asked("2026-03-01", "2026-03-31", "previous");
    assert.equal(march.get("2026-03-28")?.before, amountOf("2026-02-28"));
    assert.equal(march.get("2026-03-31")?.before, 0);
    const leap = await asked("2025-02-01", "2025-02-28", "year");
    assert.equal(leap.get("2025-02-28")?.before, amountOf("2024-02-28") + amountOf("2024-02-29"));
    const since = await asked("2024-02-29", "2024-03-05", "year");
    assert.equal(since.get("2024-02-29")?.before, amountOf("2023-02-28"));
    assert.equal(since.get("2024-03-05")?.before, amountOf("2023-03-05"));
    const days = await asked("2026-03-03", "2026-03-05", "previous");
    assert.equal(days.get("2026-03-03")?.before, amountOf("2026-02-28"));
    await fc.assert(
      fc.asyncProperty(
        fc.tuple(fc.integer({ min: 850, max: 1040 }), fc.integer({ min: 0, max: 190 })),
        fc.constantFrom(...COMPARISONS),
        async ([start, length], how) => {
          const from = plusDays(FIRST, start);
          await asked(from, plusDays(from, length), how);
          await asked(firstOf(from), endOf(plusDays(from, Math.min(length, 120))), how);
        },
      ),
      { numRuns: 8 },
    );
  });

  it("says so on its page, whose bars by month are set against months", async () => {
    const browser = await shop.browser("manager");
    const april = await browser.get("/reports/sales-by-day?from=2026-04-01&to=2026-04-30&compare=previous");
    assert.match(april.text, /los que sobran se suman al último/);
    const march = await browser.get("/reports/sales-by-day?from=2026-03-01&to=2026-03-31&compare=previous");
    assert.doesNotMatch(march.text, /los que sobran se suman al último/);
    const long = await browser.get("/reports/sales-by-day?from=2025-01-01&to=2026-04-30&compare=year");
    const bars = long.root.querySelectorAll("rect.bar-before title").map(({ text }) => text.replace(/\D/g, ""));
    assert.equal(bars.length, 16);
    assert.ok(bars[1]?.includes(String(sumOf({ from: "2024-02-01", to: "2024-02-29" }))), bars[1]);
  });

  it("and its files say of which days the other amounts are", async () => {
    const path = "/api/v1/reports/sales-by-day/export?from=2026-04-01&to=2026-04-30&compare=previous";
    const csv = (await manager.get(path)).text.split("\r\n")[0] ?? "";
    assert.match(csv, /,"?(Antes|Before): .*2026.*2026 \(COP\)"?$/);
    const rows: string[] = [];
    const { bytes } = await manager.get(`${path}&format=xlsx`);
    for await (const row of readSheet(bytes)) rows.push(row.map((cell) => cell?.text ?? "").join(";"));
    assert.match(rows[0] ?? "", /(Antes|Before): .*2026.*2026 \(COP\)/);
    // a spreadsheet takes what stands without a gap for one table: of that, days alone are in the column of days
    assert.deepEqual(
      rows.slice(1).map((row) => row.split(";")[0]),
      [...Array.from({ length: 30 }, (_, n) => plusDays("2026-04-01", n)), "", "Total"],
    );
    const pieces: Buffer[] = [];
    const sheet = await (await openWorkbook(bytes)).open("xl/worksheets/sheet1.xml", 1_000_000);
    for await (const piece of sheet) pieces.push(piece as Buffer);
    assert.match(Buffer.concat(pieces).toString("utf8"), /<row><c s="1"><v>46113<\/v><\/c><c><v>1<\/v>/);
  });
});
