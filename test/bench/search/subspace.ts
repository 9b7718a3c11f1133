/** How near the model of meanings is to scikit-learn's: singular values, angles between the spaces, cosines of products, what is found. */
import process from "node:process";
import { Matrix, SingularValueDecomposition } from "ml-matrix";
import { Collection, PARAMETERS } from "../../../plugins/ai-search/semantic/collection.ts";
import { documentTerms } from "../../../plugins/ai-search/semantic/document.ts";
import { place } from "../../../plugins/ai-search/semantic/place.ts";
import { columnsOf, rowOf, type Vocabulary } from "../../../plugins/ai-search/semantic/tfidf.ts";
import { termsOf } from "../../../plugins/ai-search/text/analyze.ts";
import type { Figure } from "../stats.ts";
import { mean, ndcgAt10 } from "./measures.ts";
import { half, type RelevanceSet } from "./sets.ts";
import { pythonWithSklearn, sklearnSubspaces } from "./sklearn.ts";

/** products of which each pair's cosine is compared */
const COMPARED = 300;
/** where the space of the first directions is cut: at the widest gap between two values, not before and not after */
const CUT = { from: 4, to: 20 };

interface Decomposed {
  name: string;
  buildMs: number;
  singularValues: readonly number[];
  /** terms x dimensions */
  components: Float32Array;
}

/** Nothing without scikit-learn. */
export function subspace(set: RelevanceSet): Figure[] {
  const python = pythonWithSklearn();
  if (!python) return [];
  const texts = set.documents.map((one) => documentTerms(one));
  const started = process.cpuUsage();
  const collection = new Collection();
  for (const [at, terms] of texts.entries()) collection.add(at + 1, terms);
  const fit = collection.fit(PARAMETERS);
  const { user, system } = process.cpuUsage(started);
  if ("empty" in fit) throw new Error(`${set.name}: ${fit.empty}`);
  const { dimensions, vocabulary } = fit;
  const { terms } = vocabulary;
  const theirs = sklearnSubspaces(python, { texts: texts.map((one) => one.join(" ")), terms, dimensions });
  const idf = Math.max(...theirs.idf.map((value, at) => Math.abs(value - (vocabulary.idf[at] ?? 0))));
  if (idf > 1e-4) throw new Error(`${set.name}: an idf is ${idf} from scikit-learn's`);
  const exact = { name: "scikit-learn, exact (ARPACK)", ...theirs.exact, components: floats(theirs.exact.components) };
  const randomized = {
    name: "scikit-learn, randomized, 5 turns",
    ...theirs.randomized,
    components: floats(theirs.randomized.components),
  };
  const own = { ...fit, name: "the shop's", buildMs: (user + system) / 1000 };
  const cut = widestGap(exact.singularValues);
  console.log(
    `\nmeaning alone, ${set.name}: ${texts.length} products, ${terms.length} terms, ${dimensions} dimensions, beside scikit-learn's exact TruncatedSVD
${"".padEnd(34)} singular values off      angle of first ${String(cut).padEnd(2)}     of all   cosines off              fit ms  nDCG@10
${"".padEnd(34)}    mean %     most %               degrees    degrees      mean    most`,
  );
  const compared = [own, randomized, exact].map((one) => {
    const found = compare(one, exact, { dimensions, cut, texts, vocabulary, set });
    print(one, found);
    return found;
  });
  const [ours, random] = compared as [Compared, Compared];
  return [
    {
      name: `singular values, ${set.name}, farthest from scikit-learn's exact ones`,
      value: ours.most * 100,
      unit: "%",
      beside: `its randomized ones ${(random.most * 100).toFixed(1)} %; angle of the first ${cut} directions ${ours.angle.toFixed(2)} degrees, its ${random.angle.toFixed(2)}; cosines of products ${ours.cosines.mean.toFixed(4)} off, its ${random.cosines.mean.toFixed(4)}`,
      samples: ours.offs,
      goal: { atMost: 1 },
    },
  ];
}

function floats(base64: string): Float32Array {
  return new Float32Array(new Uint8Array(Buffer.from(base64, "base64")).buffer);
}

function widestGap(values: readonly number[]): number {
  const gap = (at: number) => (values[at - 1] ?? 0) / (values[at] ?? Number.POSITIVE_INFINITY);
  const cuts = Array.from({ length: CUT.to - CUT.from + 1 }, (_, at) => at + CUT.from);
  return cuts.reduce((best, at) => (gap(at) > gap(best) ? at : best));
}

interface Compared {
  /** of each singular value, as a share of it */
  offs: number[];
  most: number;
  /** degrees: of the first directions, and of all */
  angle: number;
  wholeAngle: number;
  cosines: { mean: number; most: number };
  ndcg: number;
}

interface Beside {
  dimensions: number;
  cut: number;
  texts: readonly string[][];
  vocabulary: Vocabulary;
  set: RelevanceSet;
}

function compare(one: Decomposed, exact: Decomposed, beside: Beside): Compared {
  const { dimensions, cut, texts, vocabulary, set } = beside;
  const offs = exact.singularValues.map((value, at) => Math.abs((one.singularValues[at] ?? 0) / value - 1));
  const columns = columnsOf(vocabulary);
  const stands = (terms: readonly string[], { components }: Decomposed) =>
    place(rowOf(terms, columns, vocabulary.idf), components, dimensions).unit;
  const some = texts.filter((_, at) => at % Math.ceil(texts.length / COMPARED) === 0);
  const [here, there] = [one, exact].map((by) => pairs(some.map((terms) => stands(terms, by)))) as [number[], number[]];
  const apart = here.map((cosine, at) => Math.abs(cosine - (there[at] ?? 0)));
  const units = texts.map((terms) => stands(terms, one));
  const ndcg = mean(
    half(set.queries, "tell").map(({ text, judged }) => {
      const unit = stands(termsOf(text), one);
      const scored = units.map((other, at) => ({ at, cosine: Math.round(dot(unit, other) * 1e6) }));
      scored.sort((a, b) => b.cosine - a.cosine || a.at - b.at);
      const first = scored.filter(({ cosine }) => cosine > 0).slice(0, 10);
      return ndcgAt10(
        first.map(({ at }) => set.documents[at]?.id ?? ""),
        judged,
      );
    }),
  );
  return {
    offs,
    most: Math.max(...offs),
    angle: largestAngle(one.components, exact.components, dimensions, cut),
    wholeAngle: largestAngle(one.components, exact.components, dimensions, dimensions),
    cosines: { mean: mean(apart), most: apart.reduce((a, b) => Math.max(a, b), 0) },
    ndcg,
  };
}

function pairs(units: readonly Float32Array[]): number[] {
  return units.flatMap((unit, at) => units.slice(at + 1).map((other) => dot(unit, other)));
}

function dot(a: Float32Array, b: Float32Array): number {
  let sum = 0;
  for (let at = 0; at < a.length; at++) sum += (a[at] as number) * (b[at] as number);
  return sum;
}

/**
 * Of the spaces of the first so many directions, in degrees: the largest principal angle (Björck, Golub 1973), by its sine, which
 * unlike its cosine tells small angles apart.
 */
function largestAngle(a: Float32Array, b: Float32Array, width: number, first: number): number {
  const rows = a.length / width;
  const cosines = Matrix.zeros(first, first);
  for (let row = 0; row < rows; row++)
    for (let i = 0; i < first; i++) {
      const value = a[row * width + i] as number;
      if (value === 0) continue;
      for (let j = 0; j < first; j++) cosines.set(i, j, cosines.get(i, j) + value * (b[row * width + j] as number));
    }
  const left = Matrix.sub(Matrix.eye(first), cosines.mmul(cosines.transpose()));
  const [largest = 0] = new SingularValueDecomposition(left).diagonal;
  return (Math.asin(Math.min(1, Math.sqrt(largest))) * 180) / Math.PI;
}

function print({ name, buildMs }: Decomposed, { offs, most, angle, wholeAngle, cosines, ndcg }: Compared): void {
  const cells = [
    (mean(offs) * 100).toFixed(3).padStart(9),
    (most * 100).toFixed(2).padStart(10),
    angle.toFixed(2).padStart(21),
    wholeAngle.toFixed(1).padStart(10),
    cosines.mean.toFixed(4).padStart(9),
    cosines.most.toFixed(3).padStart(7),
    buildMs.toFixed(0).padStart(8),
    ndcg.toFixed(3).padStart(8),
  ];
  console.log(`${name.padEnd(34)} ${cells.join(" ")}`);
}
