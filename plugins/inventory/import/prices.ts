/** Prices alone, of products that are there: by SKU or by any barcode. */
import { cellReader, repeatsOf, requireCells } from "../../../kernel/lists/cells.ts";
import { type Fault, faultOf } from "../../../kernel/lists/fault.ts";
import type { List } from "../../../kernel/lists/list.ts";
import type { Product } from "../domain.ts";
import { lockCodes } from "../queries/codes.ts";
import { codeColumns, codeHeaders, codeText, missingCode, productsByCode } from "./by-code.ts";
import { type PreviewRow, productPreview } from "./preview.ts";
import type { ListParts } from "./products.ts";
import { writePlan } from "./write.ts";

export interface PriceRow {
  row: number;
  code: string;
  priceMinor: number;
}

export function priceList({ clock, emit, audit }: ListParts): List<PriceRow> {
  return {
    name: "prices",
    owner: "inventory",
    permission: "inventory.import",
    audit: { action: "prices.imported" },
    home: "/products",
    whole: { path: "/prices/export", permission: "inventory.read" },
    summary: "Sets the prices of products that are there, by SKU or barcode.",
    headers: codeHeaders("price"),
    match: codeColumns("price"),
    missing: (columns, expected) => missingCode(columns, "price", expected),
    reader(layout, currency) {
      const read = cellReader(layout, currency, (input) => ({ code: codeText(input), price: input.money() }));
      return (row, cells) => {
        const found = read(row, cells);
        if (!found) return { kind: "blank" };
        requireCells(row, found, ["code", "price"]);
        if (found.faults.length > 0) return { kind: "bad", faults: found.faults };
        return { kind: "good", row: { row, code: found.read.code as string, priceMinor: found.read.price as number } };
      };
    },
    repeats: repeatsOf("code", ({ code }) => code),
    lock: lockCodes,
    async step(tx, rows, one, writes) {
      const byCode = await productsByCode(
        tx,
        rows.map(({ code }) => code),
        writes,
      );
      const faults: Fault[] = [];
      const changes = new Map<number, { before: Product; facts: Product }>();
      let unchanged = 0;
      for (const { row, code, priceMinor } of rows) {
        const before = byCode.get(code);
        if (!before) faults.push(faultOf(row, "code", "inventory.validation.code_unknown", code, { code }));
        else if (changes.has(before.id))
          faults.push(faultOf(row, "code", "inventory.validation.product_repeated", code, { name: before.name }));
        else if (before.priceMinor === priceMinor) unchanged += 1;
        else changes.set(before.id, { before, facts: { ...before, priceMinor } });
      }
      const plan = { newcomers: [], changes: [...changes.values()], unchanged, faults };
      if (writes) await writePlan(tx, { emit, audit }, one, plan, clock.now());
      return { created: 0, updated: plan.changes.length, unchanged, faults, preview: plan.changes.map(previewOf) };
    },
    preview: productPreview,
  };
}

function previewOf({ facts }: { facts: Product }): PreviewRow {
  const { sku, name, priceMinor, counted, onHandMilli } = facts;
  return { sku, name, priceMinor, stockMilli: counted ? onHandMilli : null, isNew: false };
}
