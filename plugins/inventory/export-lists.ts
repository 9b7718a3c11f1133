/** Prices alone, and what stands on the shelves of a store, as tables that their imports read. */
import type { Auditor } from "../../kernel/audit.ts";
import type { Database } from "../../kernel/db/database.ts";
import { QUANTITY_SCALE } from "../../kernel/decimal.ts";
import type { Locale } from "../../kernel/i18n.ts";
import { currencyDigits } from "../../kernel/money.ts";
import type { SheetFormat, Table, TableCell } from "../../kernel/sheets/table.ts";
import type { Actor, Product } from "./domain.ts";
import { HEADERS } from "./import/columns.ts";
import type { OnHand, OnHandFilter } from "./queries/stock-lists.ts";

const PAGE = 1000;

export interface ListExportParts {
  db: Database;
  audit: Auditor;
  /** at most `limit` products after an id */
  after(id: number, limit: number): Promise<Product[]>;
  onHand(
    storeId: number | undefined,
    which: OnHandFilter,
    after: { sortKey: string; id: number } | undefined,
    limit: number,
  ): Promise<OnHand[]>;
}

interface Asked {
  actor: Actor;
  format: SheetFormat;
  locale: Locale;
}

export type ListExports = ReturnType<typeof createListExports>;

/** Who takes them out stands in the trail before the first row leaves. */
export function createListExports({ db, audit, after, onHand }: ListExportParts) {
  return {
    async prices({ actor, format, locale }: Asked, currency: string): Promise<Table> {
      await db.transaction((tx) =>
        audit(tx, { ...actor, action: "prices.exported", subject: "products", after: { format } }),
      );
      const scale = currencyDigits(currency);
      const head = [HEADERS[locale].sku, HEADERS[locale].name, HEADERS[locale].price];
      const cells = ({ sku, name, priceMinor }: Product) => [sku, name, { amount: priceMinor, scale }];
      return { head, rows: pages((last: Product | undefined) => after(last?.id ?? 0, PAGE), cells) };
    },

    /** Of one store, by name; empty is what nobody counted, and to who counts `blind` what is being counted. */
    async stock({ actor, format, locale }: Asked, storeId: number | undefined, blind: boolean): Promise<Table> {
      await db.transaction((tx) =>
        audit(tx, {
          ...actor,
          action: "stock.exported",
          subject: "products",
          after: { format, stores: storeId === undefined ? [] : [storeId] },
        }),
      );
      const head = [HEADERS[locale].sku, HEADERS[locale].name, HEADERS[locale].unit, HEADERS[locale].stock];
      const cells = ({ sku, name, unit, counted, counting, onHandMilli }: Product) => [
        sku,
        name,
        unit,
        counted && !(blind && counting) ? { amount: onHandMilli, scale: QUANTITY_SCALE } : "",
      ];
      return { head, rows: pages((last: OnHand | undefined) => onHand(storeId, {}, last, PAGE), cells) };
    },
  };
}

async function* pages<T>(
  next: (last: T | undefined) => Promise<T[]>,
  cells: (one: T) => TableCell[],
): AsyncGenerator<TableCell[][]> {
  for (let last: T | undefined; ; ) {
    const page = await next(last);
    if (page.length === 0) return;
    yield page.map(cells);
    last = page.at(-1);
  }
}
