/** A sparse matrix by rows (CSR): a catalogue of 100,000 products by 30,000 terms has some fifteen numbers a row that are not 0. */
export interface SparseRow {
  /** columns, each once */
  indices: Uint32Array;
  /** of the same length */
  values: Float32Array;
}

export interface Csr {
  rows: number;
  columns: number;
  /** rows + 1 long: row `r` stands from `starts[r]` up to, without, `starts[r + 1]` */
  starts: Uint32Array;
  indices: Uint32Array;
  values: Float32Array;
}

/** @throws RangeError: a column that is none */
export function csrOf(rows: readonly SparseRow[], columns: number): Csr {
  const starts = new Uint32Array(rows.length + 1);
  rows.forEach(({ indices }, row) => {
    starts[row + 1] = (starts[row] ?? 0) + indices.length;
  });
  const filled = starts[rows.length] ?? 0;
  const indices = new Uint32Array(filled);
  const values = new Float32Array(filled);
  rows.forEach((one, row) => {
    if (one.indices.some((column) => column >= columns))
      throw new RangeError(`row ${row} has a column beyond ${columns}`);
    indices.set(one.indices, starts[row]);
    values.set(one.values, starts[row]);
  });
  return { rows: rows.length, columns, starts, indices, values };
}
