/** The ledger of stock as a table for a spreadsheet: oldest first, in constant memory. */
import { Readable } from "node:stream";
import type { Auditor } from "../../kernel/audit.ts";
import type { Database } from "../../kernel/db/database.ts";
import { formatDecimal, QUANTITY_SCALE } from "../../kernel/decimal.ts";
import type { Locale, Text } from "../../kernel/i18n.ts";
import { currencyDigits } from "../../kernel/money.ts";
import { guardCell } from "../../kernel/sheets/cell-guard.ts";
import { CSV_STYLES, csvText } from "../../kernel/sheets/csv.ts";
import type { Actor, Movement } from "./domain.ts";

import { reasonText } from "./present/stock.ts";
import type { MovementFilter } from "./queries/ledger.ts";

const PAGE = 1000;
const BOM = "\ufeff";
const COLUMNS = ["when", "store", "sku", "name", "reason", "document", "note"] as const;

export interface LedgerExportOptions {
  text: Text;
  /** how cells are parted and amounts written */
  locale: Locale;
  timeZone: string;
  currency: string;
  /** may the reader see what things cost the shop? */
  cost: boolean;
}

export interface LedgerExportParts {
  db: Database;
  audit: Auditor;
  /** all movements, oldest first, so many at once */
  pages(filter: MovementFilter, size: number): AsyncIterable<Movement[]>;
}

export type LedgerExport = ReturnType<typeof createLedgerExport>;

/** Who takes the ledger out stands in the trail before the first row leaves. */
export function createLedgerExport({ db, audit, pages }: LedgerExportParts) {
  return async (actor: Actor, filter: MovementFilter, options: LedgerExportOptions): Promise<Readable> => {
    const { productId, storeIds, reason, from, to } = filter;
    const said = { stores: storeIds, product_id: productId, reason, from, to, with_costs: options.cost };
    await db.transaction((tx) =>
      audit(tx, { ...actor, action: "movements.exported", subject: "movements", after: said }),
    );
    async function* pieces(): AsyncGenerator<string> {
      yield BOM + csvText([headers(options)], options.locale);
      for await (const rows of pages(filter, PAGE))
        yield csvText(
          rows.map((row) => cells(row, options)),
          options.locale,
        );
    }
    return Readable.from(pieces(), { objectMode: false });
  };
}

function headers({ text, cost }: LedgerExportOptions): string[] {
  const names = [...COLUMNS, "quantity", "balance", "unit", ...(cost ? ["cost"] : []), "user"];
  return names.map((name) => text.t(`inventory.ledger_columns.${name}`));
}

function cells(row: Movement, { text, locale, timeZone, currency, cost }: LedgerExportOptions): string[] {
  const number = (value: number, scale: number) => formatDecimal(value, scale).replace(".", CSV_STYLES[locale].decimal);
  return [
    localTime(row.createdAt, timeZone),
    guardCell(row.storeName),
    guardCell(row.sku),
    guardCell(row.name),
    guardCell(reasonText(row.reason, text)),
    guardCell(row.document?.number ?? ""),
    guardCell(row.note ?? ""),
    number(row.quantityMilli, QUANTITY_SCALE),
    number(row.balanceMilli, QUANTITY_SCALE),
    guardCell(row.unit),
    ...(cost ? [number(row.costMinor, currencyDigits(currency))] : []),
    guardCell(row.userName ?? ""),
  ];
}

/** `2026-03-01 17:05:09`, which every spreadsheet reads as a time. */
export function localTime(instant: Date, timeZone: string): string {
  const style = { timeZone, dateStyle: "short", timeStyle: "medium" } as const;
  return new Intl.DateTimeFormat("sv-SE", style).format(instant);
}
