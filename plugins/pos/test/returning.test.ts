/** Parts of a sale that come back, and the money with them: whatever the parts, they are the whole in the end. */
import assert from "node:assert/strict";
import fc from "fast-check";
import { describe, it } from "mocha";
import { sum } from "../../../kernel/money.ts";
import type { Payment, SaleLine } from "../domain.ts";
import { priceCart } from "../pricing.ts";
import { refunds as refundsOf, STORE_CREDIT } from "../refunds.ts";
import { lineBack, NOTHING, refundAsPaid, type TakenBack, tendersHeld } from "../returning.ts";
import { roundToCoin } from "../settlement.ts";

describe("parts of what was sold", () => {
  const line = fc.record({
    quantityMilli: fc.integer({ min: 1, max: 100_000 }),
    unitPriceMinor: fc.oneof(fc.integer({ min: 0, max: 20 }), fc.integer({ min: 0, max: 10_000_000 })),
    taxRateBp: fc.oneof(fc.constantFrom(0, 500, 800, 1900), fc.integer({ min: 0, max: 10_000 })),
    off: fc.integer({ min: 0, max: 10_000 }),
    promotedBp: fc.integer({ min: 1, max: 10_000 }),
  });

  it("add up to the whole, whatever the parts and their order", () => {
    fc.assert(
      fc.property(line, fc.array(fc.integer({ min: 1, max: 100_000 }), { maxLength: 12 }), (facts, cuts) => {
        const discount = facts.off > 0 ? ({ kind: "percent", bp: facts.off } as const) : undefined;
        const promotion = {
          id: 1,
          name: "Promo",
          productIds: undefined,
          offer: { kind: "percent", bp: facts.promotedBp },
        } as const;
        const [priced] = priceCart([{ ...facts, productId: 1, discount }], undefined, [promotion]).lines;
        assert.ok(priced);
        const sold = { ...priced, line: 1, costMinor: 0 } as unknown as SaleLine;
        let taken: TakenBack = NOTHING;
        for (const cut of [...cuts, facts.quantityMilli]) {
          const quantityMilli = Math.min(cut, facts.quantityMilli - taken.quantityMilli);
          if (quantityMilli === 0) continue;
          const back = lineBack(sold, taken, { quantityMilli, condition: "restock" });
          assert.ok(back.totalMinor <= 0 && back.taxMinor <= 0 && back.discountMinor <= 0);
          assert.ok(back.taxMinor >= back.totalMinor);
          taken = {
            quantityMilli: taken.quantityMilli - back.quantityMilli,
            totalMinor: taken.totalMinor - back.totalMinor,
            taxMinor: taken.taxMinor - back.taxMinor,
            discountMinor: taken.discountMinor - back.discountMinor,
            promotionMinor: taken.promotionMinor - (back.promotion?.amountMinor ?? 0),
          };
        }
        const { totalMinor, taxMinor, discountMinor } = sold;
        const promotionMinor = sold.promotion?.amountMinor ?? 0;
        assert.deepEqual(taken, {
          quantityMilli: facts.quantityMilli,
          totalMinor,
          taxMinor,
          discountMinor,
          promotionMinor,
        });
      }),
    );
  });

  it("a part for which no money comes back has no tax in it", () => {
    const sold = { line: 1, quantityMilli: 3000, totalMinor: 2, taxMinor: 1, discountMinor: 0 } as SaleLine;
    let taken: TakenBack = NOTHING;
    const parts = [1, 2, 3].map(() => {
      const { totalMinor, taxMinor } = lineBack(sold, taken, { quantityMilli: 1000, condition: "restock" });
      taken = {
        quantityMilli: taken.quantityMilli + 1000,
        totalMinor: taken.totalMinor - totalMinor,
        taxMinor: taken.taxMinor - taxMinor,
        discountMinor: 0,
        promotionMinor: 0,
      };
      return [totalMinor, taxMinor];
    });
    assert.deepEqual(parts, [
      [-1, -1],
      [0, 0],
      [-1, 0],
    ]);
  });

  it("refunds as paid never take more from a tender than it holds, and the last one empties them", () => {
    const parts = fc.record({
      card: fc.nat(1_000_000),
      cash: fc.nat(1_000_000),
      change: fc.nat(1000),
      shares: fc.array(fc.double({ min: 0.01, max: 0.9, noNaN: true }), { maxLength: 6 }),
      coinMinor: fc.constantFrom(0, 50, 100, 5000),
    });
    fc.assert(
      fc.property(parts, ({ card, cash: inCash, change, shares, coinMinor }) => {
        const changeMinor = Math.min(change, inCash);
        const payments = [
          { method: "card", amountMinor: card, reference: undefined },
          { method: "cash", amountMinor: inCash, reference: undefined },
        ];
        const refunds: { method: string; amountMinor: number; reference: undefined }[] = [];
        let leftMinor = card + inCash - changeMinor;
        for (const share of [...shares, 1]) {
          const complete = share === 1;
          const held = tendersHeld({ payments, changeMinor }, refunds);
          const linesMinor = Math.round(leftMinor * share);
          const plan = refundAsPaid(held, { linesMinor, leftMinor, complete, coinMinor });
          // a drawer's coins may not fit what a tender still holds; then somebody chooses
          if (!plan) return;
          for (const { method, amountMinor } of plan) {
            assert.ok(amountMinor > 0 && amountMinor <= (held.get(method) ?? 0));
            leftMinor -= amountMinor;
            refunds.push({ method, amountMinor: -amountMinor, reference: undefined });
          }
          assert.ok(leftMinor >= 0);
        }
        assert.equal(leftMinor, 0);
      }),
    );
  });

  it("in coins, by card or as credit: never more comes back than was paid, and credit for the rest is always taken", () => {
    const sales = fc.record({
      lines: fc.array(fc.integer({ min: 1, max: 300 }), { minLength: 1, maxLength: 6 }),
      card: fc.constantFrom(0, 0, 60, 100_000),
      coinMinor: fc.constantFrom(0, 50, 100, 1000),
      ways: fc.array(fc.constantFrom(undefined, "cash", STORE_CREDIT), { minLength: 6, maxLength: 6 }),
    });
    fc.assert(
      fc.property(sales, ({ lines, card, coinMinor, ways }) => {
        const byCard = Math.min(card, sum(lines));
        const inCash = roundToCoin(sum(lines) - byCard, coinMinor);
        const paid = (method: string, amountMinor: number) => ({ method, amountMinor, reference: undefined });
        const payments = [paid("card", byCard), paid("cash", inCash)].filter(({ amountMinor }) => amountMinor > 0);
        const back: Payment[] = [];
        let leftMinor = byCard + inCash;
        lines.forEach((linesMinor, index) => {
          const due = { linesMinor, leftMinor, complete: index === lines.length - 1, coinMinor, digits: 2 };
          const held = tendersHeld({ payments, changeMinor: 0 }, back);
          const by = (method: string | undefined) =>
            refundsOf(method === undefined ? undefined : { method }, held, due);
          let given: Payment[];
          try {
            given = by(ways[index]);
          } catch {
            // that tender holds less
            given = by(STORE_CREDIT);
          }
          back.push(...given);
          leftMinor += sum(given.map(({ amountMinor }) => amountMinor));
          assert.ok(leftMinor >= 0);
        });
        assert.equal(leftMinor, 0);
      }),
      { numRuns: 1000 },
    );
  });
});
