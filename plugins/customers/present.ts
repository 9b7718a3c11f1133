/** Customers as the API and the pages show them. */

import { formatDecimal } from "../../kernel/decimal.ts";
import type { Model } from "../../kernel/http/reply.ts";
import type { FormState } from "../../kernel/http/route.ts";
import type { Text } from "../../kernel/i18n.ts";
import { currencyDigits } from "../../kernel/money.ts";
import type { CustomerAction, CustomerGroup } from "./api.ts";
import { cardOf, groupOf } from "./customers.ts";
import { DOCUMENT_TYPES, documentText } from "./documents.ts";
import type { AccountEntry, Customer } from "./domain.ts";

export function customerJson(customer: Customer) {
  const money = (minor: number) => formatDecimal(minor, currencyDigits(customer.currency));
  return {
    id: customer.id,
    name: customer.name,
    document_type: customer.document?.type ?? null,
    document_number: customer.document?.number ?? null,
    phone: customer.phone ?? null,
    email: customer.email ?? null,
    address: customer.address ?? null,
    note: customer.note ?? null,
    currency: customer.currency,
    credit_limit: money(customer.creditLimitMinor),
    balance: money(customer.balanceMinor),
    points: customer.points,
    merged_into: customer.mergedInto ?? null,
    erased_at: customer.erasedAt?.toISOString() ?? null,
    active: customer.active,
    group: groupOf(customer) ?? null,
  };
}

export function entryJson(entry: AccountEntry, currency: string) {
  const money = (minor: number) => formatDecimal(minor, currencyDigits(currency));
  return {
    id: entry.id,
    kind: entry.kind,
    amount: money(entry.amountMinor),
    balance: money(entry.balanceMinor),
    document: entry.document,
    by: entry.userName,
    created_at: entry.createdAt.toISOString(),
  };
}

export function customerRow(customer: Customer, text: Text) {
  return {
    path: `/customers/${customer.id}`,
    name: customer.name,
    document: documentText(customer.document) ?? "",
    phone: customer.phone ?? "",
    active: customer.active,
    group: customer.groupName,
    balance: customer.balanceMinor === 0 ? "" : text.money(customer.balanceMinor, customer.currency),
  };
}

export function documentOptions(text: Text) {
  return [
    { value: "", label: text.t("customers.document_types.none") },
    ...DOCUMENT_TYPES.map((value) => ({ value, label: text.t(`customers.document_types.${value}`) })),
  ];
}

/** None stands for customers of no group. */
export function groupOptions(groups: readonly CustomerGroup[], text: Text) {
  const none = { value: "", label: text.t("customers.groups.nobody") };
  return [none, ...groups.map(({ id, name }) => ({ value: String(id), label: name }))];
}

export function stored(customer: Customer, text: Text): FormState {
  const values: Record<string, string> = {
    name: customer.name,
    document_type: customer.document?.type ?? "",
    document_number: customer.document?.number ?? "",
    phone: customer.phone ?? "",
    email: customer.email ?? "",
    address: customer.address ?? "",
    note: customer.note ?? "",
    credit_limit: text.moneyField(customer.creditLimitMinor, customer.currency),
    group_id: customer.groupId === undefined ? "" : String(customer.groupId),
    version: String(customer.version),
    ...(customer.active ? { active: "on" } : {}),
  };
  return { values, errors: {} };
}

interface Showing {
  text: Text;
  timeZone: string;
  groups: readonly CustomerGroup[];
  can(permission: string): boolean;
}

export function customerModel(
  customer: Customer,
  entries: AccountEntry[],
  actions: readonly CustomerAction[],
  form: FormState,
  { text, timeZone, groups, can }: Showing,
): Model {
  const money = (minor: number) => text.money(minor, customer.currency);
  const card = cardOf(customer);
  return {
    title: customer.name,
    path: `/customers/${customer.id}`,
    form,
    isActive: form.values["active"] !== undefined,
    types: documentOptions(text),
    mayMerge: can("customers.merge") && customer.erasedAt === undefined,
    mayErase: can("customers.erase"),
    mayManage: can("customers.manage") && customer.erasedAt === undefined,
    mayLimit: can("customers.credit"),
    mayGroup: can("customers.groups") && groups.length > 0,
    groups: groupOptions(groups, text),
    group: customer.groupName,
    document: card.document,
    balance: money(Math.abs(customer.balanceMinor)),
    owes: customer.balanceMinor >= 0,
    limit: money(customer.creditLimitMinor),
    available: money(Math.max(customer.creditLimitMinor - customer.balanceMinor, 0)),
    points: customer.points === 0 ? undefined : text.integer(customer.points),
    actions: actions
      .filter((one) => can(one.permission) && one.fits(card))
      .map((one) => ({ path: one.path(customer.id), label: text.t(one.label) })),
    entries: entries.map((entry) => ({
      at: text.dateTime(entry.createdAt, timeZone),
      kind: text.t(`customers.entries.${entry.kind}`),
      number: entry.document.number,
      amount: money(entry.amountMinor),
      balance: money(entry.balanceMinor),
      by: entry.userName,
    })),
  };
}
