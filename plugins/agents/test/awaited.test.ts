/** What runs out before what was sent for could be there: of a product that sells ten a day without exception, worked out by hand. */
import assert from "node:assert/strict";
import { describe, it } from "mocha";
import type { Awaited, Purchases } from "../../purchases/api.ts";
import type { Facts } from "../domain.ts";
import { AHEAD, daysThatLast } from "../watching/forecasts.ts";
import { createStockWatch } from "../watching/stock.ts";

const LEAD = 7;
const TEN = Array.from({ length: AHEAD }, () => 10);
const grounds = { method: "level", errorMilli: 1, naiveMilli: 2, seasonalMilli: 2 };

/** What is said of it; undefined: nothing. */
async function said(onHand: number, awaited: Partial<Awaited>, inTransit = 0): Promise<Facts["runs_out"] | undefined> {
  const all: Awaited = { draftMilli: 0, arrivals: [], overdue: [], ...awaited };
  const purchases = {
    suppliersOf: async () => new Map([[1, { leadTimeDays: LEAD }]]),
    awaited: async () => new Map([[1, all]]),
    leadTimeDays: 30,
  } as unknown as Purchases;
  const product = {
    ...{
      productId: 1,
      sku: "PAN",
      name: "PAN",
      unit: "un",
      soldMilli: 0,
      squaresMilli: 0n,
      counting: false,
      costMinor: 1,
    },
    ...{ onHandMilli: onHand * 1000, expiredMilli: 0, inTransitMilli: inTransit * 1000, reorderPointMilli: 0 },
  };
  const found = await createStockWatch({ purchases })(1, { looked: 1, known: [{ product, days: TEN, grounds }] });
  const [one] = found.said;
  if (one)
    assert.deepEqual(
      one.news,
      all.overdue.map(({ number }) => `overdue:${number}`),
    );
  return one?.kind === "runs_out" ? one.facts : undefined;
}
const coming = (milli: number, inDays: number) => ({ arrivals: [{ milli, inDays }] });

describe("what is awaited on a shelf", () => {
  it("three days' goods with a hundred to come in six run out all the same", async () => {
    const facts = (await said(30, coming(100_000, 6))) ?? assert.fail("silent");
    assert.deepEqual([facts.days, facts.arrivesDays, facts.onOrderMilli], [3, 6, 100_000]);
    assert.equal(await said(60, coming(100_000, 6)), undefined, "sixty are enough for six days");
    assert.equal((await said(59, coming(100_000, 6)))?.days, 5);
    assert.equal(await said(0, coming(100_000, 0)), undefined, "it comes today");
  });

  it("what comes in time and is too little is told beside a delivery that is ordered today", async () => {
    const facts = (await said(20, coming(20_000, 1))) ?? assert.fail("silent");
    // four days of forty; an order of today comes in seven
    assert.deepEqual([facts.days, facts.arrivesDays, facts.leadDays], [4, undefined, 7]);
    assert.equal(await said(20, coming(50_000, 1)), undefined);
  });

  it("a gap between two deliveries is one, also when the later is beyond the lead time", async () => {
    const arrivals = [
      { milli: 60_000, inDays: 1 },
      { milli: 500_000, inDays: 12 },
    ];
    // eighty are there for eight days
    const facts = (await said(20, { arrivals })) ?? assert.fail("silent");
    assert.deepEqual([facts.days, facts.arrivesDays, facts.onOrderMilli], [8, 12, 560_000]);
  });

  it("an order that never came is told with its number, and is not on its way", async () => {
    const late = { number: "OC-7", sentOn: "2026-01-05", dueOn: "2026-01-12", milli: 100_000 };
    const facts = (await said(0, { overdue: [late] })) ?? assert.fail("silent");
    assert.deepEqual([facts.days, facts.onOrderMilli, facts.arrivesDays], [0, 0, undefined]);
    assert.deepEqual(facts.overdue, [{ number: "OC-7", sentOn: "2026-01-05", dueOn: "2026-01-12" }]);
    assert.equal(await said(70, { overdue: [late] }), undefined, "of what is there nothing is said");
  });

  it("what nobody was told of is not on its way; what another store has sent is as if it were there", async () => {
    assert.equal((await said(30, { draftMilli: 100_000 }))?.onOrderMilli, 0);
    assert.equal(await said(30, {}, 40), undefined);
  });

  it("it lasts until the day whose sales it does not cover", () => {
    assert.equal(daysThatLast(TEN, 30_000), 3);
    assert.equal(daysThatLast(TEN, 29_999), 2);
    assert.equal(daysThatLast(TEN, 30_000, [{ milli: 5000, inDays: 3 }]), 3);
    assert.equal(daysThatLast(TEN, 30_000, [{ milli: 10_000, inDays: 3 }]), 4);
    assert.equal(daysThatLast(TEN, 30_000, [{ milli: 1e9, inDays: 3 }]), AHEAD);
  });
});
