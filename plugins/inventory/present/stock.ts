/** Movements and what is on hand, as the API and the pages show them. */
import { z } from "zod";
import { formatDecimal, QUANTITY_SCALE } from "../../../kernel/decimal.ts";
import type { Text } from "../../../kernel/i18n.ts";
import { currencyDigits } from "../../../kernel/money.ts";
import type { Shop } from "../../../kernel/settings/shop.ts";
import { ADJUSTMENT_REASONS, LEDGER_REASONS, type Movement, type Product } from "../domain.ts";
import { type Eyes, hidesStock, stockOf } from "./products.ts";

export const movementJson = z.strictObject({
  id: z.number(),
  store_id: z.number(),
  product_id: z.number(),
  sku: z.string(),
  name: z.string(),
  reason: z.string(),
  quantity: z.string(),
  balance: z.string(),
  cost: z.string().nullable(),
  document: z.strictObject({ type: z.string(), id: z.number(), number: z.string() }).nullable(),
  note: z.string().nullable(),
  user: z.string().nullable(),
  created_at: z.string(),
});
export const movementListJson = z.strictObject({ data: z.array(movementJson), next_cursor: z.string().nullable() });

export const onHandJson = z.strictObject({
  product_id: z.number(),
  sku: z.string(),
  name: z.string(),
  unit: z.string(),
  /** these two null: it is being counted, and the reader is one who counts */
  on_hand: z.string().nullable(),
  low: z.boolean().nullable(),
  reorder_point: z.string(),
  counted: z.boolean(),
});
export const onHandListJson = z.strictObject({ data: z.array(onHandJson), next_cursor: z.string().nullable() });

export function toMovementJson(
  movement: Movement,
  { currency, cost }: Pick<Eyes, "currency" | "cost">,
): z.output<typeof movementJson> {
  return {
    id: movement.id,
    store_id: movement.storeId,
    product_id: movement.productId,
    sku: movement.sku,
    name: movement.name,
    reason: movement.reason,
    quantity: formatDecimal(movement.quantityMilli, QUANTITY_SCALE),
    balance: formatDecimal(movement.balanceMilli, QUANTITY_SCALE),
    cost: cost ? formatDecimal(movement.costMinor, currencyDigits(currency)) : null,
    document: movement.document ?? null,
    note: movement.note ?? null,
    user: movement.userName ?? null,
    created_at: movement.createdAt.toISOString(),
  };
}

function isLow({ onHandMilli, reorderPointMilli }: Product): boolean {
  return reorderPointMilli > 0 && onHandMilli <= reorderPointMilli;
}

export function toOnHandJson(product: Product, eyes: Pick<Eyes, "blind">): z.output<typeof onHandJson> {
  const hidden = hidesStock(eyes, product);
  return {
    product_id: product.id,
    sku: product.sku,
    name: product.name,
    unit: product.unit,
    on_hand: hidden ? null : formatDecimal(product.onHandMilli, QUANTITY_SCALE),
    reorder_point: formatDecimal(product.reorderPointMilli, QUANTITY_SCALE),
    counted: product.counted,
    low: hidden ? null : isLow(product),
  };
}

export function toOnHandRow(product: Product, text: Text, eyes: Pick<Eyes, "blind">) {
  return {
    href: `/products/${product.id}`,
    movements: `/inventory/movements?product_id=${product.id}`,
    sku: product.sku,
    name: product.name,
    stock: stockOf(product, text, eyes),
    reorderPoint: product.reorderPointMilli > 0 ? text.quantity(product.reorderPointMilli) : "",
  };
}

/** Documents of other plugins bring reasons that no list of ours can know. */
export function reasonText(reason: string, text: Text): string {
  const key = `inventory.reasons.${reason}`;
  return text.has(key) ? text.t(key) : reason;
}

/** `eyes`: its currency is the one costs are kept in, that of the shop as a whole. */
export function toMovementRow(movement: Movement, text: Text, shop: Shop, eyes: Pick<Eyes, "currency" | "cost">) {
  return {
    href: `/products/${movement.productId}`,
    store: movement.storeName,
    product: movement.name,
    sku: movement.sku,
    when: text.dateTime(movement.createdAt, shop.timeZone),
    reason: reasonText(movement.reason, text),
    about: [movement.document?.number, movement.note].filter(Boolean).join(" · "),
    quantity: `${movement.quantityMilli > 0 ? "+" : ""}${text.quantity(movement.quantityMilli)}`,
    balance: text.quantity(movement.balanceMilli),
    cost: eyes.cost ? text.money(movement.costMinor, eyes.currency) : "",
    user: movement.userName ?? "",
  };
}

export function reasonOptions(text: Text) {
  return ADJUSTMENT_REASONS.map((value) => ({ value, label: text.t(`inventory.reasons.${value}`) }));
}

/** What the ledger can be filtered by; what somebody else's document brought stays chosen. */
export function ledgerReasonOptions(text: Text, chosen: string | undefined) {
  const known = LEDGER_REASONS.filter((reason) => text.has(`inventory.reasons.${reason}`));
  const others = chosen === undefined || known.some((one) => one === chosen) ? [] : [chosen];
  return [
    { value: "", label: text.t("inventory.movements.any_reason") },
    ...[...known, ...others].map((value) => ({ value: value as string, label: reasonText(value, text) })),
  ];
}
