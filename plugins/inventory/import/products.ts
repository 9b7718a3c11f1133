/** The list of products with their barcodes: new ones, changes, and the stock of the new ones. */
import type { Auditor } from "../../../kernel/audit.ts";
import type { Clock } from "../../../kernel/clock.ts";
import type { Tx } from "../../../kernel/db/database.ts";
import type { Emit } from "../../../kernel/events/event.ts";
import { faultOf } from "../../../kernel/lists/fault.ts";
import type { List } from "../../../kernel/lists/list.ts";
import { errors } from "../errors.ts";
import { AS_GOODS, type Holds } from "../holds.ts";
import { DEFAULT_UNIT, defaultRate, isOtherUnit } from "../products.ts";
import * as bulk from "../queries/bulk.ts";
import { lockCodes, ownersOf } from "../queries/codes.ts";
import { taxRates } from "../queries/shelves.ts";
import { createRowReader, type ImportRow } from "./cells.ts";
import { HEADERS, matchColumns } from "./columns.ts";
import { type Plan, planRows } from "./plan.ts";
import { type PreviewRow, productPreview } from "./preview.ts";
import { createRepeats } from "./repeats.ts";
import { writePlan } from "./write.ts";

export interface ListParts {
  clock: Clock;
  emit: Emit;
  audit: Auditor;
}

export type ProductListParts = ListParts & { holds: Pick<Holds, "of" | "lock"> };

export function productList({ clock, emit, audit, holds }: ProductListParts): List<ImportRow> {
  return {
    name: "products",
    owner: "inventory",
    permission: "inventory.import",
    audit: { action: "products.imported" },
    home: "/products",
    whole: { path: "/products/export", permission: "inventory.read" },
    summary: "Adds and updates products with their barcodes by SKU. Stock of new ones goes to the store.",
    ofStore: true,
    caution: (columns) => (columns.includes("stock") ? "inventory.lists.products.stock_rule" : undefined),
    headers: HEADERS,
    match: matchColumns,
    missing: (columns, expected) =>
      columns.includes("sku") ? undefined : errors.IMPORT_NO_SKU({ params: { expected } }),
    reader: createRowReader,
    repeats: createRepeats,
    lock: lockCodes,
    async step(tx, rows, one, writes) {
      const plan = await withoutHeld(tx, holds, await planBatch(tx, rows, writes), rows, writes);
      if (writes) await writePlan(tx, { emit, audit }, one, plan, clock.now());
      return {
        created: plan.newcomers.length,
        updated: plan.changes.length,
        unchanged: plan.unchanged,
        faults: plan.faults,
        preview: previewOf(plan),
      };
    },
    preview: productPreview,
  };
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

/** What stands somewhere, or is waited for, is not counted in another unit from one row to the next. */
async function withoutHeld(
  tx: Tx,
  holds: ProductListParts["holds"],
  plan: Plan,
  rows: readonly ImportRow[],
  writes: boolean,
): Promise<Plan> {
  const other = plan.changes.filter(({ before, facts }) => isOtherUnit(before.unit, facts.unit));
  if (other.length === 0) return plan;
  const ids = other.map(({ before }) => before.id);
  if (writes) await holds.lock(tx, ids);
  const held = await holds.of(tx, ids, AS_GOODS);
  const faults = other.flatMap(({ before, facts }) => {
    const row = rows.find(({ sku }) => sku === before.sku)?.row;
    if (!held.has(before.id) || row === undefined) return [];
    return [faultOf(row, "unit", "inventory.validation.unit_held", facts.unit)];
  });
  return {
    ...plan,
    changes: plan.changes.filter((one) => !(other.includes(one) && held.has(one.before.id))),
    faults: [...plan.faults, ...faults],
  };
}

function previewOf({ newcomers, changes }: Plan): PreviewRow[] {
  return [
    ...newcomers.map(({ facts, stockMilli }) => ({ facts, stockMilli: stockMilli ?? null, isNew: true })),
    ...changes.map(({ facts, before }) => ({
      facts,
      stockMilli: before.counted ? before.onHandMilli : null,
      isNew: false,
    })),
  ].map(({ facts: { sku, name, priceMinor }, ...rest }) => ({ sku, name, priceMinor, ...rest }));
}
