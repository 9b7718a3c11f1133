/** What promotions take: pure, whatever the order, best for the customer, never more than the goods cost. */
import assert from "node:assert/strict";
import fc from "fast-check";
import { describe, it } from "mocha";
import { type PricedLine, priceCart } from "../pricing.ts";
import { momentOf } from "../promotions/promotion.ts";
import type { Offer, Rule } from "../promotions/taking.ts";

const line = fc.record({
  productId: fc.integer({ min: 1, max: 4 }),
  quantityMilli: fc.oneof(
    fc.integer({ min: 1, max: 12 }).map((units) => units * 1000),
    fc.integer({ min: 1, max: 20_000 }),
  ),
  unitPriceMinor: fc.oneof(fc.integer({ min: 0, max: 30 }), fc.integer({ min: 0, max: 1_000_000 })),
  taxRateBp: fc.constantFrom(0, 500, 1900),
  taxKind: fc.constantFrom("included" as const, "added" as const),
  labelMinor: fc.option(fc.nat(100_000), { nil: undefined, freq: 8 }),
  listPriceMinor: fc.option(fc.nat(100_000), { nil: undefined, freq: 8 }),
  discount: fc.option(
    fc.integer({ min: 1, max: 10_000 }).map((bp) => ({ kind: "percent" as const, bp })),
    { nil: undefined },
  ),
});
const cart = fc.array(line, { minLength: 1, maxLength: 25 });
const offer: fc.Arbitrary<Offer> = fc.oneof(
  fc.record({ kind: fc.constant("percent" as const), bp: fc.integer({ min: 1, max: 10_000 }) }),
  fc.record({
    kind: fc.constant("quantity" as const),
    bp: fc.integer({ min: 1, max: 10_000 }),
    fromMilli: fc.integer({ min: 1, max: 20_000 }),
  }),
  fc
    .tuple(fc.integer({ min: 2, max: 6 }), fc.integer({ min: 1, max: 5 }))
    .filter(([take, pay]) => pay < take)
    .map(([take, pay]) => ({ kind: "n_for_m" as const, take, pay })),
);
const rules: fc.Arbitrary<Rule[]> = fc
  .array(
    fc.record({ offer, products: fc.option(fc.uniqueArray(fc.integer({ min: 1, max: 4 })), { nil: undefined }) }),
    { maxLength: 6 },
  )
  .map((made) =>
    made.map(({ offer, products }, index) => ({
      id: index + 1,
      name: `P${index + 1}`,
      offer,
      productIds: products && new Set(products),
    })),
  );
const add = (amounts: number[]) => amounts.reduce((sum, one) => sum + one, 0);
const rule = (offer: Offer, ...products: number[]): Rule => ({
  id: 1,
  name: "P",
  offer,
  productIds: products.length > 0 ? new Set(products) : undefined,
});
const goods = (productId: number, unitPriceMinor: number, units: number): PricedLine => ({
  productId,
  unitPriceMinor,
  quantityMilli: units * 1000,
  taxRateBp: 0,
});
const taken = (lines: PricedLine[], ...rules: Rule[]) =>
  priceCart(lines, undefined, rules).lines.map(({ promotion }) => promotion?.amountMinor ?? 0);

describe("what promotions take", () => {
  it("as a shop says it: 3 for 2, 10 % from three, 20 % of everything", () => {
    const threeForTwo = rule({ kind: "n_for_m", take: 3, pay: 2 });
    assert.deepEqual(taken([goods(1, 1000, 2)], threeForTwo), [0]);
    assert.deepEqual(taken([goods(1, 1000, 3)], threeForTwo), [1000]);
    assert.deepEqual(taken([goods(1, 1000, 7)], threeForTwo), [2000]);
    // units of one product count together, of two they do not; of each three the cheapest is free
    assert.deepEqual(taken([goods(1, 1000, 2), goods(1, 900, 1)], threeForTwo), [0, 900]);
    assert.deepEqual(taken([goods(1, 1000, 2), goods(2, 900, 1)], threeForTwo), [0, 0]);
    assert.deepEqual(taken([goods(1, 1000, 3), goods(1, 100, 3)], threeForTwo), [1000, 100]);
    const fromThree = rule({ kind: "quantity", fromMilli: 3000, bp: 1000 }, 1);
    assert.deepEqual(taken([goods(1, 1000, 2), goods(2, 1000, 9)], fromThree), [0, 0]);
    assert.deepEqual(taken([goods(1, 1000, 2), goods(1, 500, 1)], fromThree), [200, 50]);
    assert.deepEqual(taken([goods(1, 1000, 1), goods(2, 500, 1)], rule({ kind: "percent", bp: 2000 })), [200, 100]);
  });

  it("a case is 24 units where a percent begins at a quantity, and no part of 3 for 2", () => {
    const box = { ...goods(1, 20_000, 1), factorMilli: 24_000 };
    assert.deepEqual(taken([box], rule({ kind: "quantity", fromMilli: 24_000, bp: 1000 })), [2000]);
    assert.deepEqual(taken([box], rule({ kind: "quantity", fromMilli: 24_001, bp: 1000 })), [0]);
    assert.deepEqual(taken([box, box, box], rule({ kind: "n_for_m", take: 3, pay: 2 })), [0, 0, 0]);
  });

  it("a price by hand has no promotion, and a discount by hand is taken from what is left", () => {
    const half = rule({ kind: "percent", bp: 5000 });
    assert.deepEqual(taken([{ ...goods(1, 1000, 1), listPriceMinor: 1200 }], half), [0]);
    const { lines, totals, promotions } = priceCart(
      [{ ...goods(1, 1000, 1), discount: { kind: "percent", bp: 1000 } }],
      { kind: "percent", bp: 1000 },
      [half],
    );
    // 1000 - 500 = 500, less 10 % = 450, less 10 % = 405
    assert.equal(totals.totalMinor, 405);
    assert.equal(lines[0]?.discountMinor, 595);
    assert.deepEqual(promotions, [{ id: 1, name: "P", amountMinor: 500 }]);
  });

  it("nothing is below zero, the lines are the total, and what promotions took is part of the discounts", () => {
    fc.assert(
      fc.property(cart, rules, (lines, promotions) => {
        const priced = priceCart(lines, undefined, promotions);
        for (const one of priced.lines) {
          const promoted = one.promotion?.amountMinor ?? 0;
          assert.ok(promoted >= 0 && promoted <= one.discountMinor && one.discountMinor <= one.grossMinor);
          assert.ok(one.totalMinor >= 0);
          if (one.listPriceMinor !== undefined) assert.equal(one.promotion, undefined);
        }
        assert.equal(add(priced.lines.map(({ totalMinor }) => totalMinor)), priced.totals.totalMinor);
        assert.equal(
          add(priced.promotions.map(({ amountMinor }) => amountMinor)),
          add(priced.lines.map(({ promotion }) => promotion?.amountMinor ?? 0)),
        );
      }),
    );
  });

  it("neither the order of the lines nor that of the promotions matters", () => {
    fc.assert(
      fc.property(cart, rules, fc.infiniteStream(fc.nat()), (lines, promotions, keys) => {
        const shuffle = <T>(list: T[]) =>
          list
            .map((one) => ({ one, key: keys.next().value ?? 0 }))
            .sort((a, b) => a.key - b.key)
            .map(({ one }) => one);
        const there = priceCart(lines, undefined, promotions);
        const back = priceCart(shuffle(lines), undefined, shuffle(promotions));
        assert.deepEqual(back.totals, there.totals);
        const byId = (list: typeof there.promotions) => [...list].sort((a, b) => a.id - b.id);
        assert.deepEqual(byId(back.promotions), byId(there.promotions));
      }),
    );
  });

  it("the customer pays of each product the least that any one promotion would make it", () => {
    const bare = (lines: PricedLine[]) => lines.map((one) => ({ ...one, discount: undefined }));
    fc.assert(
      fc.property(cart, rules, (lines, promotions) => {
        for (const product of [1, 2, 3, 4]) {
          const own = bare(lines.filter(({ productId }) => productId === product));
          const takenBy = (list: Rule[]) => add(taken(own, ...list));
          const most = Math.max(0, ...promotions.map((one) => takenBy([one])));
          assert.equal(takenBy(promotions), most);
        }
      }),
    );
  });

  it("3 for 2 never charges more than without it, nor less than the dearest two of each three", () => {
    fc.assert(
      fc.property(cart, fc.integer({ min: 2, max: 6 }), (lines, take) => {
        const offer = { kind: "n_for_m", take, pay: take - 1 } as const;
        const without = priceCart(lines).totals.totalMinor;
        assert.ok(priceCart(lines, undefined, [rule(offer)]).totals.totalMinor <= without);
        const whole = lines.map((one) => ({ ...one, labelMinor: undefined, listPriceMinor: undefined }));
        for (const product of [1, 2, 3, 4]) {
          const units = whole
            .filter(({ productId, quantityMilli }) => productId === product && quantityMilli % 1000 === 0)
            .map(({ discount, ...one }) => one);
          const prices = units
            .flatMap((one) => new Array<number>(one.quantityMilli / 1000).fill(one.unitPriceMinor))
            .sort((a, b) => b - a);
          const free = prices.filter((_, index) => index % take === take - 1);
          assert.equal(add(taken(units, rule(offer))), add(free));
        }
      }),
    );
  });
});

describe("the moment at which something is sold", () => {
  it("is the store's clock and the weekday of its business day", () => {
    const instant = new Date("2026-03-07T06:30:00Z");
    assert.deepEqual(momentOf(instant, "2026-03-06", "America/Bogota"), { day: "2026-03-06", weekday: 5, minute: 90 });
    assert.equal(momentOf(new Date("2026-03-08T05:00:00Z"), "2026-03-08", "America/Bogota").weekday, 7);
    assert.equal(momentOf(new Date("2026-03-08T05:00:00Z"), "2026-03-08", "America/Bogota").minute, 0);
  });
});
