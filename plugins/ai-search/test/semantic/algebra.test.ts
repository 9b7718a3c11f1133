/** What must hold of the linear algebra for any matrix, and what it says of the smallest catalogues. */
import assert from "node:assert/strict";
import fc from "fast-check";
import { Matrix, SingularValueDecomposition } from "ml-matrix";
import { describe, it } from "mocha";
import { crossProduct, type Dense, dense, eigenOf, orthonormal, product } from "../../semantic/dense.ts";
import { type Csr, csrOf } from "../../semantic/sparse.ts";
import { truncatedSvd } from "../../semantic/svd.ts";

const close = (a: number, b: number, within = 1e-8) =>
  Math.abs(a - b) <= within * Math.max(1, Math.abs(a), Math.abs(b));

function denseOf(rows: number, columns: number, values: readonly number[]): Dense {
  const out = dense(rows, columns);
  out.data.set(values.slice(0, rows * columns));
  return out;
}

/** many zeros, and small numbers beside large ones */
const entry = fc.oneof(
  fc.constant(0),
  fc.integer({ min: -900, max: 900 }).map((value) => value / 100),
  fc.integer({ min: -900, max: 900 }).map((value) => value / 1_000_000),
);

const anyDense = (mostRows: number, mostColumns: number) =>
  fc
    .record({ rows: fc.integer({ min: 1, max: mostRows }), columns: fc.integer({ min: 1, max: mostColumns }) })
    .chain(({ rows, columns }) =>
      fc
        .array(entry, { minLength: rows * columns, maxLength: rows * columns })
        .map((values) => denseOf(rows, columns, values)),
    );

const toCsr = ({ rows, columns, data }: Dense): Csr =>
  csrOf(
    Array.from({ length: rows }, (_, row) => {
      const filled = Array.from({ length: columns }, (_, column) => column).filter(
        (c) => data[row * columns + c] !== 0,
      );
      return {
        indices: Uint32Array.from(filled),
        values: Float32Array.from(filled, (c) => data[row * columns + c] ?? 0),
      };
    }),
    columns,
  );

/** as the sparse matrix holds them */
const rounded = ({ rows, columns, data }: Dense): Dense => denseOf(rows, columns, [...Float32Array.from(data)]);

describe("linear algebra on typed arrays", () => {
  it("products are what ml-matrix says they are", () => {
    fc.assert(
      fc.property(anyDense(13, 9), anyDense(9, 11), (a, b) => {
        const left = Matrix.from1DArray(a.rows, a.columns, [...a.data]);
        const gram = left.transpose().mmul(left).to1DArray();
        for (const [at, value] of crossProduct(a, a).data.entries()) assert.ok(close(value, gram[at] ?? Number.NaN));
        const right = denseOf(a.columns, b.columns, [...b.data, ...b.data, ...Array(200).fill(1)]);
        const wanted = left.mmul(Matrix.from1DArray(right.rows, right.columns, [...right.data])).to1DArray();
        for (const [at, value] of product(a, right).data.entries()) assert.ok(close(value, wanted[at] ?? Number.NaN));
      }),
    );
  });

  it("eigenvectors of a symmetric matrix stand upright and give it back", () => {
    fc.assert(
      fc.property(anyDense(12, 8), (a) => {
        const gram = crossProduct(a, a);
        const { values, vectors } = eigenOf(gram);
        assert.deepEqual(
          [...values],
          [...values].sort((x, y) => y - x),
        );
        const identity = crossProduct(vectors, vectors);
        identity.data.forEach((value, at) => {
          const wanted = at % identity.columns === Math.floor(at / identity.columns) ? 1 : 0;
          assert.ok(Math.abs(value - wanted) < 1e-8);
        });
        const scaled = denseOf(vectors.rows, vectors.columns, [...vectors.data]);
        scaled.data.forEach((value, at) => {
          scaled.data[at] = value * (values[at % values.length] ?? 0);
        });
        const transposed = dense(vectors.columns, vectors.rows);
        vectors.data.forEach((value, at) => {
          transposed.data[(at % vectors.columns) * vectors.rows + Math.floor(at / vectors.columns)] = value;
        });
        for (const [at, value] of product(scaled, transposed).data.entries())
          assert.ok(Math.abs(value - (gram.data[at] ?? 0)) < 1e-6);
      }),
    );
  });

  it("columns made upright reach what they reached, also when some say the same or nothing", () => {
    fc.assert(
      fc.property(anyDense(14, 5), fc.boolean(), (a, doubled) => {
        const columns = doubled ? a.columns * 2 : a.columns;
        const twice = dense(a.rows, columns);
        for (let row = 0; row < a.rows; row++)
          for (let column = 0; column < columns; column++)
            twice.data[row * columns + column] = a.data[row * a.columns + (column % a.columns)] ?? 0;
        const basis = orthonormal(orthonormal(twice));
        assert.ok(basis.columns <= a.columns);
        crossProduct(basis, basis).data.forEach((value, at) => {
          assert.ok(Math.abs(value - (at % basis.columns === Math.floor(at / basis.columns) ? 1 : 0)) < 1e-8);
        });
        // what the basis leaves of the columns: directions whose square is less than 1e-10 of the largest, which is at most one for each column
        const within = product(basis, crossProduct(basis, twice));
        const length = Math.hypot(...twice.data);
        const left = Math.hypot(...twice.data.map((value, at) => value - (within.data[at] ?? 0)));
        assert.ok(left <= 1e-5 * columns * Math.max(length, 1e-300), `${left} of ${length}`);
      }),
    );
  });
});

describe("the truncated singular value decomposition", () => {
  it("of a small matrix it is the one that ml-matrix makes of the dense one", () => {
    fc.assert(
      fc.property(anyDense(12, 9), fc.integer({ min: 1, max: 9 }), (a, dimensions) => {
        const matrix = rounded(a);
        const wanted = new SingularValueDecomposition(Matrix.from1DArray(a.rows, a.columns, [...matrix.data]), {
          autoTranspose: true,
        }).diagonal;
        const { singularValues, components, dimensions: kept } = truncatedSvd(toCsr(matrix), { dimensions, seed: 1 });
        const largest = wanted[0] ?? 0;
        assert.ok(kept <= Math.min(dimensions, a.rows, a.columns));
        for (const [at, value] of singularValues.entries())
          assert.ok(Math.abs(value - (wanted[at] ?? 0)) <= 1e-4 * Math.max(largest, 1e-6), `${value} ${wanted[at]}`);
        // what was not kept is nothing beside the largest
        if (kept < dimensions) assert.ok((wanted[kept] ?? 0) <= 2e-2 * largest);
        for (let one = 0; one < kept; one++)
          for (let other = 0; other <= one; other++) {
            let dot = 0;
            for (let row = 0; row < a.columns; row++)
              dot += (components[row * kept + one] ?? 0) * (components[row * kept + other] ?? 0);
            assert.ok(Math.abs(dot - (one === other ? 1 : 0)) < 1e-4, `${one} and ${other}: ${dot}`);
          }
      }),
      { numRuns: 200 },
    );
  });

  it("loses no direction when its first guesses nearly agree", () => {
    const matrix = denseOf(
      5,
      8,
      [
        [-5.48, 0, 0, 6.1, 0, 0, 0.04, 0],
        [7.95, 0, 0, 0, -2.33, 0, 0, -3.12],
        [0, 0, 8.96, -1.78, -4.89, 0, 1.4, 0],
        [0, 0, 0, 0, 0, -0.58, 0, 0.6],
        [0, -0.000655, 0, 0, 0, 0, 0, -0.36],
      ].flat(),
    );
    assert.equal(truncatedSvd(toCsr(matrix), { dimensions: 5, seed: 1 }).dimensions, 5);
  });

  it("says the same with the same seed, and tells how far it is", () => {
    const matrix = toCsr(denseOf(4, 3, [1, 0, 2, 0, 1, 1, 3, 0, 0, 0, 0, 1]));
    const shares: number[] = [];
    const once = truncatedSvd(matrix, { dimensions: 2, seed: 7, onProgress: (share) => shares.push(share) });
    assert.deepEqual(truncatedSvd(matrix, { dimensions: 2, seed: 7 }), once);
    assert.equal(shares.at(-1), 1);
    assert.deepEqual(
      shares,
      [...shares].sort((a, b) => a - b),
    );
  });

  it("of nothing there is nothing, and a column that is none is refused", () => {
    for (const [rows, columns] of [
      [0, 0],
      [3, 0],
      [0, 3],
      [3, 4],
    ] as const) {
      const found = truncatedSvd(toCsr(dense(rows, columns)), { dimensions: 5, seed: 1 });
      assert.deepEqual([found.dimensions, found.singularValues.length, found.components.length], [0, 0, 0]);
    }
    assert.throws(() => csrOf([{ indices: Uint32Array.of(3), values: Float32Array.of(1) }], 3), RangeError);
  });
});
