/** Shapes of counts. */
import { z } from "zod";
import { listQuery } from "../../../kernel/http/cursor.ts";
import { type Input, idOrNothing, QUANTITY_LIMIT } from "../../../kernel/input.ts";
import { PRODUCT_LIMITS } from "../schema.ts";
import { SHOWN } from "./count.ts";
import { UNCOUNTED } from "./counts.ts";

const MOST = 500;
const shown = z.enum(SHOWN, "kernel.validation.choice");
const uncounted = z.enum(UNCOUNTED, "kernel.validation.choice").default("keep");
/** below zero: a slip is taken back */
const entered = (input: Input) => input.quantity({ min: -QUANTITY_LIMIT });
const ids = (input: Input) =>
  z.array(input.id()).min(1, "kernel.validation.required").max(MOST, "kernel.validation.too_many");

export const countParams = (input: Input) => z.strictObject({ id: input.id() });
export const countsQuery = (input: Input) => z.strictObject({ ...listQuery, store_id: idOrNothing(input) });
export const linesQuery = z.strictObject({ ...listQuery, show: shown.optional() });

export const startForm = (input: Input) =>
  z.strictObject({
    store_id: idOrNothing(input),
    category_id: idOrNothing(input),
    note: input.optionalText(PRODUCT_LIMITS.note),
  });
export const startBody = (input: Input) =>
  z.strictObject({
    store_id: input.id().optional(),
    category_id: input.id().optional(),
    note: input.optionalText(PRODUCT_LIMITS.note),
  });
export const entryForm = (input: Input) =>
  z.strictObject({ code: input.text(PRODUCT_LIMITS.sku), quantity: entered(input) });
export const entriesBody = (input: Input) =>
  z.strictObject({
    lines: z
      .array(z.strictObject({ product_id: input.id(), quantity: entered(input) }))
      .min(1, "kernel.validation.required")
      .max(MOST, "kernel.validation.too_many"),
  });
/** Boxes of one name: none is not sent, one comes alone. */
export const recountForm = (input: Input) =>
  z.strictObject({
    product_ids: z.preprocess((sent) => (sent === undefined ? [] : Array.isArray(sent) ? sent : [sent]), ids(input)),
  });
/** without products: all that differ, or were counted while something moved */
export const recountBody = (input: Input) => z.strictObject({ product_ids: ids(input).optional() });
export const postForm = z.strictObject({ uncounted });

export const countJson = z.strictObject({
  id: z.int(),
  number: z.string(),
  store_id: z.int(),
  category_id: z.int().nullable(),
  state: z.enum(["open", "posted", "cancelled"]),
  note: z.string().nullable(),
  started_by: z.string(),
  started_at: z.string(),
  closed_by: z.string().nullable(),
  closed_at: z.string().nullable(),
  products: z.int(),
  counted: z.int(),
  /** null: not for a counter's eyes */
  differing: z.int().nullable(),
});
export const countsJson = z.strictObject({
  data: z.array(countJson.omit({ products: true, counted: true, differing: true })),
  next_cursor: z.string().nullable(),
});
export const linesJson = z.strictObject({
  data: z.array(
    z.strictObject({
      product_id: z.int(),
      sku: z.string(),
      name: z.string(),
      unit: z.string(),
      round: z.int(),
      counted: z.string().nullable(),
      /** these are null for a counter */
      snapshot: z.string().nullable(),
      expected: z.string().nullable(),
      difference: z.string().nullable(),
      posted: z.string().nullable(),
      /** something moved between two entries */
      count_again: z.boolean(),
    }),
  ),
  next_cursor: z.string().nullable(),
});
export const enteredJson = z.strictObject({
  data: z.array(z.strictObject({ product_id: z.int(), counted: z.string(), count_again: z.boolean() })),
});
export const recountedJson = z.strictObject({ lines: z.int() });
