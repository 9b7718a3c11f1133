/** Shapes of carts for programs. */
import { z } from "zod";
import type { Input } from "../../kernel/input.ts";
import { saleBody } from "./schema.ts";

const decimal = z.string().regex(/^-?\d+(\.\d+)?$/);

export const itemBody = (input: Input) =>
  z
    .strictObject({
      code: input.text(100).optional(),
      product_id: input.id().optional(),
      quantity: input.quantity().optional(),
      register_id: input.id().optional(),
    })
    .refine((item) => (item.product_id === undefined) !== (item.code === undefined), "pos.validation.product_or_code")
    .refine((item) => item.code === undefined || item.quantity === undefined, {
      path: ["quantity"],
      error: "pos.validation.code_quantity",
    });
export const quantityBody = (input: Input) => z.strictObject({ quantity: input.quantity() });
export const cartCustomerBody = (input: Input) =>
  z.strictObject({ customer_id: input.id().nullable(), register_id: input.id().optional() });
export const parkBody = (input: Input) => z.strictObject({ name: input.text(60) });
export const resumeBody = (input: Input) => z.strictObject({ register_id: input.id().optional() });
export const discardBody = (input: Input) =>
  z.strictObject({ reason: input.text(200), register_id: input.id().optional() });
export const payCartBody = (input: Input) =>
  z.strictObject({
    expected_total: input.money(),
    payments: saleBody(input).shape.payments.optional(),
  });

export const cartAnswer = z.strictObject({
  id: z.string(),
  register_id: z.int().nullable(),
  status: z.enum(["open", "paid"]),
  sale_id: z.int().nullable(),
  parked_as: z.string().nullable(),
  customer_id: z.int().nullable(),
  currency: z.string(),
  lines: z.array(
    z.strictObject({
      line: z.int(),
      product_id: z.int(),
      sku: z.string(),
      name: z.string(),
      unit: z.string(),
      quantity: decimal,
      unit_price: decimal,
      discount: decimal,
      total: decimal,
    }),
  ),
  discount: decimal,
  tax: decimal,
  total: decimal,
});
