/** All of a report as one JSON document, whatever the batches in which its lines come. */
import assert from "node:assert/strict";
import fc from "fast-check";
import { describe, it } from "mocha";
import type { Text } from "../../../kernel/i18n.ts";
import { jsonDocument } from "../as-json.ts";
import { REPORTS } from "../catalogue/index.ts";
import type { Line } from "../domain.ts";
import type { Ready } from "../reading.ts";
import { FORMATS, LETTER_FORMATS } from "../schema.ts";

const text = { t: (key: string) => key, has: () => false } as unknown as Text;
const tenders = REPORTS.find(({ name }) => name === "sales-by-tender") ?? assert.fail("no such report");
const range = { from: "2026-04-01", to: "2026-04-30" };
const before = { from: "2026-03-01", to: "2026-03-31", months: 1, days: 0 };
const ready = (compared: boolean): Ready => ({
  report: tenders,
  columns: tenders.columns,
  otherCurrency: 0,
  asked: {
    range,
    before: compared ? before : undefined,
    storeIds: [1],
    currency: "COP",
    today: "2026-05-01",
    timeZone: "America/Bogota",
    cutoff: 0,
    blind: false,
  },
});

async function documentOf(batches: Line[][], compared: boolean): Promise<unknown> {
  async function* lines() {
    yield* batches;
  }
  let all = "";
  for await (const piece of jsonDocument(lines(), ready(compared), text)) all += piece;
  return JSON.parse(all);
}

const amount = fc.integer({ min: -1_000_000, max: 1_000_000 });
const line = fc.record({ key: fc.string(), payments: fc.nat(1000), total: amount, before: amount });
const said = (minor: number) => (minor / 100).toFixed(2).replace(/^-0\.00$/, "0.00");

describe("a report as a JSON document", () => {
  it("has its days, its columns, each line once, how many they are and their sums", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.array(line, { maxLength: 4 }), { maxLength: 4 }),
        fc.boolean(),
        async (made, compared) => {
          const batches = made.map((batch) =>
            batch.map(({ key, payments, total, before: then }) => ({
              key,
              name: key,
              values: { payments, taken: total, given_back: 0, total },
              before: compared ? then : null,
            })),
          );
          const lines = made.flat();
          const sum = (of: (one: (typeof lines)[number]) => number) => lines.reduce((all, one) => all + of(one), 0);
          const then = (minor: number) => (compared ? { before: said(minor) } : {});
          const amounts = (payments: number, total: number) => ({
            payments,
            taken: said(total),
            given_back: "0.00",
            total: said(total),
          });
          const titled = (key: string, unit: string) => ({ key, unit, title: `reports.columns.${key}` });
          assert.deepEqual(await documentOf(batches, compared), {
            report: "sales-by-tender",
            currency: "COP",
            range,
            compared_with: compared ? { from: before.from, to: before.to } : null,
            columns: [
              titled("payments", "count"),
              ...["taken", "given_back", "total", ...(compared ? ["before"] : [])].map((key) => titled(key, "money")),
            ],
            data: lines.map((one) => ({
              key: one.key,
              name: one.key,
              ...amounts(one.payments, one.total),
              ...then(one.before),
            })),
            count: lines.length,
            totals: {
              ...amounts(
                sum((one) => one.payments),
                sum((one) => one.total),
              ),
              ...then(sum((one) => one.before)),
            },
          });
        },
      ),
    );
  });

  it("is one of the files, but goes by no letter: people read those", () => {
    assert.ok((FORMATS as readonly string[]).includes("json"));
    assert.ok(!(LETTER_FORMATS as readonly string[]).includes("json"));
  });
});
