/** An uploaded list as text, whichever of the two ways it came. */
import type { ErrorFactory } from "../errors.ts";
import type { Locale } from "../i18n.ts";
import { looksZipped, sheetAsCsv } from "./as-csv.ts";
import { SheetFault, type SheetTrouble } from "./fault.ts";

/** Of the text that a workbook becomes; a workbook of 25 MB is seldom more. */
const MOST_BYTES = 64 * 1024 * 1024;

/** A workbook becomes CSV in the way of `locale`; everything else is left as it is, to be judged by whoever reads it. */
export async function listText(
  content: Buffer,
  locale: Locale,
  errors: Readonly<Record<SheetTrouble, ErrorFactory>>,
): Promise<Buffer> {
  if (!looksZipped(content)) return content;
  try {
    return await sheetAsCsv(content, locale, MOST_BYTES);
  } catch (error) {
    if (error instanceof SheetFault) throw errors[error.trouble]();
    throw error;
  }
}
