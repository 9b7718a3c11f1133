/** What stands on the shelves of one store when it begins: once a product, never instead of a count. */

import type { Tx } from "../../../kernel/db/database.ts";
import { cellReader, repeatsOf, requireCells } from "../../../kernel/lists/cells.ts";
import { type Fault, faultOf } from "../../../kernel/lists/fault.ts";
import type { List } from "../../../kernel/lists/list.ts";
import type { ListImport } from "../../../kernel/lists/state.ts";
import { stockMoved } from "../api.ts";
import { isStocked, type Product } from "../domain.ts";
import { lockCodes } from "../queries/codes.ts";
import { markCounted, type Opened, openings } from "../queries/openings.ts";
import { defaultStore } from "../queries/shelves.ts";
import { openShelves, openWith, shelvesForUpdate } from "../queries/stock.ts";
import { codeColumns, codeHeaders, codeText, missingCode, productsByCode } from "./by-code.ts";
import { type PreviewRow, productPreview } from "./preview.ts";
import type { ListParts } from "./products.ts";

export interface OpeningRow {
  row: number;
  code: string;
  stockMilli: number;
}

export function openingStockList({ clock, emit }: ListParts): List<OpeningRow> {
  async function write(tx: Tx, storeId: number, one: ListImport, opened: ReadonlyMap<number, number>): Promise<void> {
    const ids = [...opened.keys()];
    const filled = ids.filter((id) => opened.get(id) !== 0);
    const empty = ids.filter((id) => opened.get(id) === 0);
    if (empty.length > 0) await markCounted(tx, storeId, empty);
    if (filled.length === 0) return;
    const user = { id: one.userId, username: one.userName };
    const quantitiesMilli = filled.map((id) => opened.get(id) ?? 0);
    await openWith(tx, { storeId, productIds: filled, quantitiesMilli, note: one.fileName, user, now: clock.now() });
    await emit(tx, stockMoved, { storeId, productIds: filled });
  }

  return {
    name: "opening-stock",
    owner: "inventory",
    permission: "inventory.import",
    audit: { action: "stock.imported" },
    home: "/inventory",
    whole: { path: "/inventory/export", permission: "inventory.read" },
    summary: "Opening stock of products that are there, by SKU or barcode, in one store; only where nothing moved yet.",
    ofStore: true,
    headers: codeHeaders("stock"),
    match: codeColumns("stock"),
    missing: (columns, expected) => missingCode(columns, "stock", expected),
    reader(layout, currency) {
      const read = cellReader(layout, currency, (input) => ({
        code: codeText(input),
        stock: input.quantity({ min: 0 }),
      }));
      return (row, cells) => {
        const found = read(row, cells);
        if (!found) return { kind: "blank" };
        requireCells(row, found, ["code", "stock"]);
        if (found.faults.length > 0) return { kind: "bad", faults: found.faults };
        return { kind: "good", row: { row, code: found.read.code as string, stockMilli: found.read.stock as number } };
      };
    },
    repeats: repeatsOf("code", ({ code }) => code),
    lock: lockCodes,
    async step(tx, rows, one, writes) {
      const storeId = one.storeId ?? (await defaultStore(tx)).id;
      const byCode = await productsByCode(
        tx,
        rows.map(({ code }) => code),
        false,
      );
      const ids = [...new Set([...byCode.values()].map(({ id }) => id))];
      if (writes) {
        await openShelves(tx, storeId, ids);
        await shelvesForUpdate(tx, storeId, ids);
      }
      const states = await openings(tx, storeId, ids);
      const opened = new Map<number, number>();
      const faults: Fault[] = [];
      const preview: PreviewRow[] = [];
      let unchanged = 0;
      for (const { row, code, stockMilli } of rows) {
        const product = byCode.get(code);
        const fault = product ? faultIn(product, states.get(product.id), stockMilli, opened) : "code_unknown";
        if (fault === "same") unchanged += 1;
        else if (!product || fault !== undefined)
          faults.push(faultOf(row, "code", `inventory.validation.${fault}`, code, { code, name: product?.name ?? "" }));
        else {
          opened.set(product.id, stockMilli);
          const { sku, name, priceMinor } = product;
          preview.push({ sku, name, priceMinor, stockMilli, isNew: false });
        }
      }
      if (writes) await write(tx, storeId, one, opened);
      return { created: 0, updated: opened.size, unchanged, faults, preview };
    },
    preview: productPreview,
  };
}

/** Undefined: it can be opened. */
function faultIn(
  product: Product,
  state: Opened | undefined,
  stockMilli: number,
  now: ReadonlyMap<number, number>,
): "same" | "not_stocked" | "stock_moved" | "product_repeated" | undefined {
  const { id } = product;
  if (!isStocked(product)) return "not_stocked";
  if (now.has(id)) return "product_repeated";
  if (!state) return undefined;
  if (state.moved) return "stock_moved";
  if (state.openedMilli !== null) return state.openedMilli === stockMilli ? "same" : "stock_moved";
  return state.counted && stockMilli === 0 ? "same" : undefined;
}
