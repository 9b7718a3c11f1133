/** Shapes of the log of searches. */
import { z } from "zod";
import type { Input } from "../../kernel/input.ts";

const day = z.preprocess(
  (typed) => (typed === "" ? undefined : typed),
  z.iso
    .date("kernel.validation.date")
    .refine((date) => date >= "1900-01-01", "kernel.validation.date")
    .optional(),
);
export const daysQuery = z.strictObject({ from: day, to: day });
export const historyQuery = z.strictObject({
  limit: z.coerce
    .number("kernel.validation.number")
    .int("kernel.validation.integer")
    .min(1, "kernel.validation.limit")
    .max(200, "kernel.validation.limit")
    .default(50),
});
/** of a search that is gone there is nothing to mark, but the product is there all the same */
export const chosenParams = (input: Input) => z.strictObject({ search: z.uuid(), id: input.id() });
export const chosenBody = (input: Input) =>
  z.strictObject({ search_id: z.uuid("kernel.validation.id"), product_id: input.id() });
export const forgetForm = (input: Input) => z.strictObject({ user_id: input.id() });
export const forgetQuery = (input: Input) => z.strictObject({ user_id: input.id().optional() });

export const historyAnswer = z.strictObject({
  data: z.array(z.strictObject({ query: z.string(), results: z.int(), at: z.string() })),
});
const searching = z.strictObject({
  query: z.string(),
  times: z.int(),
  without_results: z.int(),
  chosen: z.int(),
  slowest_ms: z.number(),
  last: z.string(),
});
export const statsAnswer = z.strictObject({
  from: z.string(),
  to: z.string(),
  searches: z.int(),
  without_results: z.int(),
  /** searches that offered something to take, and those of which it was taken */
  offered: z.int(),
  chosen: z.int(),
  median_ms: z.number(),
  p95_ms: z.number(),
  slowest_ms: z.number(),
  most: z.array(searching),
  without: z.array(searching),
  slow: z.array(searching),
});
