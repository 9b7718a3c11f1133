/** Shapes of receipts. */
import { z } from "zod";
import type { Input } from "../../kernel/input.ts";

/** of paper, in millimetres */
export const paperWidth = z
  .enum(["58", "80"], "kernel.validation.choice")
  .transform((value) => (value === "58" ? 58 : 80))
  .optional();
const copy = (input: Input) => input.id().optional();

export const receiptQuery = (input: Input) => z.strictObject({ width: paperWidth, copy: copy(input) });
export const receiptFormatQuery = (input: Input) =>
  z.strictObject({
    width: paperWidth,
    copy: copy(input),
    format: z.enum(["pdf", "escpos", "text"], "kernel.validation.choice"),
  });
export const tokenParams = z.strictObject({ token: z.string().max(40) });
export const copyAnswer = z.strictObject({ copy: z.int(), print_job_id: z.int().nullable() });
export const linkAnswer = z.strictObject({ url: z.string() });
