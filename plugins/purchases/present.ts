/** Orders, deliveries and prices as the API and the pages show them. */
import type { z } from "zod";
import { formatDecimal, QUANTITY_SCALE } from "../../kernel/decimal.ts";
import type { FormState } from "../../kernel/http/route.ts";
import type { Text } from "../../kernel/i18n.ts";
import { currencyDigits } from "../../kernel/money.ts";
import type { documentAnswer, documentHeadFields, orderAnswer, orderHeadFields } from "./answers.ts";
import {
  type DocumentHead,
  type DocumentLine,
  documentNumber,
  type Line,
  type Order,
  type OrderHead,
  orderNumber,
  type PurchaseDocument,
} from "./domain.ts";
import type { Price } from "./queries/documents.ts";
import { missingOf } from "./replenishment.ts";

const moneyIn = (currency: string) => (minor: number) => formatDecimal(minor, currencyDigits(currency));
const quantityJson = (milli: number) => formatDecimal(milli, QUANTITY_SCALE);

function lineJson(line: Line & { line: number }, currency: string) {
  const money = moneyIn(currency);
  return {
    line: line.line,
    product_id: line.productId,
    sku: line.sku,
    name: line.name,
    unit: line.unit,
    quantity: quantityJson(line.quantityMilli),
    cost: money(line.costMinor),
    discount_bp: line.discountBp,
    total: money(line.totalMinor),
  };
}

export function orderHeadJson(order: OrderHead): z.output<z.ZodObject<typeof orderHeadFields>> {
  return {
    id: order.id,
    number: orderNumber(order.id),
    status: order.status,
    store_id: order.storeId,
    supplier: { id: order.supplierId, name: order.supplierName },
    currency: order.currency,
    total: moneyIn(order.currency)(order.totalMinor),
    note: order.note ?? null,
    user: order.userName,
    created_at: order.createdAt.toISOString(),
    sent_at: order.sentAt?.toISOString() ?? null,
  };
}

export function orderJson(order: Order): z.output<typeof orderAnswer> {
  const lines = order.lines.map((one) => ({
    ...lineJson(one, order.currency),
    received: quantityJson(one.receivedMilli),
    pack: one.packMilli === null ? null : quantityJson(one.packMilli),
  }));
  return { ...orderHeadJson(order), minimum: moneyIn(order.currency)(order.minimumMinor), lines };
}

export function documentHeadJson(document: DocumentHead): z.output<z.ZodObject<typeof documentHeadFields>> {
  return {
    id: document.id,
    number: documentNumber(document),
    kind: document.kind,
    store_id: document.storeId,
    supplier: { id: document.supplierId, name: document.supplierName },
    order_id: document.orderId ?? null,
    delivery_note: document.deliveryNote ?? null,
    note: document.note ?? null,
    currency: document.currency,
    total: moneyIn(document.currency)(document.totalMinor),
    user: document.userName,
    created_at: document.createdAt.toISOString(),
  };
}

/** What is to be said of a line of which more came than was ordered. */
function overText(line: PurchaseDocument["lines"][number], text: Text): string {
  return text.t("purchases.documents.over", { name: line.name, over: text.quantity(line.overMilli), unit: line.unit });
}

export function documentJson(document: PurchaseDocument, text: Text): z.output<typeof documentAnswer> {
  const { currency, lines } = document;
  return {
    ...documentHeadJson(document),
    lines: lines.map((one) => ({
      ...lineJson(one, currency),
      unit_cost: moneyIn(currency)(one.unitCostMinor),
      over: quantityJson(one.overMilli),
      lots: one.lots.map((lot) => ({
        lot_id: lot.lotId,
        code: lot.code,
        expires_on: lot.expiresOn,
        quantity: quantityJson(lot.quantityMilli),
      })),
    })),
    warnings: lines
      .filter(({ overMilli }) => overMilli > 0)
      .map((one) => ({ code: "MORE_THAN_ORDERED", line: one.line, message: overText(one, text) })),
  };
}

export function priceJson(price: Price) {
  const money = moneyIn(price.currency);
  return {
    receipt_id: price.documentId,
    supplier: { id: price.supplierId, name: price.supplierName },
    store_id: price.storeId,
    quantity: quantityJson(price.quantityMilli),
    cost: money(price.costMinor),
    discount_bp: price.discountBp,
    unit_cost: money(price.unitCostMinor),
    currency: price.currency,
    created_at: price.createdAt.toISOString(),
  };
}

export interface Look {
  text: Text;
  timeZone: string;
}

const STATUS_KINDS = { draft: "", sent: "warn", partly_received: "warn", received: "ok", cancelled: "" } as const;

export function orderRow(order: OrderHead, { text, timeZone }: Look) {
  return {
    path: `/purchases/orders/${order.id}`,
    number: orderNumber(order.id),
    supplier: order.supplierName,
    supplierPath: `/suppliers/${order.supplierId}`,
    store: order.storeName,
    status: text.t(`purchases.status.${order.status}`),
    statusKind: STATUS_KINDS[order.status],
    total: text.money(order.totalMinor, order.currency),
    note: order.note ?? "",
    user: order.userName,
    at: text.dateTime(order.createdAt, timeZone),
  };
}

function lineRow(line: Line, currency: string, text: Text) {
  return {
    path: `/products/${line.productId}`,
    prices: `/purchases/prices?product_id=${line.productId}`,
    name: line.name,
    sku: line.sku,
    quantity: `${text.quantity(line.quantityMilli)} ${line.unit}`,
    cost: text.money(line.costMinor, currency),
    discount: line.discountBp === 0 ? "" : text.rate(line.discountBp),
    total: text.money(line.totalMinor, currency),
  };
}

/** What keeps the supplier from taking a draft as it is. */
function doubtsOf(order: Order, text: Text): string[] {
  if (order.status !== "draft") return [];
  const { supplierName: supplier, currency, minimumMinor, totalMinor } = order;
  const missing = missingOf(minimumMinor, totalMinor);
  const broken = order.lines.filter(({ quantityMilli, packMilli }) => quantityMilli % (packMilli ?? 1) !== 0);
  return [
    ...(missing > 0 ? [minimumText({ supplier, minimumMinor, missingMinor: missing }, text, currency)] : []),
    ...broken.map(({ name, unit, packMilli }) =>
      text.t("purchases.orders.broken_pack", { name, pack: `${text.quantity(packMilli ?? 0)} ${unit}` }),
    ),
  ];
}

export function minimumText(
  { supplier, minimumMinor, missingMinor }: { supplier: string; minimumMinor: number; missingMinor: number },
  text: Text,
  currency: string,
): string {
  const amounts = { minimum: text.money(minimumMinor, currency), missing: text.money(missingMinor, currency) };
  return text.t("purchases.orders.under_minimum", { supplier, ...amounts });
}

export function orderModel(order: Order, look: Look) {
  const { text } = look;
  return {
    ...orderRow(order, look),
    doubts: doubtsOf(order, text),
    lines: order.lines.map((one) => ({
      ...lineRow(one, order.currency, text),
      received: text.quantity(one.receivedMilli),
    })),
  };
}

export function documentRow(document: DocumentHead, { text, timeZone }: Look) {
  return {
    path: `/purchases/documents/${document.id}`,
    number: documentNumber(document),
    kind: text.t(`purchases.kind.${document.kind}`),
    supplier: document.supplierName,
    supplierPath: `/suppliers/${document.supplierId}`,
    order:
      document.orderId === undefined
        ? undefined
        : { path: `/purchases/orders/${document.orderId}`, number: orderNumber(document.orderId) },
    store: document.storeName,
    deliveryNote: document.deliveryNote ?? "",
    note: document.note ?? "",
    total: text.money(document.totalMinor, document.currency),
    user: document.userName,
    at: text.dateTime(document.createdAt, timeZone),
  };
}

/** How much is said only of a line of several lots. */
function lotText(lot: DocumentLine["lots"][number], { lots }: DocumentLine, text: Text): string {
  const { code, expiresOn } = lot;
  const day = expiresOn === null ? "" : text.date(new Date(`${expiresOn}T00:00:00Z`), "UTC");
  const named = day === "" ? code : text.t("purchases.rows.lot_expires", { code, day });
  return lots.length < 2 ? named : `${text.quantity(lot.quantityMilli)} × ${named}`;
}

export function documentModel(document: PurchaseDocument, look: Look) {
  const { text } = look;
  return {
    ...documentRow(document, look),
    lines: document.lines.map((one) => ({
      ...lineRow(one, document.currency, text),
      unitCost: text.money(one.unitCostMinor, document.currency),
      lots: one.lots.map((lot) => ({ path: `/lots/${lot.lotId}`, label: lotText(lot, one, text) })),
    })),
    hasLots: document.lines.some(({ lots }) => lots.length > 0),
    warnings: document.lines.filter(({ overMilli }) => overMilli > 0).map((one) => overText(one, text)),
  };
}

export function priceRow(price: Price, { text, timeZone }: Look) {
  return {
    path: `/purchases/documents/${price.documentId}`,
    at: text.date(price.createdAt, timeZone),
    supplier: price.supplierName,
    quantity: text.quantity(price.quantityMilli),
    cost: text.money(price.costMinor, price.currency),
    discount: price.discountBp === 0 ? "" : text.rate(price.discountBp),
    unitCost: text.money(price.unitCostMinor, price.currency),
  };
}

/** empty rows under those that are there */
const SPARE = 6;

/** The values of a form's rows. */
export function rowValues(
  lines: readonly { sku: string; quantityMilli: number | undefined; costMinor: number; discountBp: number }[],
  text: Text,
  currency: string,
): Record<string, string> {
  const values: Record<string, string> = {};
  for (const [index, line] of lines.entries()) {
    const number = index + 1;
    values[`code_${number}`] = line.sku;
    if (line.quantityMilli !== undefined) values[`quantity_${number}`] = text.quantityField(line.quantityMilli);
    values[`cost_${number}`] = text.moneyField(line.costMinor, currency);
    if (line.discountBp !== 0) values[`discount_${number}`] = text.quantityField(line.discountBp * 10);
  }
  return values;
}

const CELLS = ["code", "quantity", "cost", "discount"] as const;
const LOT_CELLS = { none: [], taken: ["lot"], said: ["lot", "expires"] } as const;
/** taken: which lot goods go out of. said: what the package says of goods that come in. */
export type LotCells = keyof typeof LOT_CELLS;

/**  The rows that a form draws: as many as were typed or are stored, and some to go on with. `names`: of the first ones. */
export function formRows({ values, errors }: FormState, names: readonly string[] = [], lots: LotCells = "none") {
  const used = Object.keys(values).flatMap((name) => /^(?:code|quantity)_(\d+)$/.exec(name)?.[1] ?? []);
  const last = Math.max(0, ...used.filter((number) => values[`code_${number}`]).map(Number));
  return Array.from({ length: Math.max(last, names.length) + SPARE }, (_, index) => {
    const number = index + 1;
    const cells = [...CELLS, ...LOT_CELLS[lots]].map((what) => ({
      name: `${what}_${number}`,
      what,
      value: values[`${what}_${number}`] ?? "",
      error: errors[`${what}_${number}`],
    }));
    return { number, name: names[index] ?? "", cells };
  });
}
