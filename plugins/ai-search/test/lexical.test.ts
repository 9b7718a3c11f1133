/** The index in memory, alone: what it finds does not depend on how it came to know it. */
import assert from "node:assert/strict";
import fc from "fast-check";
import { describe, it } from "mocha";
import { createDistance } from "../lexical/edits.ts";
import { Heaviest } from "../lexical/heaviest.ts";
import { LexicalIndex, type ProductText } from "../lexical/index.ts";
import { Names } from "../lexical/names.ts";
import { Ordered } from "../lexical/ordered.ts";
import { Synonyms } from "../lexical/synonyms.ts";

const product = (id: number, name: string, sku = `A-${String(id).padStart(5, "0")}`): ProductText => ({
  id,
  sku,
  name,
  description: undefined,
  category: undefined,
});
const indexOf = (...names: string[]) => {
  const index = new LexicalIndex();
  for (const [at, name] of names.entries()) index.put(product(at + 1, name));
  return index;
};
const ids = (index: LexicalIndex, query: string) => index.search(query, 20).hits.map(({ id }) => id);
const WORDS = "leche queso pan arroz cafe jabon agua crema mesa luz sol gaseosa galleta chocolate aceite sal".split(
  " ",
);
const name = fc.array(fc.constantFrom(...WORDS, "500 g", "1,5 l", "x 12"), { minLength: 1, maxLength: 5 });

describe("the index in memory", () => {
  it("a word stands before what it is the beginning of, what is called so before what is for it", () => {
    assert.deepEqual(ids(indexOf("Aguacate Hass", "Agua Cristal", "Aguardiente"), "agua")[0], 2);
    assert.equal(ids(indexOf("Funda para celular", "Celular sencillo"), "celular")[0], 2);
    assert.equal(ids(indexOf("Galletas de chocolate", "Chocolate de mesa"), "chocolate")[0], 2);
  });

  it("a name says more than a brand, a brand more than a category, a category more than a description", () => {
    const index = new LexicalIndex();
    const about = "dorado";
    index.put({ ...product(1, "Bolsa grande"), description: about });
    index.put({ ...product(2, "Bolsa grande"), category: about });
    index.put({ ...product(3, "Bolsa grande"), brand: about });
    index.put(product(4, "Bolsa dorado"));
    assert.deepEqual(ids(index, about), [4, 3, 2, 1]);
  });

  it("words cut or joined otherwise, begun, misspelt, as they sound; sizes; codes and how they end", () => {
    const goods = [
      "Gaseosa Coca-Cola 1,5 L",
      "Gaseosa Coca-Cola 400 ml",
      "Jabón Rey barra 300 g",
      "Gaseosa 7 Up 1,5 L",
      "Mousepad negro",
      "Huevos AA x 30",
      "Queso campesino",
    ];
    const index = indexOf(...goods);
    for (const [query, id] of [
      ["cocacola litro y medio", 1],
      ["coca cola 400", 2],
      ["jab rey", 3],
      ["jabonrey", 3],
      ["7up", 4],
      ["mouse pad", 5],
      ["uebos", 6],
      ["keso campecino", 7],
      ["qeuso", 7],
      ["huevos 30 unidades", 6],
      ["A-00003", 3],
      ["a00003", 3],
      ["00003", 3],
    ] as const)
      assert.equal(ids(index, query)[0], id, query);
    assert.deepEqual(ids(index, "zzqqxx"), []);
  });

  it("a z at the end of a stem sounds as an s, and a c of its own as a k", () => {
    const goods = [
      "Cerveza Aguila lata",
      "Mostaza bolsa",
      "Lápiz mina negra",
      "Esponja blanca",
      "Cabeza de ajo",
      "Cuajada",
    ];
    for (const [query, id] of [
      ["cerbesa", 1],
      ["serbesas", 1],
      ["cervesa aguila", 1],
      ["mostasa", 2],
      ["lapis", 3],
      ["vlanka", 4],
      ["kavesa", 5],
    ] as const)
      assert.equal(ids(indexOf(...goods), query)[0], id, query);
    const misspelt = indexOf("Serbesa de raiz", "Cuajada");
    assert.equal(ids(misspelt, "cerveza")[0], 1, "who wrote it wrong may be the shop");
  });

  it("a synonym finds, and what is really called so stands before it", () => {
    const index = indexOf("Gaseosa manzana", "Refresco de mora", "Papel higiénico", "Papel aluminio", "Agua 500 ml");
    index.synonyms = new Synonyms([
      ["gaseosa", "refresco", "soda"],
      ["papel de baño", "papel higiénico"],
    ]);
    assert.deepEqual(ids(index, "refresco"), [2, 1]);
    assert.deepEqual(new Set(ids(index, "soda")), new Set([1, 2]));
    assert.equal(ids(index, "papel de baño")[0], 3);
    assert.deepEqual(
      index.search("soda", 5).meanings.map(({ how }) => how),
      ["synonym", "synonym"],
    );
  });

  it("finds the same whatever was there before, was renamed or taken out, and after the dead are gone", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(name, { minLength: 1, maxLength: 12 }),
        fc.array(name, { maxLength: 12 }),
        name,
        async (now, before, asked) => {
          const query = asked.join(" ");
          const fresh = indexOf(...now.map((words) => words.join(" ")));
          const used = indexOf(...before.map((words) => words.join(" ")));
          for (let id = now.length + 1; id <= before.length; id++) used.remove(id);
          for (const [at, words] of now.entries()) used.put(product(at + 1, words.join(" ")));
          assert.equal(used.size, fresh.size);
          await used.compact(async () => {});
          assert.equal(used.waste, 0);
          assert.deepEqual(used.search(query, 20).hits, fresh.search(query, 20).hits);
          assert.deepEqual(used.names.begin("l", 5, new Map()), fresh.names.begin("l", 5, new Map()));
        },
      ),
      { numRuns: 200 },
    );
  });

  it("never throws, never gives what is not there, scores fall, the first words of a very long query count", () => {
    const index = indexOf(...WORDS);
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string({ unit: "binary", maxLength: 80 }),
          name.map((words) => words.join(" ")),
        ),
        (query) => {
          const { hits } = index.search(query, 5);
          assert.ok(hits.length <= 5);
          for (const [at, hit] of hits.entries()) {
            assert.ok(hit.score > 0 && hit.coverage > 0 && hit.coverage <= 1 && index.has(hit.id));
            assert.ok(at === 0 || hit.score <= (hits[at - 1]?.score ?? 0));
          }
        },
      ),
      { numRuns: 1000 },
    );
    assert.equal(ids(index, `leche ${"x".repeat(10_000)}`)[0], 1);
  });
});

describe("the parts of the index", () => {
  it("edits: symmetric, none only of the same, one of a letter changed, lost, added, swapped", () => {
    const distance = createDistance();
    const word = fc.string({ unit: fc.constantFrom(..."abcn"), maxLength: 8 });
    fc.assert(
      fc.property(word, word, (a, b) => {
        assert.equal(distance(a, b, 9), distance(b, a, 9));
        assert.equal(distance(a, b, 9) === 0, a === b);
        assert.equal(distance(a, b, 2), Math.min(3, distance(a, b, 9)));
      }),
    );
    for (const other of ["lache", "lece", "leeche", "lehce"]) assert.equal(distance("leche", other, 2), 1);
  });

  it("the heaviest of a stretch are those that sorting gives", () => {
    fc.assert(
      fc.property(fc.array(fc.nat(5), { maxLength: 40 }), fc.nat(40), fc.nat(40), fc.nat(8), (weights, a, b, limit) => {
        const [from, to] = [Math.min(a, b, weights.length), Math.min(Math.max(a, b), weights.length)];
        const places = [...weights.keys()].slice(from, to);
        const sorted = places.sort((x, y) => (weights[y] ?? 0) - (weights[x] ?? 0) || x - y).slice(0, limit);
        assert.deepEqual(new Heaviest(weights.length, (place) => weights[place] ?? 0).between(from, to, limit), sorted);
      }),
    );
  });

  it("beginnings are those of a plain list, however many came and whenever they were put in order", () => {
    const words: string[] = [];
    const ordered = new Ordered((id) => words[id] ?? "");
    for (let at = 0; at < 2000; at++) {
      words.push(`${((at * 7919) % 2000).toString(36)}${WORDS[at % WORDS.length]}`);
      ordered.add(at);
      if (at % 97 !== 0) continue;
      const prefix = words[(at * 31) % words.length]?.slice(0, 2) ?? "";
      const found: number[] = [];
      ordered.each(prefix, (id) => {
        found.push(id);
        return true;
      });
      const plain = words.flatMap((word, id) => (word.startsWith(prefix) ? [id] : []));
      assert.deepEqual(
        found.sort((a, b) => a - b),
        plain,
      );
    }
  });

  it("names that begin so: what sells first, then by name; a renamed one by its new name alone", () => {
    const names = new Names();
    for (const [id, text] of [
      [1, "Leche B"],
      [2, "Leche A"],
      [3, "Leche C"],
      [4, "Pan"],
    ] as const)
      names.put(id, text);
    const sold = new Map([[3, 9]]);
    assert.deepEqual(names.begin("leche", 5, sold), [3, 2, 1]);
    names.settle();
    names.put(3, "Yogur");
    assert.deepEqual(names.begin("leche", 5, sold), [2, 1]);
    assert.deepEqual(names.begin("yo", 5, sold), [3]);
    for (let id = 100; id < 1000; id++) names.put(id, `Leche ${id}`);
    names.remove(2);
    assert.deepEqual(names.begin("leche", 2, new Map([[500, 1]])), [500, 100]);
  });
});
