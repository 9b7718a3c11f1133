import assert from "node:assert/strict";
import fc from "fast-check";
import { describe, it } from "mocha";
import {
  correctionsOf,
  nearPatterns,
  searchPatterns,
  searchTextOf,
  vocabularyOf,
  withinOneEdit,
} from "../search-text.ts";

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

  it("one wrong, missing, added or swapped letter is forgiven, also at the start of a longer word", () => {
    const words = vocabularyOf(["Leche deslactosada", "Lechuga", "Caja 1 L", "Sal"]);
    assert.deepEqual(words, ["caja", "deslactosada", "leche", "lechuga", "sal"]);
    for (const word of ["lehce", "lexhe", "leeche", "lche"]) assert.equal(correctionsOf(word, words)[0], "leche", word);
    assert.deepEqual(correctionsOf("lehc", words), ["leche", "lechuga"]);
    assert.deepEqual(correctionsOf("cjaa", words), ["caja"]);
    for (const word of ["lexxe", "deslatcosadas", "ehclugax"]) assert.deepEqual(correctionsOf(word, words), [], word);
  });

  it("no word that is one edit away escapes the patterns by which the vocabulary is searched", () => {
    const word = fc.string({ minLength: 4, maxLength: 9, unit: fc.constantFrom("a", "b", "c") });
    const isFound = (typed: string, candidate: string) =>
      nearPatterns(typed).some((pattern) => like(pattern).test(candidate));
    fc.assert(
      fc.property(
        word,
        word,
        (typed, candidate) => correctionsOf(typed, [candidate]).length === 0 || isFound(typed, candidate),
      ),
      { numRuns: 5000 },
    );
  });

  it("one edit is what Damerau calls it", () => {
    const word = fc.string({ minLength: 0, maxLength: 8, unit: fc.constantFrom("a", "b", "c") });
    fc.assert(fc.property(word, word, (a, b) => withinOneEdit(a, b) === damerau(a, b) <= 1));
  });
});

function like(pattern: string): RegExp {
  return new RegExp(`^${pattern.replaceAll("%", ".*")}$`);
}

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
