/** All products as a table that the import reads back without changing anything. */
import type { Auditor } from "../../kernel/audit.ts";
import type { Database } from "../../kernel/db/database.ts";
import { formatDecimal, QUANTITY_SCALE } from "../../kernel/decimal.ts";
import type { Locale } from "../../kernel/i18n.ts";
import { currencyDigits } from "../../kernel/money.ts";
import { CSV_STYLES } from "../../kernel/sheets/csv.ts";
import type { SheetFormat, Table, TableCell } from "../../kernel/sheets/table.ts";
import { type Actor, isStocked, type Product } from "./domain.ts";
import { COLUMNS, type Column, HEADERS } from "./import/columns.ts";

export interface ExportOptions {
  format: SheetFormat;
  /** of the headers and amounts */
  locale: Locale;
  currency: string;
  /** whose stock it tells; undefined: of the one that sells when nobody says another */
  storeId: number | undefined;
  /** may the reader see what things cost the shop? */
  cost: boolean;
  /** counts without seeing what the books say */
  blind: boolean;
}

const YES: Record<Locale, string> = { es: "si", en: "yes" };
const PAGE = 1000;

export interface ExportParts {
  db: Database;
  audit: Auditor;
  /** at most `limit` products after an id, as the store has them */
  after(id: number, limit: number, storeId: number | undefined): Promise<Product[]>;
}

export type Export = ReturnType<typeof createExport>;

/** Who takes the products out stands in the trail before the first of them leaves. */
export function createExport({ db, audit, after }: ExportParts) {
  return async (actor: Actor, options: ExportOptions): Promise<Table> => {
    await db.transaction((tx) =>
      audit(tx, {
        ...actor,
        action: "products.exported",
        subject: "products",
        after: { format: options.format, with_costs: options.cost },
      }),
    );
    return productTable(after, options);
  };
}

/** In constant memory, by id. */
function productTable(
  pageAfter: ExportParts["after"],
  { locale, currency, storeId, cost, blind }: ExportOptions,
): Table {
  const columns = COLUMNS.filter((column) => cost || column !== "cost");
  const digits = currencyDigits(currency);
  async function* rows() {
    for (let id = 0; ; ) {
      const products = await pageAfter(id, PAGE, storeId);
      const last = products.at(-1);
      if (!last) return;
      yield products.map((product) =>
        columns.map((column) =>
          cellOf(blind && product.counting ? { ...product, counted: false } : product, column, digits, locale),
        ),
      );
      id = last.id;
    }
  }
  return { head: columns.map((column) => HEADERS[locale][column]), rows: rows() };
}

const NO_TAX = {
  es: { exempt: "exento", excluded: "excluido" },
  en: { exempt: "exempt", excluded: "excluded" },
} as const;

function cellOf(product: Product, column: Column, digits: number, locale: Locale): TableCell {
  switch (column) {
    case "barcodes":
      return product.barcodes.join(" | ");
    case "price":
      return { amount: product.priceMinor, scale: digits };
    case "cost":
      return { amount: product.costMinor, scale: digits };
    case "tax_rate":
      if (product.taxKind === "exempt" || product.taxKind === "excluded") return NO_TAX[locale][product.taxKind];
      return `${rateOf(product.taxRateBp, locale)}${product.taxKind === "added" ? " +" : ""}`;
    case "stock":
      // what stands on no shelf of its own has no figure that an import could read back
      return product.counted && isStocked(product) ? { amount: product.onHandMilli, scale: QUANTITY_SCALE } : "";
    case "reorder_point":
      return { amount: product.reorderPointMilli, scale: QUANTITY_SCALE };
    case "active":
      return product.active ? YES[locale] : "no";
    default:
      return product[column] ?? "";
  }
}

/** `19`, `12,50`; under one per cent with its sign, without which the import would ask back. */
function rateOf(rateBp: number, locale: Locale): string {
  const text = formatDecimal(rateBp, 2).replace(".", CSV_STYLES[locale].decimal);
  return text.replace(/[.,]00$/, "") + (rateBp > 0 && rateBp < 100 ? "%" : "");
}
