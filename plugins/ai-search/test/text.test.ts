/** One pipeline for products and queries: what it gives for anything anybody may type. */
import assert from "node:assert/strict";
import fc from "fast-check";
import { describe, it } from "mocha";
import { termsOf, termsOfWord, wordsOf } from "../text/analyze.ts";
import { stem } from "../text/stem.ts";

const anything = fc.oneof(
  fc.string({ unit: "grapheme", maxLength: 60 }),
  fc.string({ unit: "binary", maxLength: 60 }),
  // what labels are made of, in any order
  fc
    .array(
      fc.constantFrom(
        ..."x y medio media litro kilo libra un 500 ml g kg 1,5 1.5 2.500 x6 6 Ñame Piña ﬁ ½ º ️".split(" "),
      ),
      { maxLength: 12 },
    )
    .map((parts) => parts.join(" ")),
);

const same = (a: string, b: string) => assert.deepEqual(termsOf(a), termsOf(b), `${a} / ${b}`);

describe("the words of names and queries", () => {
  it("one size is one term, however it is written", () => {
    for (const [a, b] of [
      ["Agua 500ml", "agua 500 ml"],
      ["Agua 500 ML", "agua medio litro"],
      ["Coca-Cola 1,5 L", "coca cola 1500cc"],
      ["coca cola 1.5 lts", "coca cola litro y medio"],
      ["Arroz 1 kg", "arroz kilo"],
      ["arroz 1.000 g", "arroz un kilo"],
      ["café 500 gr", "cafe libra"],
      ["cafe media libra", "café 250g"],
      ["papel x 12", "papel x12 und"],
      ["huevos x30", "huevos 30 unidades"],
    ] as const)
      same(a, b);
    assert.notDeepEqual(termsOf("agua 500 ml"), termsOf("agua 600 ml"));
    assert.notDeepEqual(termsOf("500 g"), termsOf("500 ml"));
    assert.ok(termsOf("Coca-Cola 1,5 L").includes("1.5"), "the number alone finds it too");
  });

  it("accents, case and ñ; singular and plural; two letters and numbers stay", () => {
    for (const [a, b] of [
      ["PIÑA", "pina"],
      ["Azúcar", "AZUCAR"],
      ["jabones", "jabón"],
      ["panes", "pan"],
      ["nueces", "nuez"],
      ["luces", "luz"],
      ["dulces", "dulce"],
      ["gaseosas", "gaseosa"],
      ["batteries", "battery"],
      ["lápices", "lápiz"],
      ["huevos", "huevo"],
      ["carnes", "carne"],
      ["speakers", "speaker"],
    ] as const)
      same(a, b);
    assert.deepEqual(wordsOf("Pilas AA 12"), ["pilas", "aa", "12"]);
    assert.deepEqual(wordsOf("de la"), ["de", "la"], "stop words alone are searched for");
    for (const kept of ["gas", "sal", "plus", "tenis", "salsa"]) assert.equal(stem(kept), kept);
  });

  it("a text that went through it stays as it is, whatever it was", () => {
    fc.assert(
      fc.property(anything, (text) => {
        const words = wordsOf(text);
        assert.deepEqual(wordsOf(words.join(" ")), words);
        for (const word of words) {
          const [whole = ""] = termsOfWord(word);
          assert.equal(termsOfWord(whole)[0], whole);
        }
      }),
      { numRuns: 3000 },
    );
  });

  it("terms of a text are those of its words, for products and queries alike; none is empty, long, or has an accent", () => {
    fc.assert(
      fc.property(anything, (text) => {
        const terms = termsOf(text);
        assert.deepEqual(terms, wordsOf(text).flatMap(termsOfWord));
        assert.deepEqual(termsOf(text.normalize("NFC")), termsOf(text.normalize("NFD")));
        for (const term of terms) {
          assert.ok(term.length > 0 && [...term].length <= 40, term);
          assert.equal(/\p{M}|\s/u.test(term), false, term);
        }
      }),
      { numRuns: 3000 },
    );
  });

  it("what says nothing of a product is not looked for, unless there is nothing else", () => {
    assert.deepEqual(termsOf("algo para lavar la ropa"), termsOf("lavar ropa"));
    assert.deepEqual(termsOf("something for the kitchen"), termsOf("kitchen"));
    assert.equal(termsOf("de la").length, 2);
  });

  it("ten thousand letters are cut, not analysed", () => {
    for (const text of ["x".repeat(10_000), "1,5 ".repeat(2500), "ñ́".repeat(5000), "libra y media ".repeat(700)])
      assert.ok(termsOf(text).length <= 4000 * 3, text.slice(0, 20));
    assert.deepEqual(termsOf("x".repeat(10_000)), ["x".repeat(40)]);
    // one sign that falls into eighteen letters and three spaces
    assert.ok(termsOf("\u{fdfa}".repeat(4000)).length <= 4000 / 4);
  });
});
