/** Collections, gift cards and store credit as the API and the pages show them. */
import type { Model } from "../../kernel/http/reply.ts";
import type { FormState } from "../../kernel/http/route.ts";
import type { Text } from "../../kernel/i18n.ts";
import type { Shop } from "../../kernel/settings/shop.ts";
import { type Collection, collectionNumber } from "./collections.ts";
import type { Tender } from "./domain.ts";
import { moneyOf } from "./present.ts";
import { tenderName } from "./present-tenders.ts";
import { isBooked } from "./tenders.ts";
import { maskedCode, tellCode, type Voucher, type VoucherEntry } from "./vouchers.ts";

export function collectionJson(one: Collection) {
  return {
    id: one.id,
    number: collectionNumber(one),
    kind: one.kind,
    store_id: one.storeId,
    register_id: one.registerId,
    shift_id: one.shiftId,
    customer_id: one.customer?.id ?? null,
    voucher_id: one.voucherId ?? null,
    currency: one.currency,
    method: one.method,
    amount: moneyOf(one.currency)(one.amountMinor),
    reference: one.reference ?? null,
    business_date: one.businessDate,
    by: one.userName,
    created_at: one.createdAt.toISOString(),
    reverses_id: one.reversesId ?? null,
    reversed_by_id: one.reversedById ?? null,
    reason: one.reason ?? null,
  };
}

/** `open`: whoever asks has the code or may see it; of the others only its end. */
export function voucherJson(one: Voucher, open: boolean) {
  return {
    id: one.id,
    kind: one.kind,
    code: open ? one.code : maskedCode(one.code),
    currency: one.currency,
    balance: moneyOf(one.currency)(one.balanceMinor),
    expires_on: one.expiresOn ?? null,
    blocked: one.blocked,
    customer_id: one.customer?.id ?? null,
    created_at: one.createdAt.toISOString(),
  };
}

export function entryJson(one: VoucherEntry, currency: string) {
  const money = moneyOf(currency);
  return {
    id: one.id,
    kind: one.kind,
    amount: money(one.amountMinor),
    balance: money(one.balanceMinor),
    sale_id: one.saleId ?? null,
    collection_id: one.collectionId ?? null,
    by: one.userName,
    created_at: one.createdAt.toISOString(),
  };
}

/** A day of the calendar, which is none of any time zone. */
function dayText(day: string, text: Text): string {
  return text.date(new Date(`${day}T12:00:00Z`), "UTC");
}

/** What is handed over: tenders that money can be collected with. */
export function handedOptions(tenders: readonly Tender[], text: Text) {
  return tenders
    .filter(({ active, kind, provider }) => active && !isBooked(kind) && provider === undefined)
    .map((one) => ({ value: one.code, label: tenderName(one, text) }));
}

/**
 * The receipt of money that was handed over for no goods; of a gift card with its code, which is told in full here and nowhere else,
 * and not to everybody.
 */
export function collectionModel(
  one: Collection,
  voucher: Voucher | undefined,
  names: readonly Tender[],
  { text, shop, sees, form }: { text: Text; shop: Shop; sees(writer: number): boolean; form: FormState | undefined },
): Model {
  const money = (minor: number) => text.money(minor, one.currency);
  const method = tenderName({ code: one.method, name: names.find(({ code }) => code === one.method)?.name }, text);
  return {
    title: text.t("pos.collection.title", { number: collectionNumber(one) }),
    styles: ["pos/receipt.css"],
    bare: true,
    scripts: ["pos/register.js"],
    shop: {
      name: shop.name,
      lines: [shop.taxId, shop.address, shop.phone].filter(Boolean),
      footer: shop.receiptFooter,
    },
    path: `/collections/${one.id}`,
    form: form ?? { values: {}, errors: {} },
    reversing: form !== undefined,
    reversible: one.reversesId === undefined && one.reversedById === undefined,
    reverses: linkTo(one.reversesId),
    reversedBy: linkTo(one.reversedById),
    reason: one.reason,
    kind: text.t(`pos.collection.kinds.${one.kind}`),
    at: text.dateTime(one.createdAt, shop.timeZone),
    cashier: one.userName,
    register: one.registerName,
    customer: one.customer?.name,
    customerPath: one.customer && `/customers/${one.customer.id}`,
    method: one.reference === undefined ? method : `${method} ${one.reference}`,
    amount: money(one.amountMinor),
    voucher: voucher &&
      one.reversesId === undefined &&
      one.reversedById === undefined && {
        code: tellCode(voucher.code, sees(one.userId)),
        path: `/vouchers/${voucher.id}`,
        expires: voucher.expiresOn && dayText(voucher.expiresOn, text),
      },
  };
}

function linkTo(id: number | undefined) {
  return id === undefined ? undefined : { path: `/collections/${id}`, number: collectionNumber({ id }) };
}

export function voucherRow(one: Voucher, text: Text, timeZone: string) {
  return {
    path: `/vouchers/${one.id}`,
    kind: text.t(`pos.tender.${one.kind}`),
    code: maskedCode(one.code),
    balance: text.money(one.balanceMinor, one.currency),
    expires: one.expiresOn === undefined ? "" : dayText(one.expiresOn, text),
    blocked: one.blocked,
    customer: one.customer?.name ?? "",
    at: text.dateTime(one.createdAt, timeZone),
  };
}

export function entryRow(one: VoucherEntry, currency: string, text: Text, timeZone: string) {
  return {
    at: text.dateTime(one.createdAt, timeZone),
    kind: text.t(`pos.voucher.entries.${one.kind}`),
    path: one.saleId === undefined ? `/collections/${one.collectionId}` : `/sales/${one.saleId}`,
    number: one.saleNumber ?? collectionNumber({ id: one.collectionId ?? 0 }),
    amount: text.money(one.amountMinor, currency),
    balance: text.money(one.balanceMinor, currency),
    by: one.userName,
  };
}
