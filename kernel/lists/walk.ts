/** One pass over the rows of an import: to check them, or to write them. Goes on from the row that was reached before. */
import type { Tx } from "../db/database.ts";
import type { Fault } from "./fault.ts";
import type { AnyList, FindRepeats, RowReader } from "./list.ts";
import * as queries from "./queries.ts";
import { type Batch, readBatches } from "./reader.ts";
import type { ListImport } from "./state.ts";

export type InTransaction = <T>(work: (tx: Tx) => Promise<T>) => Promise<T>;

/** Somebody else goes on with this import, or it is gone: stop, without a fault. */
export class Overtaken extends Error {}

const BATCH = 1000;
const PREVIEW = 5;

export interface WalkParts {
  listOf(one: ListImport): AnyList;
  currency: () => Promise<string>;
}

export function createWalk({ listOf, currency }: WalkParts) {
  /** `writes`: the phase; `inTx` runs each batch. Throws Overtaken, IMPORT_BROKEN_QUOTE. */
  return async function walk(one: ListImport, inTx: InTransaction, writes: boolean): Promise<void> {
    const list = listOf(one);
    const readRow = list.reader(one.layout, await currency());
    // rows of batches that are done are looked at again for what repeats alone
    const findRepeats = list.repeats();
    for await (const batch of readBatches(partsOf(one.id, inTx), one.layout, BATCH)) {
      const read = readBatch(batch, readRow, findRepeats);
      if (batch.from < one.processed) continue;
      await inTx((tx) => step(tx, list, one, batch, read, writes));
    }
  };
}

async function step(
  tx: Tx,
  list: AnyList,
  one: ListImport,
  batch: Batch,
  read: BatchRows,
  writes: boolean,
): Promise<void> {
  if (writes) await list.lock?.(tx);
  const now = await queries.importForUpdate(tx, one.id);
  if (now?.status !== one.status || now.processed !== batch.from) throw new Overtaken();
  const outcome = await list.step(tx, read.good, one, writes);
  const faults = [...read.faults, ...outcome.faults].sort((a, b) => a.row - b.row);
  await queries.insertFaults(tx, one.id, faults);
  await queries.advanceImport(tx, one.id, {
    processed: batch.from + batch.rows.length,
    counts: {
      created: outcome.created,
      updated: outcome.updated,
      unchanged: outcome.unchanged,
      failed: new Set(faults.map(({ row }) => row)).size,
    },
    preview: batch.from === 0 ? outcome.preview.slice(0, PREVIEW) : [],
  });
}

interface BatchRows {
  good: unknown[];
  faults: Fault[];
}

function readBatch({ rows }: Batch, readRow: RowReader<unknown>, findRepeats: FindRepeats<unknown>): BatchRows {
  const result: BatchRows = { good: [], faults: [] };
  for (const { row, cells } of rows) {
    const read = readRow(row, cells);
    const repeats = findRepeats(row, read);
    result.faults.push(...(read.kind === "bad" ? read.faults : []), ...repeats);
    if (read.kind === "good" && repeats.length === 0) result.good.push(read.row);
  }
  return result;
}

async function* partsOf(importId: number, inTx: InTransaction): AsyncGenerator<Buffer> {
  for (let part = 0; ; part += 1) {
    const content = await inTx((tx) => queries.importPart(tx, importId, part));
    if (content === undefined) return;
    yield content;
  }
}
