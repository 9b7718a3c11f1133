/** Statements and receivables as the API, the pages and the table show them. */
import { stringify } from "csv-stringify/sync";
import { formatDecimal } from "../../kernel/decimal.ts";
import type { Text } from "../../kernel/i18n.ts";
import { currencyDigits } from "../../kernel/money.ts";
import type { Shop } from "../../kernel/settings/shop.ts";
import { AGES, type Aging } from "./accounts/aging.ts";
import { reminderOf } from "./accounts/reminder.ts";
import type { Receivable, Statement } from "./accounts/statements.ts";
import { documentText } from "./documents.ts";
import { entryJson } from "./present.ts";

const moneyOf = (currency: string) => (minor: number) => formatDecimal(minor, currencyDigits(currency));

function agingJson({ parts, totalMinor, oldestDays }: Aging, currency: string) {
  const money = moneyOf(currency);
  const { d30, d60, d90, older } = parts;
  return {
    d30: money(d30),
    d60: money(d60),
    d90: money(d90),
    older: money(older),
    total: money(totalMinor),
    oldest_days: oldestDays,
  };
}

export function statementJson({ customer, from, to, openingMinor, closingMinor, entries }: Statement, aging: Aging) {
  const { id, currency } = customer;
  const money = moneyOf(currency);
  return {
    customer_id: id,
    currency,
    from,
    to,
    opening: money(openingMinor),
    closing: money(closingMinor),
    aging: agingJson(aging, currency),
    entries: entries.map((one) => entryJson(one, currency)),
  };
}

export function receivableJson(one: Receivable, shop: Shop, text: Text) {
  return {
    customer_id: one.id,
    name: one.name,
    phone: one.phone ?? null,
    email: one.email ?? null,
    currency: one.currency,
    ...agingJson(one.aging, one.currency),
    reminder: reminderOf(one, shop.name, text).text,
  };
}

export function totalsJson(totals: ReadonlyMap<string, Aging & { customers: number }>) {
  return [...totals].map(([currency, total]) => ({
    currency,
    customers: total.customers,
    ...agingJson(total, currency),
  }));
}

function agingCells({ parts, totalMinor, oldestDays }: Aging, currency: string, text: Text) {
  const money = (minor: number) => (minor === 0 ? "" : text.money(minor, currency));
  return { parts: AGES.map((age) => money(parts[age])), total: money(totalMinor), days: text.integer(oldestDays) };
}

export function agingModel(aging: Aging, currency: string, text: Text) {
  return {
    heads: AGES.map((age) => text.t(`customers.receivables.ages.${age}`)),
    ...agingCells(aging, currency, text),
  };
}

interface Listing {
  shop: Shop;
  text: Text;
  /** when the last reminder went out by mail */
  last: Date | undefined;
}

/** On paper: whom to call, how much and since when. */
export function listRow(one: Receivable, { shop, text, last }: Listing) {
  return {
    name: one.name,
    phone: one.phone ?? "",
    total: text.money(one.balanceMinor, one.currency),
    days: text.integer(one.aging.oldestDays),
    last: last ? text.date(last, shop.timeZone) : "",
  };
}

/** `mails`: the system sends mail itself. */
export function receivableRow(one: Receivable, { shop, text, last, mails }: Listing & { mails: boolean }) {
  const { whatsapp, mail } = reminderOf(one, shop.name, text);
  return {
    path: `/customers/${one.id}`,
    statement: `/customers/${one.id}/statement`,
    name: one.name,
    ...agingCells(one.aging, one.currency, text),
    whatsapp,
    mail: mails ? undefined : mail,
    reminders: mails || last ? `/customers/${one.id}/reminders` : undefined,
    last: last ? text.date(last, shop.timeZone) : "",
  };
}

export function totalRows(totals: ReadonlyMap<string, Aging & { customers: number }>, text: Text) {
  return [...totals].map(([currency, total]) => ({
    label: text.t("customers.receivables.total", { count: total.customers, currency }),
    ...agingCells(total, currency, text),
  }));
}

export function statementModel(statement: Statement, aging: Aging, shop: Shop, text: Text) {
  const { customer, from, to, openingMinor, closingMinor, entries } = statement;
  const money = (minor: number) => text.money(minor, customer.currency);
  const path = `/customers/${customer.id}`;
  return {
    title: text.t("customers.statement.title", { name: customer.name }),
    path,
    period: { from, to },
    periodText: text.t("customers.statement.period", { from: dayText(from, text), to: dayText(to, text) }),
    csv: `${path}/statement.csv?${new URLSearchParams({ from, to })}`,
    // not `shop`: that is the layout's
    letterhead: [shop.name, shop.taxId, shop.address, shop.phone].filter(Boolean),
    document: documentText(customer.document),
    opening: money(openingMinor),
    closing: money(closingMinor),
    aging: agingModel(aging, customer.currency, text),
    owes: aging.totalMinor > 0,
    entries: entries.map((entry) => ({
      at: text.dateTime(entry.createdAt, shop.timeZone),
      kind: text.t(`customers.entries.${entry.kind}`),
      number: entry.document.number,
      charged: entry.amountMinor > 0 ? money(entry.amountMinor) : "",
      credited: entry.amountMinor < 0 ? money(-entry.amountMinor) : "",
      balance: money(entry.balanceMinor),
    })),
  };
}

const CSV = { es: { delimiter: ";", decimal: "," }, en: { delimiter: ",", decimal: "." } } as const;

/** With an opening and a closing line; amounts as spreadsheets of the language read them. */
export function statementCsv(statement: Statement, shop: Shop, text: Text): string {
  const { customer, from, to, openingMinor, closingMinor, entries } = statement;
  const { delimiter, decimal } = CSV[text.locale];
  const plain = moneyOf(customer.currency);
  const money = (minor: number) => plain(minor).replace(".", decimal);
  const head = ["at", "what", "document", "amount", "balance"].map((one) => text.t(`customers.statement.csv.${one}`));
  const rows = [
    head,
    [from, text.t("customers.statement.opening"), "", "", money(openingMinor)],
    ...entries.map((one) => [
      text.dateTime(one.createdAt, shop.timeZone),
      text.t(`customers.entries.${one.kind}`),
      one.document.number,
      money(one.amountMinor),
      money(one.balanceMinor),
    ]),
    [to, text.t("customers.statement.closing"), "", "", money(closingMinor)],
  ];
  return `\ufeff${stringify(rows, { delimiter, record_delimiter: "\r\n" })}`;
}

/** `2026-11-30` as the language writes it. */
function dayText(day: string, text: Text): string {
  return text.date(new Date(`${day}T00:00:00Z`), "UTC");
}
