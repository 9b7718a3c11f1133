/** All suppliers as a table that the import reads back without changing anything. */
import type { Auditor } from "../../kernel/audit.ts";
import type { Database } from "../../kernel/db/database.ts";
import type { Locale } from "../../kernel/i18n.ts";
import { currencyDigits } from "../../kernel/money.ts";
import type { SheetFormat, Table, TableCell } from "../../kernel/sheets/table.ts";
import type { Actor, Supplier } from "./domain.ts";
import { COLUMNS, type Column, HEADERS } from "./import/columns.ts";
import { suppliersAfter } from "./queries/suppliers-bulk.ts";

const PAGE = 1000;
const YES: Record<Locale, string> = { es: "si", en: "yes" };

export type SuppliersExport = ReturnType<typeof createExport>;

export function createExport({ db, audit }: { db: Database; audit: Auditor }) {
  /** In constant memory, by id. Contacts are people: who takes them out stands in the trail before the first of them leaves. */
  return async (actor: Actor, format: SheetFormat, locale: Locale, currency: string): Promise<Table> => {
    await db.transaction((tx) =>
      audit(tx, { ...actor, action: "suppliers.exported", subject: "suppliers", after: { format } }),
    );
    async function* rows() {
      for (let id = 0; ; ) {
        const page = await suppliersAfter(db.replica, id, PAGE);
        const last = page.at(-1);
        if (!last) return;
        yield page.map((one) => COLUMNS.map((column) => cellOf(one, column, locale, currencyDigits(currency))));
        id = last.id;
      }
    }
    return { head: COLUMNS.map((column) => HEADERS[locale][column]), rows: rows() };
  };
}

function cellOf(supplier: Supplier, column: Column, locale: Locale, digits: number): TableCell {
  switch (column) {
    case "lead_time_days":
      return String(supplier.leadTimeDays);
    case "minimum":
      return { amount: supplier.minimumMinor, scale: digits };
    case "active":
      return supplier.active ? YES[locale] : "no";
    default:
      return supplier[column] ?? "";
  }
}
