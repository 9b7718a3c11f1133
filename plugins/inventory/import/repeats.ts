/** Codes that stand twice in one file. Remembers those seen so far: the first row with a code has it. */
import { type Fault, faultOf } from "../../../kernel/lists/fault.ts";
import type { FindRepeats } from "../../../kernel/lists/list.ts";
import type { ImportRow } from "./cells.ts";

export function createRepeats(): FindRepeats<ImportRow> {
  const rowOf = new Map<string, number>();
  return (row, read) => {
    if (read.kind === "blank") return [];
    const sku = read.kind === "good" ? read.row.sku : read.sku;
    const faults: Fault[] = [];
    const first = sku === undefined ? undefined : rowOf.get(sku);
    if (sku !== undefined && first !== undefined) {
      return [faultOf(row, "sku", "inventory.validation.sku_repeated", sku, { sku, first })];
    }
    if (sku !== undefined) rowOf.set(sku, row);
    for (const code of (read.kind === "good" ? read.row.facts.barcodes : undefined) ?? []) {
      const other = rowOf.get(code);
      if (other === undefined) rowOf.set(code, row);
      else if (other !== row)
        faults.push(faultOf(row, "barcodes", "inventory.validation.barcode_repeated", code, { code, first: other }));
    }
    return faults;
  };
}
