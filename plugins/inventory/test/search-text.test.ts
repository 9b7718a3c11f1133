import assert from "node:assert/strict";
import fc from "fast-check";
import { describe, it } from "mocha";
import { searchPatterns, searchTextOf, typosIn, withinOneEdit } from "../search-text.ts";

describe("what the search compares", () => {
  it("case, accents and signs do not count", () => {
    assert.equal(searchTextOf("Café «Águila» 1/2 Ñ", "CAF-01"), " cafe aguila 1 2 n | caf 01");
    assert.deepEqual(searchPatterns("  CAFÉ ")?.words, ["cafe"]);
  });

  it("a query of signs alone asks for nothing", () => {
    for (const query of ["", " ", "&", "%", "_", "--"]) assert.equal(searchPatterns(query), undefined);
  });

  it("two letters are looked for at the start of words, three anywhere", () => {
    assert.deepEqual(searchPatterns("pa cola")?.anywhere, ["% pa%", "%cola%"]);
  });

  it("one wrong, missing, added or swapped letter a word is forgiven", () => {
    const text = searchTextOf("Leche deslactosada caja 1 L", "LED-1000");
    for (const word of ["lehce", "lech", "leche", "lexhe", "leeche", "lche"])
      assert.notEqual(typosIn([word], text), undefined, word);
    assert.equal(typosIn(["leche", "caja"], text), 0);
    assert.equal(typosIn(["lehce", "cjaa"], text), 2);
    assert.equal(typosIn(["lexxe"], text), undefined);
    assert.equal(typosIn(["deslatcosadas"], text), undefined);
  });

  it("a word of three letters is taken as written: one edit of it is another word", () => {
    assert.equal(typosIn(["sal"], searchTextOf("Gel", "G")), undefined);
  });

  it("one edit is what Damerau calls it", () => {
    const word = fc.string({ minLength: 0, maxLength: 8, unit: fc.constantFrom("a", "b", "c") });
    fc.assert(fc.property(word, word, (a, b) => withinOneEdit(a, b) === damerau(a, b) <= 1));
  });
});

/** Restricted Damerau-Levenshtein distance, the slow way. */
function damerau(a: string, b: string): number {
  const row = (length: number) => new Array<number>(length + 1).fill(0);
  const d = Array.from({ length: a.length + 1 }, () => row(b.length));
  const at = (i: number, j: number) => d[i]?.[j] ?? Number.POSITIVE_INFINITY;
  for (let i = 0; i <= a.length; i += 1) {
    for (let j = 0; j <= b.length; j += 1) {
      let best = i === 0 ? j : j === 0 ? i : Number.POSITIVE_INFINITY;
      if (i > 0 && j > 0)
        best = Math.min(at(i - 1, j) + 1, at(i, j - 1) + 1, at(i - 1, j - 1) + (a[i - 1] === b[j - 1] ? 0 : 1));
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) best = Math.min(best, at(i - 2, j - 2) + 1);
      (d[i] ?? [])[j] = best;
    }
  }
  return at(a.length, b.length);
}
