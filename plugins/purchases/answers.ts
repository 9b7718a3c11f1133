/** The shapes of what programs are answered. */
import { z } from "zod";
import { ORDER_STATUSES } from "./domain.ts";

const decimal = z.string().regex(/^-?\d+(\.\d+)?$/);
const party = z.strictObject({ id: z.int(), name: z.string() });
const lineFields = {
  line: z.int(),
  product_id: z.int(),
  sku: z.string(),
  name: z.string(),
  unit: z.string(),
  quantity: decimal,
  cost: decimal,
  discount_bp: z.int(),
  total: decimal,
};
export const orderHeadFields = {
  id: z.int(),
  number: z.string(),
  status: z.enum(ORDER_STATUSES),
  store_id: z.int(),
  supplier: party,
  currency: z.string(),
  total: decimal,
  note: z.string().nullable(),
  user: z.string(),
  created_at: z.string(),
  sent_at: z.string().nullable(),
};
export const documentHeadFields = {
  id: z.int(),
  number: z.string(),
  kind: z.enum(["receipt", "return"]),
  store_id: z.int(),
  supplier: party,
  order_id: z.int().nullable(),
  delivery_note: z.string().nullable(),
  note: z.string().nullable(),
  currency: z.string(),
  total: decimal,
  user: z.string(),
  created_at: z.string(),
};
export const orderAnswer = z.strictObject({
  ...orderHeadFields,
  /** the least that the supplier takes */
  minimum: decimal,
  /** pack: in which the supplier sells it; null: in any quantity */
  lines: z.array(z.strictObject({ ...lineFields, received: decimal, pack: decimal.nullable() })),
});
export const ordersAnswer = z.strictObject({
  data: z.array(z.strictObject(orderHeadFields)),
  next_cursor: z.string().nullable(),
});
export const documentAnswer = z.strictObject({
  ...documentHeadFields,
  lines: z.array(
    z.strictObject({
      ...lineFields,
      unit_cost: decimal,
      over: decimal,
      /** of products with lots: how much of the line is of which */
      lots: z.array(
        z.strictObject({ lot_id: z.int(), code: z.string(), expires_on: z.string().nullable(), quantity: decimal }),
      ),
    }),
  ),
  /** more came than was ordered */
  warnings: z.array(z.strictObject({ code: z.string(), line: z.int(), message: z.string() })),
});
export const documentsAnswer = z.strictObject({
  data: z.array(z.strictObject(documentHeadFields)),
  next_cursor: z.string().nullable(),
});
export const pricesAnswer = z.strictObject({
  data: z.array(
    z.strictObject({
      receipt_id: z.int(),
      supplier: party,
      store_id: z.int(),
      quantity: decimal,
      cost: decimal,
      discount_bp: z.int(),
      unit_cost: decimal,
      currency: z.string(),
      created_at: z.string(),
    }),
  ),
  next_cursor: z.string().nullable(),
});
