/** What loss insight is asked for: business dates, both included. */
import { z } from "zod";

const day = z.preprocess(
  (typed) => (typed === "" ? undefined : typed),
  z.iso
    .date("kernel.validation.date")
    .refine((date) => date >= "1900-01-01", "kernel.validation.date")
    .optional(),
);
export const lossQuery = z.strictObject({ from: day, to: day });
