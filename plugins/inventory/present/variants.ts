/** Parents and their variants, as the API shows them. */
import { z } from "zod";
import { formatDecimal, QUANTITY_SCALE } from "../../../kernel/decimal.ts";
import { currencyDigits } from "../../../kernel/money.ts";
import type { Product } from "../domain.ts";
import type { Attribute } from "../matrix.ts";
import { type Eyes, hidesStock } from "./products.ts";

export const variantsJson = z.strictObject({
  attributes: z.array(z.strictObject({ name: z.string(), values: z.array(z.string()) })),
  data: z.array(
    z.strictObject({
      product_id: z.number(),
      sku: z.string(),
      name: z.string(),
      values: z.record(z.string(), z.string()),
      barcodes: z.array(z.string()),
      price: z.string(),
      on_hand: z.string().nullable(),
      active: z.boolean(),
    }),
  ),
});

export function toVariantsJson(attributes: Attribute[], variants: readonly Product[], eyes: Eyes) {
  return {
    attributes,
    data: variants.map((one) => ({
      product_id: one.id,
      sku: one.sku,
      name: one.name,
      values: one.variant ?? {},
      barcodes: one.barcodes,
      price: formatDecimal(one.priceMinor, currencyDigits(eyes.currency)),
      on_hand: hidesStock(eyes, one) ? null : formatDecimal(one.onHandMilli, QUANTITY_SCALE),
      active: one.active,
    })),
  };
}
