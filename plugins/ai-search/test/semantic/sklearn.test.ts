/** Our model is scikit-learn's, on the corner shop of the benchmark; sklearn/ holds what it said and the scripts that asked it. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Matrix, SingularValueDecomposition } from "ml-matrix";
import { before, describe, it } from "mocha";
import { mean, ndcgAt10 } from "../../../../test/bench/search/measures.ts";
import { Collection, type Fit } from "../../semantic/collection.ts";
import { Space } from "../../semantic/space.ts";

const read = (file: string) => JSON.parse(readFileSync(join(import.meta.dirname, "sklearn", file), "utf8"));

describe("the model agrees with scikit-learn's TfidfVectorizer and TruncatedSVD", () => {
  const catalogue: { documents: string[]; queries: { terms: string; judged: string }[] } = read("catalogue.json");
  const theirs: {
    terms: number;
    idf: Record<string, number>;
    singular_values: number[];
    ndcg: number;
    kept: number;
    components: string;
  } = read("sklearn.json");
  const codes = catalogue.documents.map((line) => line.split(" ", 1)[0] ?? "");
  let fit: Fit;

  before(() => {
    const collection = new Collection();
    catalogue.documents.forEach((line, index) => {
      collection.add(index + 1, line.split(" ").slice(1).filter(Boolean));
    });
    const dimensions = theirs.singular_values.length;
    const found = collection.fit({
      dimensions,
      textsADimension: 1,
      seed: 42,
      leastTexts: 1,
      manyTexts: 1,
      mostTerms: 1e6,
    });
    assert.ok(!("empty" in found));
    fit = found;
  });

  it("the same terms with the same idf", () => {
    assert.equal(fit.vocabulary.terms.length, theirs.terms);
    for (const [term, idf] of Object.entries(theirs.idf)) {
      const ours = fit.vocabulary.idf[fit.vocabulary.terms.indexOf(term)] ?? 0;
      assert.ok(Math.abs(ours - idf) < 1e-5, `${term}: ${ours} ${idf}`);
    }
  });

  it("singular values within one percent", () => {
    assert.equal(fit.dimensions, theirs.singular_values.length);
    theirs.singular_values.forEach((value, at) => {
      const ours = fit.singularValues[at] ?? 0;
      assert.ok(Math.abs(ours / value - 1) < 0.01, `${at}: ${ours} ${value}`);
    });
  });

  it("the largest angle between the spaces of the first directions is small", () => {
    const bytes = Buffer.from(theirs.components, "base64");
    const floats = new Float32Array(new Uint8Array(bytes).buffer);
    // where the space ends between two values that lie well apart
    const gap = (at: number) => (theirs.singular_values[at - 1] ?? 0) / (theirs.singular_values[at] ?? 1);
    const first = Array.from({ length: theirs.kept - 4 }, (_, at) => at + 4).reduce((a, b) =>
      gap(b) > gap(a) ? b : a,
    );
    const terms = fit.vocabulary.terms.length;
    const columns = (data: Float32Array, width: number) =>
      new Matrix(
        Array.from({ length: terms }, (_, row) =>
          Array.from({ length: first }, (_, at) => data[row * width + at] ?? 0),
        ),
      );
    const cosines = columns(fit.components, fit.dimensions).transpose().mmul(columns(floats, theirs.kept));
    const least = new SingularValueDecomposition(cosines).diagonal.at(-1) ?? 0;
    const angle = Math.acos(Math.min(1, least));
    assert.ok(angle < 0.02, `${angle} radians for ${first} directions`);
  });

  it("what it finds is as good: nDCG within one percent", () => {
    const { vocabulary, components, dimensions, singularValues, ids } = fit;
    const model = { id: 1, products: ids.length, terms: vocabulary.terms, idf: vocabulary.idf, components, dimensions };
    const space = new Space({ ...model, singularValues, readyAt: new Date(0) });
    for (const id of ids) space.vectors.put(id, fit.vectors.slice((id - 1) * dimensions, id * dimensions), 0);
    const ours = mean(
      catalogue.queries.map(({ terms, judged }) => {
        const { unit } = space.placeOf(terms.split(" "));
        const cosines = codes.map((code, at) => ({
          code,
          at,
          cosine: Math.round((space.vectors.cosine(at + 1, unit) ?? 0) * 1e6),
        }));
        cosines.sort((a, b) => b.cosine - a.cosine || a.at - b.at);
        const gains = judged
          .split(" ")
          .map((one): [string, number] => [one.split("=")[0] ?? "", Number(one.split("=")[1])]);
        return ndcgAt10(
          cosines.map(({ code }) => code),
          new Map(gains),
        );
      }),
    );
    assert.ok(theirs.ndcg > 0.3);
    assert.ok(Math.abs(ours / theirs.ndcg - 1) < 0.01, `${ours} beside ${theirs.ndcg}`);
  });
});
