/** What loss insight is asked for: business dates, both included. */
import { z } from "zod";
import type { Input } from "../../kernel/input.ts";

const day = z.preprocess(
  (typed) => (typed === "" ? undefined : typed),
  z.iso
    .date("kernel.validation.date")
    .refine((date) => date >= "1900-01-01", "kernel.validation.date")
    .optional(),
);
export const lossQuery = (input: Input) =>
  z.strictObject({
    from: day,
    to: day,
    store_id: z.preprocess((typed) => (typed === "" ? undefined : typed), input.id().optional()),
  });
