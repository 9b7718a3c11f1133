/** All products as a table that the import reads back without changing anything. */
import { Readable } from "node:stream";
import { stringify } from "csv-stringify/sync";
import type { Auditor } from "../../kernel/audit.ts";
import type { Database } from "../../kernel/db/database.ts";
import { formatDecimal, QUANTITY_SCALE } from "../../kernel/decimal.ts";
import type { Locale } from "../../kernel/i18n.ts";
import { currencyDigits } from "../../kernel/money.ts";
import { type Actor, isStocked, type Product } from "./domain.ts";
import { COLUMNS, type Column, HEADERS } from "./import/columns.ts";
import { guardCell } from "./import/guard.ts";

/** How spreadsheets of a language part cells and write amounts. */
export const CSV_STYLES: Record<Locale, { delimiter: string; decimal: string }> = {
  es: { delimiter: ";", decimal: "," },
  en: { delimiter: ",", decimal: "." },
};

export interface ExportOptions {
  /** of the headers and amounts */
  locale: Locale;
  currency: string;
  /** may the reader see what things cost the shop? */
  cost: boolean;
}

const YES: Record<Locale, string> = { es: "si", en: "yes" };
const PAGE = 1000;
const BOM = "\ufeff";

export interface ExportParts {
  db: Database;
  audit: Auditor;
  /** at most `limit` products after an id */
  after(id: number, limit: number): Promise<Product[]>;
}

export type Export = ReturnType<typeof createExport>;

/** Who takes the products out stands in the trail before the first of them leaves. */
export function createExport({ db, audit, after }: ExportParts) {
  return async (actor: Actor, options: ExportOptions): Promise<Readable> => {
    await db.transaction((tx) =>
      audit(tx, {
        ...actor,
        action: "products.exported",
        subject: "products",
        after: { format: "csv", with_costs: options.cost },
      }),
    );
    return exportProducts(after, options);
  };
}

/** In constant memory, by id. `pageAfter` gives at most `limit` products after an id. */
function exportProducts(
  pageAfter: (id: number, limit: number) => Promise<Product[]>,
  { locale, currency, cost }: ExportOptions,
): Readable {
  const columns = COLUMNS.filter((column) => cost || column !== "cost");
  const digits = currencyDigits(currency);
  async function* pieces(): AsyncGenerator<string> {
    yield BOM + csvText([columns.map((column) => HEADERS[locale][column])], locale);
    for (let id = 0; ; ) {
      const products = await pageAfter(id, PAGE);
      const last = products.at(-1);
      if (!last) return;
      yield csvText(
        products.map((product) => columns.map((column) => cellOf(product, column, digits, locale))),
        locale,
      );
      id = last.id;
    }
  }
  return Readable.from(pieces(), { objectMode: false });
}

const NO_TAX = {
  es: { exempt: "exento", excluded: "excluido" },
  en: { exempt: "exempt", excluded: "excluded" },
} as const;

export function csvText(rows: readonly (readonly string[])[], locale: Locale): string {
  return stringify(rows as string[][], {
    delimiter: CSV_STYLES[locale].delimiter,
    record_delimiter: "\r\n",
    // a line break alone ends no record here, but does for some readers
    quoted_match: /[\r\n]/,
  });
}

function cellOf(product: Product, column: Column, digits: number, locale: Locale): string {
  const number = (value: number, scale: number) => formatDecimal(value, scale).replace(".", CSV_STYLES[locale].decimal);
  switch (column) {
    case "barcodes":
      return guardCell(product.barcodes.join(" | "));
    case "price":
      return number(product.priceMinor, digits);
    case "cost":
      return number(product.costMinor, digits);
    case "tax_rate":
      if (product.taxKind === "exempt" || product.taxKind === "excluded") return NO_TAX[locale][product.taxKind];
      return `${rateOf(number(product.taxRateBp, 2), product.taxRateBp)}${product.taxKind === "added" ? " +" : ""}`;
    case "stock":
      // what stands on no shelf of its own has no figure that an import could read back
      return product.counted && isStocked(product) ? number(product.onHandMilli, QUANTITY_SCALE) : "";
    case "reorder_point":
      return number(product.reorderPointMilli, QUANTITY_SCALE);
    case "active":
      return product.active ? YES[locale] : "no";
    default:
      return guardCell(product[column] ?? "");
  }
}

/** `19`, `12,50`; under one per cent with its sign, without which the import would ask back. */
function rateOf(text: string, rateBp: number): string {
  return text.replace(/[.,]00$/, "") + (rateBp > 0 && rateBp < 100 ? "%" : "");
}
