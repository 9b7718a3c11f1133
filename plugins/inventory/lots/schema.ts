/** Shapes of lots. */
import { z } from "zod";
import { type Input, QUANTITY_LIMIT } from "../../../kernel/input.ts";
import { ADJUSTMENT_REASONS } from "../domain.ts";
import { dateOrNothing, LOT_CODE, orNothing, PRODUCT_LIMITS } from "../schema.ts";

const flag = z.enum(["1", ""], "kernel.validation.choice").optional();

export const lotParams = (input: Input) => z.strictObject({ id: input.id() });
export const lotsPageQuery = (input: Input) =>
  z.strictObject({ code: input.optionalText(LOT_CODE), store_id: orNothing(input), soon: flag });
export const productLotsQuery = (input: Input) => z.strictObject({ store_id: orNothing(input) });
export const lotsQuery = (input: Input) =>
  z.strictObject({
    code: input.optionalText(LOT_CODE),
    product_id: orNothing(input),
    store_id: orNothing(input),
    within_days: z.coerce.number("kernel.validation.number").int().min(0).max(3650).optional(),
    limit: z.coerce.number("kernel.validation.number").int().min(1).max(500, "kernel.validation.limit").default(200),
  });
export const tracksForm = (input: Input) => z.strictObject({ tracks: input.flag() });
export const tracksBody = z.strictObject({ tracks_lots: z.boolean("kernel.validation.choice") });
export const lotForm = (input: Input) =>
  z.strictObject({
    store_id: orNothing(input),
    quantity: input.quantity({ min: -QUANTITY_LIMIT }),
    lot: input.text(LOT_CODE),
    expires_on: dateOrNothing,
    reason: z.enum(ADJUSTMENT_REASONS, "kernel.validation.choice"),
    note: input.optionalText(PRODUCT_LIMITS.note),
  });

const lot = {
  id: z.int(),
  product_id: z.int(),
  sku: z.string(),
  name: z.string(),
  code: z.string(),
  expires_on: z.string().nullable(),
};
export const lotsJson = z.strictObject({
  data: z.array(
    z.strictObject({
      ...lot,
      store_id: z.int(),
      on_hand: z.string(),
      freshness: z.enum(["expired", "soon"]).nullable(),
    }),
  ),
});
export const lotJson = z.strictObject({
  ...lot,
  movements: z.array(
    z.strictObject({
      store: z.string(),
      reason: z.string(),
      quantity: z.string(),
      balance: z.string(),
      document: z.string().nullable(),
      user: z.string().nullable(),
      created_at: z.string(),
    }),
  ),
  /** null: the reader may not read sales */
  buyers: z
    .array(
      z.strictObject({
        sale_id: z.int(),
        number: z.string(),
        quantity: z.string(),
        sold_at: z.string(),
        customer: z.string().nullable(),
        customer_document: z.string().nullable(),
      }),
    )
    .nullable(),
});
export const tracksJson = z.strictObject({ tracks_lots: z.boolean() });
