/** What holds a large catalogue in little memory answers as a Map would. */
import assert from "node:assert/strict";
import fc from "fast-check";
import { describe, it } from "mocha";
import { ByProduct } from "../by-product.ts";
import { Numbered } from "../lexical/numbered.ts";
import { Texts } from "../texts.ts";

describe("small tables", () => {
  it("a number of each product is found, changed and taken away, wherever the ids lie", () => {
    const id = fc.oneof(fc.integer({ min: 1, max: 3000 }), fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER }));
    const step = fc.record({ id, value: fc.option(fc.integer({ min: 0, max: 2 ** 31 - 2 })) });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 200 }), fc.array(id), (steps, others) => {
        const [table, map] = [new ByProduct(), new Map<number, number>()];
        for (const { id, value } of steps) {
          if (value === null) {
            table.delete(id);
            map.delete(id);
          } else {
            table.set(id, value);
            map.set(id, value);
          }
          assert.equal(table.size, map.size);
        }
        assert.deepEqual([...table.ids()].sort(), [...map.keys()].sort());
        for (const one of [...steps.map(({ id }) => id), ...others, 0, -1, 0.5, Number.NaN])
          assert.equal(table.get(one), map.get(one));
      }),
    );
  });

  it("of a product is told what was put last", () => {
    const text = { sku: "A", name: "Leche", description: "entera", category: "Lácteos", brand: "Alpina", active: true };
    const bare = { id: 9, sku: "B", name: "Pan", description: undefined, category: undefined, brand: undefined };
    const texts = new Texts();
    texts.put({ id: 7, ...text });
    texts.put({ ...bare, active: false });
    texts.put({ id: 5000, ...text, name: "Yogur", active: false });
    texts.put({ id: 5000, ...text, name: "Kumis" });
    texts.put({ ...bare, active: true });
    assert.deepEqual(texts.get(7), { id: 7, ...text });
    assert.deepEqual(texts.get(9), { ...bare, active: true });
    assert.deepEqual(texts.get(5000), { id: 5000, ...text, name: "Kumis" });
    assert.equal(texts.get(8), undefined);
    assert.deepEqual([...texts.ids()], [7, 9, 5000]);
  });

  it("words have the numbers in which they came, many more than there is room at first", () => {
    const numbered = new Numbered();
    const words = Array.from({ length: 5000 }, (_, at) => `${at % 7}palabra${at}ñ😀`);
    words.forEach((word, at) => {
      assert.equal(numbered.find(word), undefined);
      assert.equal(numbered.add(word), at);
    });
    words.forEach((word, at) => {
      assert.equal(numbered.find(word), at);
    });
    assert.equal(numbered.find("palabra"), undefined);
    assert.deepEqual(numbered.words, words);
  });

  it("words of one place are told apart", () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.string({ maxLength: 3 }), { maxLength: 2000, minLength: 600 }), (words) => {
        const numbered = new Numbered();
        for (const word of words) numbered.add(word);
        words.forEach((word, at) => {
          assert.equal(numbered.find(word), at);
        });
      }),
      { numRuns: 20 },
    );
  });
});
