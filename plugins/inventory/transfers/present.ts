/** Transfers as the API and the pages show them. */
import type { z } from "zod";
import { formatDecimal, QUANTITY_SCALE, toSafe } from "../../../kernel/decimal.ts";
import type { Text } from "../../../kernel/i18n.ts";
import { currencyDigits, divideRounded } from "../../../kernel/money.ts";
import type { Shop } from "../../../kernel/settings/shop.ts";
import type { Eyes } from "../present/products.ts";
import type { transferJson, transferRowJson } from "./schema.ts";
import { type Transfer, type TransferLine, type TransitEntry, transferNumber } from "./transfer.ts";

const decimal = (milli: number) => formatDecimal(milli, QUANTITY_SCALE);

export function toTransferRowJson(transfer: Transfer): z.output<typeof transferRowJson> {
  return {
    id: transfer.id,
    number: transferNumber(transfer),
    from_store_id: transfer.fromStoreId,
    to_store_id: transfer.toStoreId,
    state: transfer.state,
    note: transfer.note,
    requested_by: transfer.requestedBy,
    requested_at: transfer.requestedAt.toISOString(),
    sent_by: transfer.sentBy,
    sent_at: transfer.sentAt?.toISOString() ?? null,
    closed_by: transfer.closedBy,
    closed_at: transfer.closedAt?.toISOString() ?? null,
  };
}

/** Half away from zero, as every amount. */
function worthOf({ costMinor }: TransferLine, milli: number): number {
  return toSafe(divideRounded(BigInt(costMinor) * BigInt(milli), 1000n));
}

export function toTransferJson(
  transfer: Transfer,
  lines: readonly TransferLine[],
  { cost, currency }: Pick<Eyes, "cost" | "currency">,
): z.output<typeof transferJson> {
  const money = (minor: number) => formatDecimal(minor, currencyDigits(currency));
  return {
    ...toTransferRowJson(transfer),
    lines: lines.map((line) => ({
      product_id: line.productId,
      sku: line.sku,
      name: line.name,
      unit: line.unit,
      requested: decimal(line.requestedMilli),
      sent: decimal(line.sentMilli),
      received: decimal(line.receivedMilli),
      lost: decimal(line.lostMilli),
      in_transit: decimal(line.inTransitMilli),
      cost: cost && line.sentMilli > 0 ? money(line.costMinor) : null,
      lost_value: cost && line.sentMilli > 0 ? money(worthOf(line, line.lostMilli)) : null,
    })),
  };
}

export function toTransferRow(transfer: Transfer, text: Text, { timeZone }: Shop) {
  const by = (key: string, person: string | null, at: Date | null) =>
    at === null
      ? []
      : [text.t(`inventory.transfers.by_${key}`, { person: person ?? "", when: text.dateTime(at, timeZone) })];
  const closed = transfer.state === "cancelled" ? "cancelled" : "received";
  return {
    href: `/transfers/${transfer.id}`,
    number: transferNumber(transfer),
    from: transfer.fromStore,
    to: transfer.toStore,
    state: text.t(`inventory.transfers.state_${transfer.state}`),
    waiting: transfer.state === "requested" || transfer.state === "sent",
    when: text.dateTime(transfer.requestedAt, timeZone),
    note: transfer.note ?? "",
    story: [
      ...by("requested", transfer.requestedBy, transfer.requestedAt),
      ...by("sent", transfer.sentBy, transfer.sentAt),
      ...by(closed, transfer.closedBy, transfer.closedAt),
    ],
  };
}

export function toLineRow(line: TransferLine, text: Text, { cost, currency }: Pick<Eyes, "cost" | "currency">) {
  const shown = (milli: number) => (milli === 0 ? "" : text.quantity(milli));
  return {
    href: `/products/${line.productId}`,
    field: `q${line.productId}`,
    label: `${line.name} (${line.sku}), ${line.unit}`,
    name: line.name,
    sku: line.sku,
    unit: line.unit,
    requested: text.quantity(line.requestedMilli),
    sent: shown(line.sentMilli),
    received: shown(line.receivedMilli),
    lost: shown(line.lostMilli),
    inTransit: shown(line.inTransitMilli),
    cost: cost && line.sentMilli > 0 ? text.money(line.costMinor, currency) : "",
    lostValue: cost && line.lostMilli > 0 ? text.money(worthOf(line, line.lostMilli), currency) : "",
    waits: line.inTransitMilli > 0,
    toSend: text.quantityField(line.requestedMilli),
    toReceive: text.quantityField(line.inTransitMilli),
  };
}

export function toEntryRow(entry: TransitEntry, text: Text, { timeZone }: Shop) {
  return {
    when: text.dateTime(entry.createdAt, timeZone),
    name: entry.name,
    sku: entry.sku,
    kind: text.t(`inventory.transfers.kind_${entry.kind}`),
    quantity: `${entry.quantityMilli > 0 ? "+" : ""}${text.quantity(entry.quantityMilli)}`,
    balance: text.quantity(entry.balanceMilli),
    user: entry.userName,
  };
}
