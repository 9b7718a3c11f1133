/** One pass over the rows of an import: to check them, or to write them. Goes on from the row that was reached before. */
import type { Auditor } from "../../../kernel/audit.ts";
import type { Clock } from "../../../kernel/clock.ts";
import type { Tx } from "../../../kernel/db/database.ts";
import type { Emit } from "../../../kernel/events/event.ts";
import { DEFAULT_UNIT, defaultRate } from "../products.ts";
import * as bulk from "../queries/bulk.ts";
import { lockCodes, ownersOf } from "../queries/codes.ts";
import * as queries from "../queries/imports.ts";
import { taxRates } from "../queries/shelves.ts";
import { createRowReader, type ImportRow, type RowReader } from "./cells.ts";
import type { Fault } from "./faults.ts";
import { type Plan, planRows } from "./plan.ts";
import { type Batch, readBatches } from "./reader.ts";
import { createRepeats, type FindRepeats } from "./repeats.ts";
import type { PreviewRow, ProductImport } from "./state.ts";
import { writePlan } from "./write.ts";

export type InTransaction = <T>(work: (tx: Tx) => Promise<T>) => Promise<T>;

/** Somebody else goes on with this import, or it is gone: stop, without a fault. */
export class Overtaken extends Error {}

const BATCH = 1000;
const PREVIEW = 5;

export interface WalkParts {
  clock: Clock;
  emit: Emit;
  audit: Auditor;
  currency: () => Promise<string>;
}

export function createWalk({ clock, emit, audit, currency }: WalkParts) {
  /** `writes`: the phase; `inTx` runs each batch. Throws Overtaken, IMPORT_BROKEN_QUOTE. */
  return async function walk(one: ProductImport, inTx: InTransaction, writes: boolean): Promise<void> {
    const readRow = createRowReader(one.layout, await currency());
    // rows of batches that are done are looked at again for their codes alone
    const findRepeats = createRepeats();
    for await (const batch of readBatches(partsOf(one.id, inTx), one.layout, BATCH)) {
      const read = readBatch(batch, readRow, findRepeats);
      if (batch.from < one.processed) continue;
      await inTx((tx) => step(tx, one, batch, read, writes));
    }
  };

  async function step(tx: Tx, one: ProductImport, batch: Batch, read: BatchRows, writes: boolean): Promise<void> {
    if (writes) await lockCodes(tx);
    const now = await queries.importForUpdate(tx, one.id);
    if (now?.status !== one.status || now.processed !== batch.from) throw new Overtaken();
    const plan = await planBatch(tx, read.good, writes);
    const faults = [...read.faults, ...plan.faults].sort((a, b) => a.row - b.row);
    await queries.insertFaults(tx, one.id, faults);
    if (writes) await writePlan(tx, { emit, audit }, one, plan, clock.now());
    await queries.advanceImport(tx, one.id, {
      processed: batch.from + batch.rows.length,
      counts: {
        created: plan.newcomers.length,
        updated: plan.changes.length,
        unchanged: plan.unchanged,
        failed: new Set(faults.map(({ row }) => row)).size,
      },
      preview: batch.from === 0 ? previewOf(plan) : [],
    });
  }
}

async function planBatch(tx: Tx, rows: readonly ImportRow[], writes: boolean): Promise<Plan> {
  const skus = rows.map(({ sku }) => sku);
  if (writes) await bulk.lockProducts(tx, skus);
  const [bySku, owners, rates] = [
    await bulk.productsBySku(tx, skus),
    await ownersOf(tx, [...skus, ...rows.flatMap(({ facts }) => facts.barcodes ?? [])]),
    await taxRates(tx),
  ];
  return planRows(rows, { bySku, owners, defaults: { unit: DEFAULT_UNIT, taxRateBp: defaultRate(rates) } });
}

interface BatchRows {
  good: ImportRow[];
  faults: Fault[];
}

function readBatch({ rows }: Batch, readRow: RowReader, findRepeats: FindRepeats): BatchRows {
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

/** The first rows as they were understood. */
function previewOf({ newcomers, changes }: Plan): PreviewRow[] {
  const rows = [
    ...newcomers.map(({ facts, stockMilli }) => ({ facts, stockMilli: stockMilli ?? null, isNew: true })),
    ...changes.map(({ facts, before }) => ({
      facts,
      stockMilli: before.counted ? before.onHandMilli : null,
      isNew: false,
    })),
  ];
  return rows
    .slice(0, PREVIEW)
    .map(({ facts: { sku, name, priceMinor }, ...rest }) => ({ sku, name, priceMinor, ...rest }));
}
