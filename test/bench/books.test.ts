import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { compare } from "./books.ts";

describe("answered sales against the books", () => {
  const sold = [
    { key: "a", id: 1, number: "C1-1" },
    { key: "b", id: 2, number: "C1-2" },
  ];

  it("finds a lost one though as many others were committed and never answered", () => {
    const numbers = new Map([
      [1, "C1-1"],
      [3, "C1-3"],
    ]);
    assert.deepEqual(compare(sold, { numbers, withoutKey: [] }), { lost: [sold[1]], doubled: [] });
  });

  it("finds a sale under another number, one that no key has, and one that two keys have", () => {
    const numbers = new Map([
      [1, "C1-9"],
      [2, "C1-2"],
      [4, "C1-4"],
    ]);
    const again = { key: "c", id: 2, number: "C1-2" };
    assert.deepEqual(compare([...sold, again], { numbers, withoutKey: [4] }), { lost: [sold[0]], doubled: [4, 2] });
  });
});
