/** Lots as the API and the pages show them. */
import type { z } from "zod";
import { formatDecimal, QUANTITY_SCALE } from "../../../kernel/decimal.ts";
import type { Text } from "../../../kernel/i18n.ts";
import type { Shop } from "../../../kernel/settings/shop.ts";
import { reasonText } from "../present/stock.ts";
import { freshness, type Lot, type LotBuyer, type LotMovement, type LotOnHand } from "./lot.ts";
import type { buyersJson, lotJson, lotMovementsJson, lotsJson } from "./schema.ts";

export interface Horizon {
  day: string;
  until: string;
}

const decimal = (milli: number) => formatDecimal(milli, QUANTITY_SCALE);

function lotFacts({ id, productId, sku, name, code, expiresOn }: Lot) {
  return { id, product_id: productId, sku, name, code, expires_on: expiresOn };
}

export function toLotsJson(lot: LotOnHand, { day, until }: Horizon): z.output<typeof lotsJson>["data"][number] {
  const state = freshness(lot.expiresOn, day, until) ?? null;
  return { ...lotFacts(lot), store_id: lot.storeId, on_hand: decimal(lot.onHandMilli), freshness: state };
}

export function toLotMovementJson(one: LotMovement): z.output<typeof lotMovementsJson>["data"][number] {
  return {
    store: one.storeName,
    reason: one.reason,
    quantity: decimal(one.quantityMilli),
    balance: decimal(one.balanceMilli),
    document: one.documentNumber,
    user: one.userName,
    created_at: one.createdAt.toISOString(),
  };
}

function toBuyerJson(one: LotBuyer): z.output<typeof buyersJson>["data"][number] {
  return {
    sale_id: one.documentId,
    number: one.number,
    quantity: decimal(one.quantityMilli),
    returned: decimal(one.returnedMilli),
    sold_at: one.at.toISOString(),
    customer: one.customer?.name ?? null,
    customer_document: one.customer?.document ?? null,
  };
}

interface Page<T> {
  rows: T[];
  next: string | null;
}

/** `named`: the reader may know customers. */
interface Buyers extends Page<LotBuyer> {
  named: boolean;
  owedMilli: number;
}

export function toBuyersJson({ rows, next, named, owedMilli }: Buyers): z.output<typeof buyersJson> {
  return { data: rows.map(toBuyerJson), next_cursor: next, named, owed: decimal(owedMilli) };
}

export function toLotJson(
  lot: Lot,
  movements: Page<LotMovement>,
  buyers: Buyers | undefined,
): z.output<typeof lotJson> {
  return {
    ...lotFacts(lot),
    movements: movements.rows.map(toLotMovementJson),
    movements_next_cursor: movements.next,
    buyers: buyers?.rows.map(toBuyerJson) ?? null,
    buyers_next_cursor: buyers?.next ?? null,
    buyers_named: buyers?.named ?? false,
    owed: buyers ? decimal(buyers.owedMilli) : null,
  };
}

const KINDS = { expired: "bad", soon: "warn" } as const;

/** A day without a time of day: the same in every zone. */
export function expiryText(expiresOn: string | null, text: Text): string {
  return expiresOn === null ? "" : text.date(new Date(`${expiresOn}T00:00:00Z`), "UTC");
}

export function toLotRow(lot: LotOnHand, text: Text, { day, until }: Horizon) {
  const state = freshness(lot.expiresOn, day, until);
  return {
    href: `/lots/${lot.id}`,
    code: lot.code,
    product: lot.name,
    sku: lot.sku,
    productHref: `/products/${lot.productId}/lots`,
    store: lot.storeName,
    onHand: `${text.quantity(lot.onHandMilli)} ${lot.unit}`,
    expires: expiryText(lot.expiresOn, text),
    badge: state && { text: text.t(`inventory.lots.${state}`), kind: KINDS[state] },
  };
}

export function toMovementRow(movement: LotMovement, text: Text, { timeZone }: Shop) {
  const { quantityMilli } = movement;
  return {
    when: text.dateTime(movement.createdAt, timeZone),
    store: movement.storeName,
    reason: reasonText(movement.reason, text),
    document: movement.documentNumber ?? "",
    quantity: `${quantityMilli > 0 ? "+" : ""}${text.quantity(quantityMilli)}`,
    balance: text.quantity(movement.balanceMilli),
    user: movement.userName ?? "",
  };
}

export function toBuyerRow(buyer: LotBuyer, unit: string, text: Text, { timeZone }: Shop) {
  return {
    href: buyer.href,
    number: buyer.number,
    when: text.dateTime(buyer.at, timeZone),
    quantity: `${text.quantity(buyer.quantityMilli)} ${unit}`,
    returned: buyer.returnedMilli === 0 ? "" : text.quantity(buyer.returnedMilli),
    customer: buyer.customer?.name ?? "",
    document: buyer.customer?.document ?? "",
  };
}
