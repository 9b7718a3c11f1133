/**
 * Where a text stands among the dimensions of a model: its weights times the components, as scikit-learn's TruncatedSVD.transform
 * does it. What came after the fit is folded in so too (S. Deerwester et al., "Indexing by latent semantic analysis", 1990).
 */
import type { SparseRow } from "./sparse.ts";

export interface Place {
  /** of length 1, or all 0 when the dimensions hold nothing of the text */
  unit: Float32Array;
  /** the length before, 0 to 1: the share of the text that the dimensions hold */
  norm: number;
}

/** less is rounding */
const NOTHING = 1e-6;

/** `components`: terms x dimensions, row by row. */
export function place({ indices, values }: SparseRow, components: Float32Array, dimensions: number): Place {
  const sums = new Float64Array(dimensions);
  for (let at = 0; at < indices.length; at++) {
    const value = values[at] as number;
    const from = (indices[at] as number) * dimensions;
    for (let j = 0; j < dimensions; j++) sums[j] = (sums[j] as number) + value * (components[from + j] as number);
  }
  let square = 0;
  for (const sum of sums) square += sum * sum;
  const norm = Math.sqrt(square);
  if (norm < NOTHING) return { unit: new Float32Array(dimensions), norm: 0 };
  return { unit: Float32Array.from(sums, (sum) => sum / norm), norm };
}
