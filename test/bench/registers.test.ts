import assert from "node:assert/strict";
import { describe, it } from "mocha";
import type { Ask } from "./load/protocol.ts";
import { PART, REGISTERS, SLICE, salesOf } from "./registers.ts";

const productsOf = (asks: readonly Ask[]) =>
  asks.flatMap(({ body = "" }) =>
    (JSON.parse(body) as { items: { product_id: number }[] }).items.map(({ product_id: id }) => id),
  );

describe("what the registers of the bench sell", () => {
  it("is of no two registers the same product, and of each as many different ones as its slices have", () => {
    const sold = salesOf().map((asks) => new Set(productsOf(asks)));
    assert.deepEqual(
      sold.map(({ size }) => size),
      Array(REGISTERS).fill(5 * SLICE),
    );
    assert.equal(new Set(sold.flatMap((one) => [...one])).size, REGISTERS * 5 * SLICE);
  });

  it("is one of each part of the catalogue in a sale, or one same product at all", () => {
    for (const asks of salesOf())
      for (const one of asks)
        assert.deepEqual(
          productsOf([one]).map((id) => Math.floor((id - 1) / PART)),
          [0, 1, 2, 3, 4],
        );
    assert.deepEqual([...new Set(salesOf({ items: 1, same: 7 }).flatMap(productsOf))], [7]);
  });
});
