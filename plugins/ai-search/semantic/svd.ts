/**
 * The largest singular values of a sparse matrix and their right vectors, by randomized subspace iteration: N. Halko, P. G.
 * Martinsson, J. A. Tropp, "Finding structure with randomness" (2011), algorithms 4.4 and 5.1, as scikit-learn's
 * TruncatedSVD(algorithm="randomized") does it. It iterates on the side of the terms, so nothing of the size of the catalogue by
 * the dimensions is ever held, and the catalogue itself is never made dense. Pure: the same seed, the same answer.
 */

import { uniformInt } from "pure-rand/distribution/uniformInt";
import { xoroshiro128plus } from "pure-rand/generator/xoroshiro128plus";
import { crossProduct, type Dense, dense, eigenOf, orthonormal, product } from "./dense.ts";
import type { Csr } from "./sparse.ts";

export interface SvdOptions {
  /** so many are wanted; fewer come when the matrix has no more above a hundredth of the largest */
  dimensions: number;
  seed: number;
  /** more directions are followed than are wanted (the paper's p) */
  oversamples?: number;
  /** how often the matrix is applied again (the paper's q); left out: by its size */
  iterations?: number;
  /** share of the work that is done, 0 to 1 */
  onProgress?: (share: number) => void;
}

export interface TruncatedSvd {
  /** largest first, `dimensions` of them */
  singularValues: Float64Array;
  /** columns x dimensions, row by row: the row of a term is its place in the space */
  components: Float32Array;
  dimensions: number;
}

const OVERSAMPLES = 20;
/** singular values of a catalogue lie close together, and settle slowly: as many turns as fit into some seconds */
const ITERATIONS = { least: 6, most: 40 };
/** multiplications */
const SOME_SECONDS = 4e9;
/** a direction with less beside the largest is too near to rounding: squares of squares of it were compared */
const NOTHING = 1e-2;

export function truncatedSvd(matrix: Csr, options: SvdOptions): TruncatedSvd {
  const { dimensions, seed, oversamples = OVERSAMPLES, onProgress } = options;
  const followed = Math.min(dimensions + oversamples, matrix.columns, matrix.rows);
  if (followed === 0) return { singularValues: new Float64Array(0), components: new Float32Array(0), dimensions: 0 };
  const { iterations = turnsFor(matrix, followed) } = options;
  let basis = dense(matrix.columns, 0);
  for (let turn = 0; turn <= iterations; turn++) {
    basis = orthonormal(applyTwice(matrix, withMore(basis, followed, seed + turn)));
    onProgress?.((turn + 1) / (iterations + 2));
  }
  basis = orthonormal(basis);
  // Rayleigh and Ritz: within the basis the matrix is small
  const { values, vectors } = eigenOf(crossProduct(basis, applyTwice(matrix, basis)));
  const largest = Math.sqrt(Math.max(0, values[0] ?? 0));
  const singular = values.map((value) => Math.sqrt(Math.max(0, value)));
  const kept = Math.min(dimensions, singular.filter((value) => value > largest * NOTHING).length);
  const turned = product(basis, vectors);
  onProgress?.(1);
  return { singularValues: singular.slice(0, kept), components: components(turned, kept), dimensions: kept };
}

function turnsFor({ columns, values }: Csr, followed: number): number {
  const turn = 2 * followed * (values.length + columns * followed);
  return Math.max(ITERATIONS.least, Math.min(ITERATIONS.most, Math.floor(SOME_SECONDS / turn)));
}

/**
 * The basis with new directions up to `followed`: at first all, later in place of those that lay too near to the others to be told
 * from rounding. A direction of the matrix may have been lost with them.
 */
function withMore(basis: Dense, followed: number, seed: number): Dense {
  const had = basis.columns;
  if (had === followed) return basis;
  const more = normalDense(basis.rows, followed - had, seed);
  const out = dense(basis.rows, followed);
  for (let row = 0; row < basis.rows; row++) {
    out.data.set(basis.data.subarray(row * had, (row + 1) * had), row * followed);
    out.data.set(more.data.subarray(row * more.columns, (row + 1) * more.columns), row * followed + had);
  }
  return out;
}

/** Aᵀ(A x), columns x x.columns, row by row of A: A x is never held as a whole. */
function applyTwice({ rows, columns, starts, indices, values }: Csr, x: Dense): Dense {
  const width = x.columns;
  const out = dense(columns, width);
  const sums = new Float64Array(width);
  const [from, to] = [x.data, out.data];
  for (let row = 0; row < rows; row++) {
    const [start, end] = [starts[row] as number, starts[row + 1] as number];
    sums.fill(0);
    for (let at = start; at < end; at++) {
      const value = values[at] as number;
      for (let j = 0, read = (indices[at] as number) * width; j < width; j++, read++)
        sums[j] = (sums[j] as number) + value * (from[read] as number);
    }
    for (let at = start; at < end; at++) {
      const value = values[at] as number;
      for (let j = 0, write = (indices[at] as number) * width; j < width; j++, write++)
        to[write] = (to[write] as number) + value * (sums[j] as number);
    }
  }
  return out;
}

/** The first columns, each with the sign that makes its largest number positive: else the seed would decide it. */
function components({ rows, columns, data }: Dense, kept: number): Float32Array {
  const out = new Float32Array(rows * kept);
  for (let column = 0; column < kept; column++) {
    let largest = 0;
    for (let row = 0; row < rows; row++) {
      const value = data[row * columns + column] as number;
      if (Math.abs(value) > Math.abs(largest)) largest = value;
    }
    const sign = largest < 0 ? -1 : 1;
    for (let row = 0; row < rows; row++) out[row * kept + column] = sign * (data[row * columns + column] as number);
  }
  return out;
}

const STEPS = 2 ** 31;

/** Normally distributed numbers: G. E. P. Box, M. E. Muller, "A note on the generation of random normal deviates" (1958). */
function normalDense(rows: number, columns: number, seed: number): Dense {
  const generator = xoroshiro128plus(seed);
  const share = () => (uniformInt(generator, 0, STEPS - 2) + 1) / STEPS;
  const out = dense(rows, columns);
  for (let at = 0; at < out.data.length; at++)
    out.data[at] = Math.sqrt(-2 * Math.log(share())) * Math.cos(2 * Math.PI * share());
  return out;
}
