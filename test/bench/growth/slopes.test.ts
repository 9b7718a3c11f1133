import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { goalOf } from "../report/bars.ts";
import { extrapolated, figuresOf, growthOf } from "./slopes.ts";

describe("how the bench judges growth", () => {
  const near = (one: number, other: number) => assert.ok(Math.abs(one - other) < 1e-9, `${one} is not ${other}`);

  it("is 1 where time grows as size does, 0 where it stays, and goes on like that", () => {
    near(growthOf([1000, 10_000, 100_000], [1, 10, 100]), 1);
    near(growthOf([1000, 10_000], [5, 5]), 0);
    near(extrapolated([1000, 10_000], [1, 2], 1_000_000), 8);
    near(extrapolated([1000, 10_000], [9, 2], 1_000_000), 2);
  });

  it("sees in the last decade what a slow first size hides in the whole", () => {
    const samples = new Map([["a page", [[8], [2], [10]]]]);
    const figures = figuresOf(samples, [1000, 10_000, 100_000], { what: "sales", until: 10_000_000 });
    assert.deepEqual(
      figures.map((one) => goalOf(one)?.met),
      [true, false],
    );
    assert.match(figures[1]?.beside ?? "", /p50 2\.0 ms at 10K, 10\.0 ms at 100K; by this slope 250\.0 ms at 10M/);
    assert.equal(figuresOf(new Map([["a page", [[2], [10]]]]), [10, 100], { what: "sales" }).length, 1);
  });
});
