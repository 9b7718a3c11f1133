/** Further units and parts of kits, as the API and the pages show them. */
import { z } from "zod";
import { formatDecimal, QUANTITY_SCALE } from "../../../kernel/decimal.ts";
import type { Text } from "../../../kernel/i18n.ts";
import { currencyDigits } from "../../../kernel/money.ts";
import type { Product, Unit } from "../domain.ts";
import type { KitPart } from "../queries/kits.ts";

export const unitJson = z.strictObject({
  id: z.number(),
  name: z.string(),
  factor: z.string(),
  /** null: the product's price by the factor */
  price: z.string().nullable(),
  barcodes: z.array(z.string()),
});
export const unitListJson = z.strictObject({ data: z.array(unitJson) });

export function toUnitJson(unit: Unit, currency: string): z.output<typeof unitJson> {
  const { id, name, factorMilli, priceMinor, barcodes } = unit;
  const price = priceMinor === undefined ? null : formatDecimal(priceMinor, currencyDigits(currency));
  return { id, name, factor: formatDecimal(factorMilli, QUANTITY_SCALE), price, barcodes };
}

export function toUnitRow(unit: Unit, product: Product, text: Text, currency: string) {
  const { id, name, factorMilli, priceMinor, barcodes } = unit;
  return {
    id,
    name: `${name} × ${text.quantity(factorMilli)} ${product.unit}`,
    price: priceMinor === undefined ? text.t("inventory.units.by_factor") : text.money(priceMinor, currency),
    barcodes: barcodes.join(" "),
  };
}

export const partJson = z.strictObject({
  product_id: z.number(),
  sku: z.string(),
  name: z.string(),
  unit: z.string(),
  quantity: z.string(),
});
export const partListJson = z.strictObject({ data: z.array(partJson) });

export function toPartJson({ productId, sku, name, unit, quantityMilli }: KitPart): z.output<typeof partJson> {
  return { product_id: productId, sku, name, unit, quantity: formatDecimal(quantityMilli, QUANTITY_SCALE) };
}
