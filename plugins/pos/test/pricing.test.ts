import assert from "node:assert/strict";
import fc from "fast-check";
import { describe, it } from "mocha";
import { TAX_KINDS, type TaxKind } from "../../inventory/api.ts";
import { type PricedLine, priceCart, totalsOf } from "../pricing.ts";
import { taxGroups } from "../receipts/taxes.ts";

const RATES = [0, 500, 800, 1900];

const line = fc.record({
  quantityMilli: fc.integer({ min: 1, max: 1_000_000 }),
  unitPriceMinor: fc.integer({ min: 0, max: 1_000_000_000 }),
  taxRateBp: fc.oneof(fc.constantFrom(...RATES), fc.integer({ min: 0, max: 10_000 })),
});
const cart = fc.array(line, { minLength: 1, maxLength: 60 });
const kind = fc.constantFrom(...TAX_KINDS);
/** What is exempt or excluded has no rate. */
const taxed = <L extends PricedLine>(one: L, taxKind: TaxKind) => ({
  ...one,
  taxKind,
  taxRateBp: taxKind === "exempt" || taxKind === "excluded" ? 0 : one.taxRateBp,
});
const priced = <L extends PricedLine>(lines: L[]) => lines.map((one) => ({ ...one, ...priceLine(one) }));
const priceLine = (one: PricedLine) => {
  const [priced] = priceCart([one]).lines;
  assert.ok(priced);
  return priced;
};
const add = (amounts: number[]) => amounts.reduce((sum, one) => sum + one, 0);

describe("what a sale costs", () => {
  it("a line is price by quantity, rounded once and half away from zero", () => {
    const cases: [number, number, number][] = [
      [350_000, 2000, 700_000],
      [429_900, 1250, 537_375],
      [333, 1500, 500],
      [1, 499, 0],
      [1, 500, 1],
      [99, 5, 0],
      [100, 5, 1],
    ];
    for (const [unitPriceMinor, quantityMilli, expected] of cases) {
      const { totalMinor } = priceLine({ unitPriceMinor, quantityMilli, taxRateBp: 1900 });
      assert.equal(totalMinor, expected, `${unitPriceMinor} x ${quantityMilli}`);
    }
  });

  it("tax is the part of the price that the law calls so", () => {
    const tax = (unitPriceMinor: number, taxRateBp: number) =>
      priceLine({ unitPriceMinor, taxRateBp, quantityMilli: 1000 }).taxMinor;
    assert.equal(tax(11_900, 1900), 1900);
    assert.equal(tax(10_500, 500), 500);
    assert.equal(tax(10_800, 800), 800);
    assert.equal(tax(10_000, 0), 0);
    // 10000 / 1.19 = 8403.36...
    assert.equal(tax(10_000, 1900), 1597);
  });

  it("the lines add up to the total, and tax and subtotal too", () => {
    fc.assert(
      fc.property(cart, (lines) => {
        const rows = priced(lines);
        const totals = totalsOf(rows);
        assert.equal(add(rows.map((row) => row.totalMinor)), totals.totalMinor);
        assert.equal(add(rows.map((row) => row.taxMinor)), totals.taxMinor);
        assert.equal(totals.subtotalMinor + totals.taxMinor, totals.totalMinor);
      }),
    );
  });

  it("a line is within half a cent of the exact amount, and its tax is within half a cent of the exact share", () => {
    fc.assert(
      fc.property(line, (one) => {
        const { totalMinor, taxMinor } = priceLine(one);
        const exact = BigInt(one.unitPriceMinor) * BigInt(one.quantityMilli);
        const off = BigInt(totalMinor) * 1000n - exact;
        assert.ok(off <= 500n && off > -500n, `${totalMinor} for ${exact} thousandths`);
        // tax = total - total / (1 + rate), so tax * (10000 + rate) is total * rate, give or take half a cent
        const divisor = BigInt(10_000 + one.taxRateBp);
        const offTax = BigInt(taxMinor) * divisor - BigInt(totalMinor) * BigInt(one.taxRateBp);
        assert.ok(2n * (offTax < 0n ? -offTax : offTax) <= divisor, `tax ${taxMinor} of ${totalMinor}`);
        assert.ok(taxMinor >= 0 && taxMinor <= totalMinor);
      }),
    );
  });

  it("the breakdown by rate and kind is the sale's subtotal and tax again, each once, the highest rate first", () => {
    fc.assert(
      fc.property(cart, fc.infiniteStream(kind), (lines, kinds) => {
        const rows = priced(lines.map((one) => taxed(one, kinds.next().value ?? "included")));
        const totals = totalsOf(rows);
        const groups = taxGroups(rows);
        assert.equal(add(groups.map((group) => group.baseMinor)), totals.subtotalMinor);
        assert.equal(add(groups.map((group) => group.taxMinor)), totals.taxMinor);
        assert.equal(groups.length, new Set(rows.map((one) => `${one.taxKind} ${one.taxRateBp}`)).size);
        const rates = groups.map((group) => group.rateBp);
        assert.deepEqual(
          rates,
          [...rates].sort((a, b) => b - a),
        );
        assert.equal(new Set(groups.map((group) => group.mark)).size, groups.length);
      }),
    );
  });

  it("a tax on top is what the goods cost after discounts times the rate; exempt and excluded goods pay none", () => {
    fc.assert(
      fc.property(line, kind, fc.integer({ min: 0, max: 10_000 }), (one, taxKind, bp) => {
        const discount = bp > 0 ? ({ kind: "percent", bp } as const) : undefined;
        const sold = { ...taxed(one, taxKind), discount };
        const [row] = priceCart([sold]).lines;
        assert.ok(row);
        const base = row.grossMinor - row.discountMinor;
        assert.equal(row.totalMinor, taxKind === "added" ? base + row.taxMinor : base);
        if (taxKind === "exempt" || taxKind === "excluded") assert.equal(row.taxMinor, 0);
        if (taxKind === "added") {
          const off = BigInt(row.taxMinor) * 10_000n - BigInt(base) * BigInt(sold.taxRateBp);
          assert.ok(off <= 5000n && off > -5000n, `tax ${row.taxMinor} on ${base}`);
        }
      }),
    );
  });

  it("a label's price stands in for price by quantity", () => {
    fc.assert(
      fc.property(line, fc.nat(1_000_000), (one, labelMinor) => {
        assert.equal(priceCart([{ ...one, labelMinor }]).totals.totalMinor, labelMinor);
      }),
    );
  });

  it("the order of the lines changes nothing", () => {
    fc.assert(
      fc.property(cart, (lines) => {
        assert.deepEqual(totalsOf(priced(lines)), totalsOf(priced([...lines].reverse())));
      }),
    );
  });

  it("five hundred lines of the dearest sort still add up exactly", () => {
    const dear = { unitPriceMinor: 10_000_000_000, quantityMilli: 1000, taxRateBp: 1900 };
    const { totalMinor } = totalsOf(Array.from({ length: 500 }, () => priceLine(dear)));
    assert.equal(totalMinor, 5_000_000_000_000);
  });
});

describe("discounts", () => {
  const discount = fc.option(
    fc.oneof(
      fc.record({ kind: fc.constant("percent" as const), bp: fc.integer({ min: 1, max: 10_000 }) }),
      fc.record({ kind: fc.constant("amount" as const), minor: fc.integer({ min: 1, max: 2_000_000_000 }) }),
    ),
    { nil: undefined },
  );
  const discounted = fc.array(
    fc.tuple(line, discount).map(([one, own]) => ({ ...one, discount: own })),
    { minLength: 1, maxLength: 40 },
  );

  it("ten percent of three lines is ten percent of the sale, shared by what each costs", () => {
    const at = (unitPriceMinor: number) => ({ unitPriceMinor, quantityMilli: 1000, taxRateBp: 1900 });
    const { lines, totals, discountMinor } = priceCart([at(1000), at(2000), at(3333)], { kind: "percent", bp: 1000 });
    assert.deepEqual([discountMinor, totals.totalMinor], [633, 5700]);
    assert.deepEqual(
      lines.map((one) => one.discountMinor),
      [100, 200, 333],
    );
  });

  it("the lines add up to the total, and no line, discount or tax falls below zero or exceeds its price", () => {
    fc.assert(
      fc.property(discounted, discount, (lines, whole) => {
        const { lines: rows, totals, discountMinor } = priceCart(lines, whole);
        assert.equal(add(rows.map((row) => row.totalMinor)), totals.totalMinor);
        assert.equal(add(rows.map((row) => row.taxMinor)), totals.taxMinor);
        assert.equal(add(rows.map((row) => row.discountMinor)), discountMinor);
        assert.equal(add(rows.map((row) => row.grossMinor)) - discountMinor, totals.totalMinor);
        for (const row of rows) {
          assert.ok(row.discountMinor >= 0 && row.totalMinor >= 0 && row.taxMinor >= 0);
          assert.equal(row.grossMinor - row.discountMinor, row.totalMinor);
        }
      }),
    );
  });

  it("each line's part of the sale's discount is within one unit of its exact share", () => {
    fc.assert(
      fc.property(cart, fc.integer({ min: 1, max: 10_000 }), (lines, bp) => {
        const { lines: rows, discountMinor } = priceCart(lines, { kind: "percent", bp });
        const gross = add(rows.map((row) => row.grossMinor));
        for (const row of rows) {
          if (gross === 0) assert.equal(row.discountMinor, 0);
          else assert.ok(Math.abs(row.discountMinor - (discountMinor * row.grossMinor) / gross) < 1 + 1e-6);
        }
      }),
    );
  });

  it("a discount of everything leaves nothing to pay", () => {
    fc.assert(
      fc.property(discounted, (lines) => {
        const { totals } = priceCart(lines, { kind: "percent", bp: 10_000 });
        assert.deepEqual(totals, { subtotalMinor: 0, taxMinor: 0, totalMinor: 0 });
      }),
    );
  });
});
