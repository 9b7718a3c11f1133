/** What may be asked of statements and receivables, and what is answered. */
import { z } from "zod";
import { listQuery } from "../../kernel/http/cursor.ts";

const day = z.union(
  [z.literal("").transform(() => undefined), z.iso.date("kernel.validation.date")],
  "kernel.validation.date",
);
export const statementQuery = z.strictObject({ from: day.optional(), to: day.optional() });
/** Days that a debt is older than. */
const over = z.coerce.number("kernel.validation.number").int("kernel.validation.number").min(0).max(3650);
export const receivablesQuery = z.strictObject({
  ...listQuery,
  over: z.union([z.literal("").transform(() => undefined), over]).optional(),
});
export const overBody = z.strictObject({ over });

export const decimal = z.string().regex(/^-?\d+(\.\d+)?$/);
const aging = {
  d30: decimal,
  d60: decimal,
  d90: decimal,
  older: decimal,
  total: decimal,
  oldest_days: z.int(),
};
export const statementAnswer = z.strictObject({
  customer_id: z.int(),
  currency: z.string(),
  from: z.string(),
  to: z.string(),
  opening: decimal,
  closing: decimal,
  aging: z.strictObject(aging),
  entries: z.array(
    z.strictObject({
      id: z.int(),
      kind: z.string(),
      amount: decimal,
      balance: decimal,
      document: z.strictObject({ type: z.string(), id: z.int(), number: z.string() }),
      by: z.string(),
      created_at: z.string(),
    }),
  ),
});
export const receivablesAnswer = z.strictObject({
  data: z.array(
    z.strictObject({
      customer_id: z.int(),
      name: z.string(),
      phone: z.string().nullable(),
      email: z.string().nullable(),
      currency: z.string(),
      ...aging,
      reminder: z.string(),
    }),
  ),
  totals: z.array(z.strictObject({ currency: z.string(), customers: z.int(), ...aging })),
  next_cursor: z.string().nullable(),
});
