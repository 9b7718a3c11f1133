/** Shapes of lots. */
import { z } from "zod";
import { listQuery } from "../../../kernel/http/cursor.ts";
import { type Input, idOrNothing, QUANTITY_LIMIT } from "../../../kernel/input.ts";
import { ADJUSTMENT_REASONS } from "../domain.ts";
import { dateOrNothing, LOT_CODE, PRODUCT_LIMITS } from "../schema.ts";

const flag = z.enum(["1", ""], "kernel.validation.choice").optional();

export const lotParams = (input: Input) => z.strictObject({ id: input.id() });
const code = (input: Input) => input.optionalText(LOT_CODE);
export const lotsPageQuery = (input: Input) =>
  z.strictObject({ ...listQuery, code: code(input), store_id: idOrNothing(input), soon: flag });
export const lotsPageExport = (input: Input) => lotsPageQuery(input).omit({ cursor: true, limit: true });
/** `moves`: where the page of its movements begins; `cursor`: that of its buyers. */
export const lotPageQuery = z.strictObject({ ...listQuery, moves: listQuery.cursor });
export const partsQuery = z.strictObject(listQuery);
export const productLotsQuery = (input: Input) => z.strictObject({ ...listQuery, store_id: idOrNothing(input) });
export const lotsQuery = (input: Input) =>
  z.strictObject({
    ...listQuery,
    code: code(input),
    product_id: idOrNothing(input),
    store_id: idOrNothing(input),
    within_days: z.coerce.number("kernel.validation.number").int().min(0).max(3650).optional(),
  });
export const lotsExport = (input: Input) => lotsQuery(input).omit({ cursor: true, limit: true });
export const tracksForm = (input: Input) => z.strictObject({ tracks: input.flag() });
export const tracksBody = z.strictObject({ tracks_lots: z.boolean("kernel.validation.choice") });
export const lotForm = (input: Input) =>
  z.strictObject({
    store_id: idOrNothing(input),
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
const next_cursor = z.string().nullable();
export const lotsJson = z.strictObject({
  data: z.array(
    z.strictObject({
      ...lot,
      store_id: z.int(),
      on_hand: z.string(),
      freshness: z.enum(["expired", "soon"]).nullable(),
    }),
  ),
  next_cursor,
});
const lotMovement = z.strictObject({
  store: z.string(),
  reason: z.string(),
  quantity: z.string(),
  balance: z.string(),
  document: z.string().nullable(),
  user: z.string().nullable(),
  created_at: z.string(),
});
const lotBuyer = z.strictObject({
  sale_id: z.int(),
  number: z.string(),
  /** what the sale took of the lot */
  quantity: z.string(),
  /** how much of that came back */
  returned: z.string(),
  sold_at: z.string(),
  customer: z.string().nullable(),
  customer_document: z.string().nullable(),
});
export const lotMovementsJson = z.strictObject({ data: z.array(lotMovement), next_cursor });
export const buyersJson = z.strictObject({
  data: z.array(lotBuyer),
  next_cursor,
  /** false: customers are not told to this reader */
  named: z.boolean(),
  /** what had gone before the lot came, from a shelf below zero: no sale can be named */
  owed: z.string(),
});
/** The newest movements and buyers; the others by the cursors. */
export const lotJson = z.strictObject({
  ...lot,
  movements: z.array(lotMovement),
  movements_next_cursor: next_cursor,
  /** null: the reader may not read sales */
  buyers: z.array(lotBuyer).nullable(),
  buyers_next_cursor: next_cursor,
  buyers_named: z.boolean(),
  owed: z.string().nullable(),
});
export const tracksJson = z.strictObject({ tracks_lots: z.boolean() });
