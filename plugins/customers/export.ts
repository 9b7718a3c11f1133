/** All customers as a table that the import reads back without changing anything. What they owe stands beside, to be read. */
import type { Auditor } from "../../kernel/audit.ts";
import type { Database } from "../../kernel/db/database.ts";
import type { Locale, Text } from "../../kernel/i18n.ts";
import { currencyDigits } from "../../kernel/money.ts";
import type { SheetFormat, Table, TableCell } from "../../kernel/sheets/table.ts";
import type { Actor, Customer } from "./domain.ts";
import { COLUMNS, type Column, HEADERS } from "./import/columns.ts";
import { customersAfter } from "./queries/bulk.ts";

const PAGE = 1000;
const YES: Record<Locale, string> = { es: "si", en: "yes" };

export type CustomersExport = ReturnType<typeof createExport>;

export function createExport({ db, audit }: { db: Database; audit: Auditor }) {
  /** Who takes the people out stands in the trail before the first of them leaves. */
  return async (actor: Actor, format: SheetFormat, locale: Locale, text: Text): Promise<Table> => {
    await db.transaction((tx) =>
      audit(tx, { ...actor, action: "customers.exported", subject: "customers", after: { format } }),
    );
    async function* rows() {
      for (let id = 0; ; ) {
        const page = await customersAfter(db.replica, id, PAGE);
        const last = page.at(-1);
        if (!last) return;
        yield page.map((one) => [
          ...COLUMNS.map((column) => cellOf(one, column, locale)),
          { amount: one.balanceMinor, scale: currencyDigits(one.currency) },
          one.currency,
        ]);
        id = last.id;
      }
    }
    const head = [
      ...COLUMNS.map((column) => HEADERS[locale][column]),
      text.t("customers.export.balance"),
      text.t("customers.export.currency"),
    ];
    return { head, rows: rows() };
  };
}

function cellOf(customer: Customer, column: Column, locale: Locale): TableCell {
  switch (column) {
    case "document_type":
      return customer.document?.type ?? "";
    case "document_number":
      return customer.document?.number ?? "";
    case "group":
      return customer.groupName ?? "";
    case "credit_limit":
      return { amount: customer.creditLimitMinor, scale: currencyDigits(customer.currency) };
    case "active":
      return customer.active ? YES[locale] : "no";
    default:
      return customer[column] ?? "";
  }
}
