/** Lists as CSV, as spreadsheets of a language open them. */
import { stringify } from "csv-stringify/sync";
import type { Locale } from "../i18n.ts";

/** How spreadsheets of a language part cells and write amounts. */
export const CSV_STYLES: Record<Locale, { delimiter: string; decimal: string }> = {
  es: { delimiter: ";", decimal: "," },
  en: { delimiter: ",", decimal: "." },
};

export const CSV_TYPE = "text/csv; charset=utf-8";
export const BOM = "\ufeff";

export function csvText(rows: readonly (readonly string[])[], locale: Locale): string {
  return stringify(rows as string[][], {
    delimiter: CSV_STYLES[locale].delimiter,
    record_delimiter: "\r\n",
    // a line break alone ends no record here, but does for some readers
    quoted_match: /[\r\n]/,
  });
}
