/**
 * Tall dense matrices on typed arrays, row by row. Only what is small and square goes to ml-matrix: the product of a tall matrix
 * with itself has as many rows as the tall one has columns.
 */
import { EigenvalueDecomposition, Matrix } from "ml-matrix";

export interface Dense {
  rows: number;
  columns: number;
  /** rows x columns, row by row */
  data: Float64Array;
}

export function dense(rows: number, columns: number): Dense {
  return { rows, columns, data: new Float64Array(rows * columns) };
}

/**
 * aᵀ b, a.columns x b.columns, of two matrices with as many rows. Four rows at a time: a sum is read and written once for all four,
 * which is most of the time.
 */
export function crossProduct(a: Dense, b: Dense): Dense {
  const out = dense(a.columns, b.columns);
  const [left, right, sums] = [a.data, b.data, out.data];
  const [m, n] = [a.columns, b.columns];
  let row = 0;
  for (; row + 4 <= a.rows; row += 4) {
    const [b0, b1, b2, b3] = [row * n, (row + 1) * n, (row + 2) * n, (row + 3) * n];
    for (let i = 0; i < m; i++) {
      const v0 = left[row * m + i] as number;
      const v1 = left[(row + 1) * m + i] as number;
      const v2 = left[(row + 2) * m + i] as number;
      const v3 = left[(row + 3) * m + i] as number;
      for (let j = 0, to = i * n; j < n; j++, to++)
        sums[to] =
          (sums[to] as number) +
          v0 * (right[b0 + j] as number) +
          v1 * (right[b1 + j] as number) +
          v2 * (right[b2 + j] as number) +
          v3 * (right[b3 + j] as number);
    }
  }
  for (; row < a.rows; row++)
    for (let i = 0; i < m; i++) {
      const value = left[row * m + i] as number;
      for (let j = 0, to = i * n; j < n; j++, to++)
        sums[to] = (sums[to] as number) + value * (right[row * n + j] as number);
    }
  return out;
}

/** a b, a.rows x b.columns, with b small. Four rows of b at a time, for the same reason. */
export function product(a: Dense, b: Dense): Dense {
  const out = dense(a.rows, b.columns);
  const [left, right, sums] = [a.data, b.data, out.data];
  const [m, n] = [a.columns, b.columns];
  for (let row = 0; row < a.rows; row++) {
    const to = row * n;
    let i = 0;
    for (; i + 4 <= m; i += 4) {
      const from = row * m + i;
      const v0 = left[from] as number;
      const v1 = left[from + 1] as number;
      const v2 = left[from + 2] as number;
      const v3 = left[from + 3] as number;
      const [b0, b1, b2, b3] = [i * n, (i + 1) * n, (i + 2) * n, (i + 3) * n];
      for (let j = 0; j < n; j++)
        sums[to + j] =
          (sums[to + j] as number) +
          v0 * (right[b0 + j] as number) +
          v1 * (right[b1 + j] as number) +
          v2 * (right[b2 + j] as number) +
          v3 * (right[b3 + j] as number);
    }
    for (; i < m; i++) {
      const value = left[row * m + i] as number;
      for (let j = 0; j < n; j++) sums[to + j] = (sums[to + j] as number) + value * (right[i * n + j] as number);
    }
  }
  return out;
}

export interface Eigen {
  /** largest first */
  values: Float64Array;
  /** one a column, size x size */
  vectors: Dense;
}

/** Of a small symmetric matrix. */
export function eigenOf(symmetric: Dense): Eigen {
  const size = symmetric.rows;
  if (size === 0) return { values: new Float64Array(0), vectors: dense(0, 0) };
  const small = new Matrix(size, size);
  for (let i = 0; i < size; i++)
    for (let j = 0; j < size; j++)
      // rounding made the halves a little different
      small.set(i, j, ((symmetric.data[i * size + j] ?? 0) + (symmetric.data[j * size + i] ?? 0)) / 2);
  const decomposed = new EigenvalueDecomposition(small, { assumeSymmetric: true });
  const found = decomposed.realEigenvalues;
  const order = Array.from({ length: size }, (_, index) => index).sort((a, b) => (found[b] ?? 0) - (found[a] ?? 0));
  const vectors = dense(size, size);
  order.forEach((from, to) => {
    for (let row = 0; row < size; row++) vectors.data[row * size + to] = decomposed.eigenvectorMatrix.get(row, from);
  });
  return { values: Float64Array.from(order, (index) => found[index] ?? 0), vectors };
}

/** what is smaller beside the largest is too near to rounding */
const NOTHING = 1e-10;

/**
 * Columns of length 1 that stand upright on each other and reach what those of `a` reach, a.rows x rank. Fewer than before when
 * some said the same. A. Stathopoulos, K. Wu, "A block orthogonalization procedure with constant synchronization requirements"
 * (2002): by the eigenvectors of aᵀa, which, unlike Cholesky's factor, are there when columns depend on each other, and with the
 * columns made of one length first, so that short ones count. Once leaves them upright to some digits, which is enough between two
 * turns; twice to the last.
 */
export function orthonormal(a: Dense): Dense {
  const gram = crossProduct(a, a);
  const size = gram.rows;
  const shrink = Float64Array.from({ length: size }, (_, column) => {
    const square = gram.data[column * size + column] ?? 0;
    return square > 0 ? 1 / Math.sqrt(square) : 0;
  });
  gram.data.forEach((value, at) => {
    gram.data[at] = value * (shrink[Math.floor(at / size)] ?? 0) * (shrink[at % size] ?? 0);
  });
  const { values, vectors } = eigenOf(gram);
  const largest = values[0] ?? 0;
  const rank = largest > 0 ? values.filter((value) => value > largest * NOTHING).length : 0;
  const turn = dense(size, rank);
  for (let i = 0; i < size; i++)
    for (let j = 0; j < rank; j++)
      turn.data[i * rank + j] = ((vectors.data[i * size + j] ?? 0) * (shrink[i] ?? 0)) / Math.sqrt(values[j] ?? 1);
  return product(a, turn);
}
