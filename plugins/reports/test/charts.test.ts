/** Charts: of the whole answer, with every day on the axis, and labels that can be read. */
import assert from "node:assert/strict";
import { after, before, describe, it } from "mocha";
import { openShop, type Shop } from "../../../test/harness/shop.ts";
import { cash, ring, stocked } from "../../pos/test/till.ts";
import { barsOf, createBars, daysOn, hoursOn } from "../axis.ts";
import { drawChart } from "../chart.ts";
import { monthsAsDays } from "./figures.ts";

describe("charts of reports", () => {
  let shop: Shop;
  let today: string;

  before(async () => {
    shop = await openShop();
    const bread = await stocked(shop, { sku: "PAN", name: "Pan", price: "1000", stock: "1000" });
    const sale = await ring(await shop.api("manager"), {
      items: [{ product_id: bread.id, quantity: "1" }],
      payments: cash("1000"),
    });
    assert.equal(sale.status, 201, sale.text);
    today = sale.body.business_date;
    await shop.kernel.outbox.drain();
    // a sale on every second of the last 300 days, the greatest of them long ago; and 200 products
    await shop.db.raw(
      `INSERT INTO report_totals SELECT store_id, business_date - 2 * n, number_range_id, kind, currency, 1, 0, net_minor, tax_minor,
         total_minor + n * 100, 0, 0, first_id, last_id FROM report_totals, generate_series(1, 150) n`,
    );
    await shop.db.raw(
      `WITH made AS (INSERT INTO products (sku, name, price_minor, tax_rate_bp, search_text, created_at, updated_at)
         SELECT 'P' || n, 'Producto ' || n, 100, 0, '', now(), now() FROM generate_series(1, 200) n RETURNING id)
       INSERT INTO report_products SELECT r.store_id, r.business_date, made.id, r.currency, 1, 1000, 0, 0, 0, made.id, 0, made.id, 0
       FROM report_products r CROSS JOIN made`,
    );
    await monthsAsDays(shop);
  });
  after(() => shop?.close());

  const back = (days: number) =>
    new Date(Date.parse(`${today}T00:00:00Z`) - days * 86_400_000).toISOString().slice(0, 10);
  const page = async (path: string) => (await shop.browser("manager")).get(path);

  it("has every day of the period, those without a sale too, though the table shows a hundred", async () => {
    const path = `/reports/sales-by-day?from=${back(299)}&to=${today}`;
    const first = await page(path);
    assert.equal(first.root.querySelectorAll("tbody tr").length, 100);
    const bars = first.root.querySelectorAll("svg rect.bar");
    assert.equal(bars.length, 300);
    const there = bars.map((one) => Number(one.getAttribute("height")) > 0);
    assert.deepEqual(
      there.map((one, index) => one === (index % 2 === 1)).filter((right) => !right),
      [],
      "every second day",
    );
    // only what is there leads on
    assert.equal(first.root.querySelectorAll("svg a").length, 150);
    const next = await page(
      first.root.querySelector("a[rel=next]")?.getAttribute("href")?.replaceAll("&amp;", "&") ?? "",
    );
    assert.equal(next.root.querySelectorAll("tbody tr").length, 50);
    assert.equal(next.root.querySelectorAll("svg rect.bar").length, 300, "the same chart");
    assert.match(next.root.querySelector("svg desc")?.text ?? "", /^300 barras/);
  });

  it("tells a long time by month, whose bar leads to its days", async () => {
    const long = await page(`/reports/sales-by-day?from=${back(1000)}&to=${today}`);
    const bars = long.root.querySelectorAll("svg rect.bar");
    assert.ok(bars.length >= 33 && bars.length <= 34, String(bars.length));
    assert.match(long.root.querySelector("figcaption")?.text ?? "", /Cada barra es un mes/);
    const href = long.root.querySelectorAll("svg a").at(-1)?.getAttribute("href")?.replaceAll("&amp;", "&") ?? "";
    const month = await page(href);
    assert.equal(month.status, 200);
    const lines = month.root.querySelectorAll("tbody tr").length;
    assert.ok(lines >= 1 && lines <= 16, `${href} ${lines}`);
    const whole = await page(`/reports/sales-by-day?from=1900-01-01&to=${today}`);
    assert.match(whole.root.querySelector("figcaption")?.text ?? "", /Cada barra es un año/);
    assert.equal(whole.root.querySelectorAll("svg rect.bar").length, Number(today.slice(0, 4)) - 1899);
  });

  it("of ranks draws the first of all, says so, and draws the same beside every page of the table", async () => {
    const first = await page(`/reports/sales-by-product?from=${today}&to=${today}`);
    assert.match(first.root.querySelector("figcaption")?.text ?? "", /Los primeros 12 de 201/);
    const titles = (one: typeof first) => one.root.querySelectorAll("svg rect.bar title").map(({ text }) => text);
    assert.equal(titles(first).length, 12);
    assert.match(titles(first)[0] ?? "", /^Pan: /);
    const next = first.root.querySelector("a[rel=next]")?.getAttribute("href")?.replaceAll("&amp;", "&") ?? "";
    assert.deepEqual(titles(await page(next)), titles(first));
  });

  it("labels stand at one distance, none is cut, and none touches another", () => {
    for (const count of [1, 2, 5, 7, 8, 12, 24, 30, 31, 90, 365, 400])
      for (const before of [undefined, { told: "", value: 1 }]) {
        const data = Array.from({ length: count }, (_, n) => ({ label: String(n), told: "", value: n, before }));
        const { data: drawn, width } = drawChart("time", data, String);
        const places = drawn.flatMap(({ text }) => (text ? [text.x] : []));
        assert.ok(places.length > 0, String(count));
        assert.ok(
          places.every((x) => x >= 48 && x <= width - 48),
          `${count}: ${places}`,
        );
        const gaps = places.slice(1).map((x, index) => x - (places[index] ?? 0));
        assert.ok(
          gaps.every((gap) => gap >= 96 && Math.abs(gap - (gaps[0] ?? 0)) < 0.1),
          `${count}: ${gaps}`,
        );
      }
  });

  it("an axis has what is between, and nothing that is still to come", () => {
    assert.deepEqual(daysOn({ from: "2026-02-27", to: "2026-03-31" }, "line", "2026-03-02", ["2026-02-27"]), [
      "2026-02-27",
      "2026-02-28",
      "2026-03-01",
      "2026-03-02",
    ]);
    assert.deepEqual(daysOn({ from: "2026-03-01", to: "2026-03-03" }, "line", "2026-03-01", ["2026-03-02"]), [
      "2026-03-01",
      "2026-03-02",
    ]);
    assert.deepEqual(daysOn({ from: "2025-11-15", to: "2026-02-01" }, "month", "2026-05-01", []), [
      "2025-11",
      "2025-12",
      "2026-01",
      "2026-02",
    ]);
    assert.deepEqual(hoursOn(["08", "11"]), ["08", "09", "10", "11"]);
    assert.deepEqual(
      [barsOf({ from: "2025-01-01", to: "2025-12-31" }), barsOf({ from: "1900-01-01", to: "2299-12-31" })],
      ["line", "year"],
    );
    const bars = createBars("total", "month");
    const line = (day: string, total: number) => ({ key: day, name: null, values: { total }, before: 1 });
    bars.add([line("2026-01-05", 3), line("2026-01-31", 4)]);
    bars.add([line("2026-03-01", 5)]);
    assert.deepEqual(
      bars.on(["2026-01", "2026-02", "2026-03"]).map(({ value, before, there }) => [value, before, there]),
      [
        [7, 2, true],
        [0, 0, false],
        [5, 1, true],
      ],
    );
  });
});
