/** Reads the cells of one row. An empty cell says nothing: the product keeps what it has. */
import { z } from "zod";
import type { Input } from "../../../kernel/input.ts";
import { cellReader, yesOrNo } from "../../../kernel/lists/cells.ts";
import { type Fault, faultOf } from "../../../kernel/lists/fault.ts";
import type { Layout } from "../../../kernel/lists/layout.ts";
import type { RowReader } from "../../../kernel/lists/list.ts";
import { fold } from "../../../kernel/text.ts";
import type { ProductFacts } from "../domain.ts";
import { barcodeText, PRODUCT_LIMITS, skuText, TOO_MANY } from "../schema.ts";
import type { Column } from "./columns.ts";

export interface ImportRow {
  row: number;
  sku: string;
  /** what the row says of the product; no key for what it does not say */
  facts: Partial<ProductFacts>;
  stockMilli: number | undefined;
  /** matters only when the product is new: the stock of others is not for a file to say */
  stockFault: Fault | undefined;
}

const schemasBy = (input: Input): Record<Column, z.ZodType> => ({
  sku: skuText(input),
  barcodes: z.string().transform(splitCodes).pipe(z.array(barcodeText).max(PRODUCT_LIMITS.barcodes, TOO_MANY)),
  name: input.text(PRODUCT_LIMITS.name),
  description: input.text(PRODUCT_LIMITS.description),
  category: input.text(PRODUCT_LIMITS.category),
  brand: input.text(PRODUCT_LIMITS.brand),
  unit: input.text(PRODUCT_LIMITS.unit),
  price: input.money(),
  tax_rate: taxRate,
  cost: input.money(),
  stock: input.quantity({ min: 0 }),
  reorder_point: input.quantity({ min: 0 }),
  active: yesOrNo,
});

/** An empty cell says nothing: the product keeps what it has. */
export function createRowReader(layout: Layout, currency: string): RowReader<ImportRow> {
  const readCells = cellReader<Column>(layout, currency, schemasBy);
  return (row, cells) => {
    const found = readCells(row, cells);
    if (!found) return { kind: "blank" };
    const { read, faults } = found;
    const sku = read.sku as string | undefined;
    if (sku === undefined && !faults.some(({ field }) => field === "sku")) {
      faults.unshift(faultOf(row, "sku", "kernel.validation.required", ""));
    }
    const stockFault = faults.find(({ field }) => field === "stock");
    const others = faults.filter((fault) => fault !== stockFault);
    if (sku === undefined || others.length > 0) return { kind: "bad", ...(sku === undefined ? {} : { sku }), faults };
    return {
      kind: "good",
      row: { row, sku, facts: factsOf(read), stockMilli: read.stock as number | undefined, stockFault },
    };
  };
}

const FACTS: Record<Exclude<Column, "stock" | "tax_rate">, keyof ProductFacts> = {
  sku: "sku",
  barcodes: "barcodes",
  name: "name",
  description: "description",
  category: "category",
  brand: "brand",
  unit: "unit",
  price: "priceMinor",
  cost: "costMinor",
  reorder_point: "reorderPointMilli",
  active: "active",
};

function factsOf({ stock: _, tax_rate: tax, ...read }: Partial<Record<Column, unknown>>): Partial<ProductFacts> {
  const entries = Object.entries(read) as [keyof typeof FACTS, unknown][];
  const facts = Object.fromEntries(entries.map(([column, value]) => [FACTS[column], value]));
  return { ...facts, ...(tax as Partial<Pick<ProductFacts, "taxRateBp" | "taxKind">> | undefined) };
}

function splitCodes(cell: string): string[] {
  return [...new Set(cell.split(/[\s|,;]+/).filter((code) => code !== ""))].sort();
}

const taxRate = z.string().transform((cell, context) => {
  const refuse = (code: string) => {
    context.issues.push({ code: "custom", input: cell, message: `inventory.validation.${code}` });
    return z.NEVER;
  };
  const word = fold(cell);
  if (["exento", "exenta", "exempt"].includes(word)) return { taxRateBp: 0, taxKind: "exempt" as const };
  if (["excluido", "excluida", "excluded", "no"].includes(word)) return { taxRateBp: 0, taxKind: "excluded" as const };
  const match = /^(?:iva\s*)?(\d{1,3})(?:[.,](\d{1,2}))?\s*%?\s*(\+)?$/i.exec(cell);
  if (!match) return refuse("tax_rate");
  const rateBp = Number(match[1]) * 100 + Number((match[2] ?? "").padEnd(2, "0"));
  // 0,19 is 19 % to some and nothing like it to others
  if (rateBp > 0 && rateBp < 100 && !cell.includes("%")) return refuse("tax_rate_fraction");
  if (rateBp > 10_000) return refuse("tax_rate");
  // `19 +`: on top of the price
  return { taxRateBp: rateBp, taxKind: match[3] ? ("added" as const) : ("included" as const) };
});
