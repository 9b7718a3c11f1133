/** Weights, places and nearest products, for any catalogue; and the smallest ones. */
import assert from "node:assert/strict";
import fc from "fast-check";
import { describe, it } from "mocha";
import { Collection, type Fit, type NoFit, PARAMETERS } from "../../semantic/collection.ts";
import { digestOf } from "../../semantic/document.ts";
import { Space } from "../../semantic/space.ts";
import { columnsOf, rowOf, vocabularyOf } from "../../semantic/tfidf.ts";
import { Vectors } from "../../semantic/vectors.ts";

const term = fc.constantFrom(..."leche pan queso agua jabon rey big uva limon cola te mani".split(" "));
const texts = fc.array(fc.array(term, { maxLength: 8 }), { minLength: 2, maxLength: 25 });

function fitOf(catalogue: readonly string[][]): Fit | NoFit {
  const collection = new Collection();
  catalogue.forEach((terms, index) => {
    collection.add(index + 1, terms);
  });
  return collection.fit(PARAMETERS);
}

function spaceOf(fit: Fit): Space {
  const { vocabulary, components, dimensions, singularValues, ids } = fit;
  return new Space({
    id: 1,
    products: ids.length,
    terms: vocabulary.terms,
    idf: vocabulary.idf,
    components,
    dimensions,
    singularValues,
    readyAt: new Date(0),
  });
}

describe("weights of terms", () => {
  it("are scikit-learn's, by hand: sublinear, smooth, of length 1", () => {
    const counts = new Map([
      ["pan", 1],
      ["leche", 2],
      ["rara", 1],
    ]);
    const vocabulary = vocabularyOf(counts, 3, { leastTexts: 1, mostTerms: 10 });
    assert.deepEqual(vocabulary.terms, ["leche", "pan", "rara"]);
    assert.ok(Math.abs((vocabulary.idf[0] ?? 0) - (Math.log(4 / 3) + 1)) < 1e-6);
    const { indices, values } = rowOf(["leche", "leche", "pan", "otra"], columnsOf(vocabulary), vocabulary.idf);
    assert.deepEqual([...indices], [0, 1]);
    const [milk, bread] = [(1 + Math.log(2)) * (Math.log(4 / 3) + 1), Math.log(4 / 2) + 1];
    assert.ok(Math.abs((values[0] ?? 0) - milk / Math.hypot(milk, bread)) < 1e-6);
    assert.deepEqual([...rowOf(["otra"], columnsOf(vocabulary), vocabulary.idf).indices], []);
  });

  it("the rarest and the terms beyond the most are left out, ties by the alphabet", () => {
    const counts = new Map(Object.entries({ a: 3, d: 2, c: 2, b: 2, e: 1 }));
    assert.deepEqual(vocabularyOf(counts, 4, { leastTexts: 2, mostTerms: 3 }).terms, ["a", "b", "c"]);
  });
});

describe("a catalogue's model", () => {
  it("of any catalogue: every vector has length 1 or none, and folding a product in again leaves it where it is", () => {
    fc.assert(
      fc.property(texts, (catalogue) => {
        const fit = fitOf(catalogue);
        if ("empty" in fit) return;
        const space = spaceOf(fit);
        catalogue.forEach((terms, index) => {
          const vector = fit.vectors.subarray(index * fit.dimensions, (index + 1) * fit.dimensions);
          const length = Math.hypot(...vector);
          assert.ok(Math.abs(length - (terms.length > 0 && (fit.norms[index] ?? 0) > 0 ? 1 : 0)) < 1e-5);
          assert.ok((fit.norms[index] ?? 0) <= 1 + 1e-5);
          const { unit, digest } = space.fold(index + 1, terms);
          assert.deepEqual([...unit], [...vector]);
          assert.equal(digest, fit.digests[index]);
        });
      }),
    );
  });

  it("needs two products with a word in common, and says what is missing", () => {
    assert.deepEqual(fitOf([]), { empty: "too_few_products" });
    assert.deepEqual(fitOf([["pan"]]), { empty: "too_few_products" });
    assert.deepEqual(fitOf([["pan"], ["leche"]]), { empty: "no_shared_words" });
    assert.deepEqual(fitOf([[], []]), { empty: "no_shared_words" });
  });

  it("when all are called the same there is one dimension, and all stand at one place", () => {
    const fit = fitOf(Array.from({ length: 40 }, () => ["arroz", "diana"]));
    assert.ok(!("empty" in fit));
    assert.equal(fit.dimensions, 1);
    assert.ok(Math.abs((fit.singularValues[0] ?? 0) - Math.sqrt(40)) < 1e-4);
    assert.ok(fit.vectors.every((value) => Math.abs(value - 1) < 1e-5));
  });

  it("says by which words a text is near to a place, the strongest first", () => {
    const fit = fitOf([
      ["refresco", "bebida"],
      ["gaseosa", "bebida"],
      ["gaseosa", "bebida", "uva"],
      ["tornillo", "ferreteria"],
      ["martillo", "ferreteria"],
    ]);
    assert.ok(!("empty" in fit));
    const space = spaceOf(fit);
    const { unit } = space.placeOf(["refresco"]);
    const shared = space.shared(["gaseosa", "bebida", "tornillo"], unit, 2);
    assert.deepEqual(shared.sort(), ["bebida", "gaseosa"]);
    assert.equal(space.placeOf(["nunca", "vista"]).norm, 0);
  });

  it("a digest tells terms, their order and their borders apart", () => {
    const digests = [["ab", "c"], ["a", "bc"], ["abc"], ["c", "ab"], [], [""], ["ab", "c", ""]].map(digestOf);
    assert.equal(new Set(digests).size, digests.length);
    assert.ok(digests.every((digest) => digest === (digest | 0)));
  });
});

describe("the nearest products", () => {
  const vector = (length: number) =>
    fc.array(fc.integer({ min: -5, max: 5 }), { minLength: length, maxLength: length }).map((values) => {
      const norm = Math.hypot(...values) || 1;
      return Float32Array.from(values, (value) => value / norm);
    });

  it("are those that looking at each one finds, however many dimensions there are", () => {
    const order = fc.integer({ min: 1, max: 70 }).chain((length) =>
      fc.record({
        asked: vector(length),
        puts: fc.array(fc.record({ id: fc.integer({ min: 1, max: 30 }), unit: vector(length) }), { maxLength: 60 }),
        removed: fc.array(fc.integer({ min: 1, max: 30 }), { maxLength: 8 }),
        limit: fc.integer({ min: 1, max: 10 }),
        least: fc.double({ min: -0.5, max: 0.9, noNaN: true }),
      }),
    );
    fc.assert(
      fc.property(order, ({ asked, puts, removed, limit, least }) => {
        const vectors = new Vectors(asked.length, 1);
        const kept = new Map<number, Float32Array>();
        puts.forEach(({ id, unit }, index) => {
          vectors.put(id, unit, index);
          kept.set(id, unit);
        });
        for (const id of removed) {
          vectors.remove(id);
          kept.delete(id);
        }
        assert.equal(vectors.size, kept.size);
        const cosines = new Map(
          [...kept].map(([id, unit]) => [id, unit.reduce((sum, value, at) => sum + value * (asked[at] ?? 0), 0)]),
        );
        // each number is kept in steps of 1/32000; a cosine adds up what is left of all of them
        const [step, off] = [0.51 / 32_000, (0.51 / 32_000) * Math.sqrt(asked.length) + 1e-6];
        for (const [id, unit] of kept) {
          const told = vectors.get(id) ?? [];
          assert.equal(told.length, unit.length);
          assert.ok(unit.every((value, at) => Math.abs((told[at] ?? 9) - value) < step));
          assert.ok(Math.abs((vectors.cosine(id, asked) ?? 9) - (cosines.get(id) ?? 0)) < off);
        }
        assert.deepEqual([...vectors.ids()].sort(), [...kept.keys()].sort());
        const found = vectors.nearest(asked, limit, least);
        const wanted = [...cosines.values()].filter((cosine) => cosine > least + off).sort((a, b) => b - a);
        assert.ok(found.length >= Math.min(limit, wanted.length) && found.length <= limit);
        found.forEach(({ id, cosine }, at) => {
          assert.ok(Math.abs(cosine - (cosines.get(id) ?? 9)) < off);
          if (at < wanted.length) assert.ok(Math.abs(cosine - (wanted[at] ?? 9)) < 2 * off);
        });
      }),
      { numRuns: 300 },
    );
  });
});
