/** The rows of a file in batches, in constant memory: the parts come from the database one at a time. */
import { pipeline, Readable } from "node:stream";
import { setImmediate as breathe } from "node:timers/promises";
import { CsvError, parse } from "csv-parse";
import { kernelErrors as errors } from "../errors.ts";
import { CSV_OPTIONS, type Layout } from "./layout.ts";

export interface Batch {
  /** rows under the header before this batch */
  from: number;
  rows: { row: number; cells: string[] }[];
}

/** Bytes that the parser gets at once: the rows that it makes of them wait in memory while the batches before them are written. */
const PIECE = 16_384;

/** Throws IMPORT_BROKEN_QUOTE with the row where it was noticed. Between batches the process serves others. */
export async function* readBatches(
  parts: AsyncIterable<Buffer>,
  { delimiter }: Layout,
  size: number,
): AsyncGenerator<Batch> {
  const parser = parse({ ...CSV_OPTIONS, delimiter, from: 2 });
  // a fault of either side reaches the loop below through the parser
  pipeline(Readable.from(piecesOf(parts)), parser, () => {});
  let from = 0;
  let rows: Batch["rows"] = [];
  try {
    for await (const cells of parser as AsyncIterable<string[]>) {
      rows.push({ row: from + rows.length + 2, cells });
      if (rows.length < size) continue;
      yield { from, rows };
      from += rows.length;
      rows = [];
      await breathe();
    }
  } catch (error) {
    if (error instanceof CsvError) throw errors.IMPORT_BROKEN_QUOTE({ params: { row: from + rows.length + 2 } });
    throw error;
  }
  if (rows.length > 0) yield { from, rows };
}

async function* piecesOf(parts: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  for await (const part of parts) for (let at = 0; at < part.length; at += PIECE) yield part.subarray(at, at + PIECE);
}
