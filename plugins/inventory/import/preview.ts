/** The first rows of a list of products, prices or stock, as they were understood. */
import type { AnyList } from "../../../kernel/lists/list.ts";

export interface PreviewRow {
  sku: string;
  name: string;
  priceMinor: number;
  stockMilli: number | null;
  isNew: boolean;
}

export const productPreview: AnyList["preview"] = {
  columns: [
    { text: "inventory.fields.sku" },
    { text: "inventory.fields.name" },
    { text: "inventory.fields.price", num: true },
    { text: "inventory.fields.on_hand", num: true },
    { text: "inventory.products.state" },
  ],
  cells(row, text, currency) {
    const { sku, name, priceMinor, stockMilli, isNew } = row as PreviewRow;
    return [
      sku,
      name,
      text.money(priceMinor, currency),
      stockMilli === null ? text.t("inventory.stock.uncounted") : text.quantity(stockMilli),
      text.t(isNew ? "kernel.imports.row_new" : "kernel.imports.row_known"),
    ];
  },
};
