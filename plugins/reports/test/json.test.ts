/** A whole report as one JSON document: streamed, prepared aside, and in the words of its pages. */
import assert from "node:assert/strict";
import { after, before, describe, it } from "mocha";
import type { ApiClient } from "../../../test/harness/api-client.ts";
import { openShop, type Shop } from "../../../test/harness/shop.ts";
import { until } from "../../../test/harness/until.ts";
import { monthsAsDays, type ReportAnswer, report, sellOneBread } from "./figures.ts";

const LINES = 1500;

describe("a whole report as JSON", () => {
  let shop: Shop;
  let manager: ApiClient;
  before(async () => {
    shop = await openShop();
    manager = await shop.api("manager");
    await sellOneBread(shop, { cost: "600" });
    // more lines than are read at once
    await shop.db.raw(
      `INSERT INTO report_tenders SELECT store_id, business_date - 31 * (n % 2), 'gone_' || n, kind, currency, 1, n
       FROM report_tenders, generate_series(2, cast(:lines AS int)) n`,
      { lines: LINES },
    );
    await monthsAsDays(shop);
  });
  after(() => shop?.close());

  /** All pages of it, as one. */
  const paged = async (name: string, query: string) => {
    const data: ReportAnswer["data"] = [];
    for (let cursor = ""; ; ) {
      const page = await report(shop, manager, name, `${query}&limit=200${cursor}`);
      data.push(...page.data);
      if (page.next_cursor === null) {
        const { report: named, currency, range, compared_with, count, totals } = page;
        return { report: named, currency, range, compared_with, data, count, totals };
      }
      cursor = `&cursor=${encodeURIComponent(page.next_cursor)}`;
    }
  };
  const exported = async (name: string, query: string) => {
    const answer = await manager.get<Record<string, unknown>>(`/api/v1/reports/${name}/export${query}&format=json`);
    assert.equal(answer.status, 200, answer.text);
    assert.match(answer.headers.get("content-type") ?? "", /^application\/json/);
    assert.match(answer.headers.get("content-disposition") ?? "", /\.json"/);
    const { columns, ...rest } = JSON.parse(answer.text);
    return { columns: columns as { key: string; unit: string; title: string }[], rest };
  };

  it("has what its pages have, and its columns", async () => {
    for (const [name, query] of [
      ["sales-by-tender", "?compare=previous"],
      ["sales-by-product", "?compare=year"],
      ["sales-by-product", "?from=2020-01-01&to=2020-01-31"],
      ["stock-value", "?"],
    ] as const) {
      const { columns, rest } = await exported(name, query);
      assert.deepEqual(rest, await paged(name, query), `${name} ${query}`);
      const members = Object.keys((rest["data"][0] ?? {}) as object).slice(2);
      if (members.length > 0)
        assert.deepEqual(
          columns.map(({ key }) => key),
          members,
        );
      assert.ok(columns.every(({ unit, title }) => unit !== "" && title !== ""));
    }
  });

  it("is made aside as well, and offered on the page", async () => {
    const path = "/api/v1/reports/sales-by-tender";
    const { body } = await manager.post<{ id: number }>(`${path}/files`, { format: "json", compare: "previous" });
    const state = async () => (await manager.get<{ state: string }>(`/api/v1/reports/files/${body.id}`)).body.state;
    await until(async () => (await state()) === "done");
    const file = await manager.get(`/api/v1/reports/files/${body.id}/download`);
    const direct = await manager.get(`${path}/export?format=json&compare=previous`);
    assert.equal(file.text, direct.text);
    assert.equal(JSON.parse(file.text).data.length, LINES);
    const browser = await shop.browser("manager");
    const page = await browser.get("/reports/sales-by-tender?compare=previous");
    const links = page.root.querySelectorAll('a[href*="format=json"]');
    assert.deepEqual(
      links.map(({ text }) => text),
      ["JSON"],
    );
  });

  it("stands in the description of the API beside the other formats", async () => {
    type Described = {
      paths: Record<string, { get: { parameters: { name: string; schema: { enum?: string[] } }[] } }>;
    };
    const { body } = await manager.get<Described>("/api/openapi.json");
    const format = body.paths["/api/v1/reports/{name}/export"]?.get.parameters.find(({ name }) => name === "format");
    assert.deepEqual(format?.schema.enum, ["csv", "xlsx", "pdf", "json"]);
  });

  it("goes by no letter: those who read these are people", async () => {
    const page = await (await shop.browser("manager")).get("/reports/sales-by-day/schedule");
    assert.doesNotMatch(page.html, /value="json"/);
  });
});
