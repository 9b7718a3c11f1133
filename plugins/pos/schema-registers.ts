/** Shapes of registers and their ranges: what comes in and the API's answers. */
import { z } from "zod";
import type { Input } from "../../kernel/input.ts";
import { HIGHEST_NUMBER } from "./numbering.ts";

const number = z.coerce
  .number("kernel.validation.number")
  .int("kernel.validation.number")
  .min(1, "kernel.validation.too_small")
  .max(HIGHEST_NUMBER, "kernel.validation.too_large");
/** What a range may begin with: letters, digits and a few signs, as authorities grant them. */
const prefix = z
  .string("kernel.validation.text")
  .trim()
  .max(10, "kernel.validation.too_long")
  .regex(/^[A-Za-z0-9./-]*$/, "pos.validation.prefix");
const digits = z.preprocess(
  (typed) => (typed === "" || typed === undefined ? 1 : typed),
  z.coerce.number("kernel.validation.number").int("kernel.validation.number").min(1).max(12),
);
const day = z.preprocess(
  (typed) => (typed === "" ? undefined : typed),
  z.iso.date("kernel.validation.date").optional(),
);

export const registerParams = (input: Input) => z.strictObject({ id: input.id() });
export const newRegisterBody = (input: Input) =>
  z.strictObject({ name: input.text(60), store_id: input.id().optional() });
export const registerForm = (input: Input) => z.strictObject({ name: input.text(60), active: input.flag() });
export const registerPatch = (input: Input) =>
  z.strictObject({ name: input.text(60).optional(), active: z.boolean("kernel.validation.choice").optional() });
export const rangeBody = (input: Input) =>
  z.strictObject({
    prefix,
    from: number,
    to: number,
    expires_on: day,
    resolution: input.optionalText(200),
    digits,
  });

export const rangeAnswer = z.strictObject({
  id: z.int(),
  prefix: z.string(),
  from: z.int(),
  to: z.int().nullable(),
  next: z.int(),
  expires_on: z.string().nullable(),
  resolution: z.string().nullable(),
  digits: z.int(),
  active: z.boolean(),
  state: z.enum(["good", "nearly_used", "expiring", "used_up", "expired"]),
});
export const registerAnswer = z.strictObject({
  id: z.int(),
  store_id: z.int(),
  name: z.string(),
  active: z.boolean(),
  numbering: z.enum(["good", "nearly_used", "expiring", "used_up", "expired"]),
  number_ranges: z.array(rangeAnswer),
});
export const registersAnswer = z.strictObject({ data: z.array(registerAnswer) });
