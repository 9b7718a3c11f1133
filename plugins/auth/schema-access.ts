/** What may be sent about roles and sessions. */
import { z } from "zod";
import type { Input } from "../../kernel/input.ts";
import { EDITABLE_ROLES } from "./domain.ts";
import { isGuessable, PIN_MAX, PIN_MIN } from "./pin-rules.ts";
import { triedPassword } from "./schema.ts";

const names = z.array(z.string("kernel.validation.text").max(100, "kernel.validation.too_long")).max(500);
/** Boxes of one name: none marked is not sent at all, one is a text. */
const boxes = z.preprocess((sent) => (sent === undefined ? [] : Array.isArray(sent) ? sent : [sent]), names);

export const rolesForm = z.strictObject({ manager: boxes, employee: boxes });
export const roleParams = z.strictObject({ role: z.enum(EDITABLE_ROLES) });
export const roleBody = z.strictObject({ permissions: names });

const pin = z
  .string("kernel.validation.text")
  .trim()
  .regex(new RegExp(`^\\d{${PIN_MIN},${PIN_MAX}}$`), "auth.validation.pin_digits")
  .refine((typed) => !isGuessable(typed), "auth.validation.pin_guessable");
export const pinBody = z.strictObject({ current_password: triedPassword, pin });
export const pinForm = z
  .strictObject({ ...pinBody.shape, pin_again: z.string("kernel.validation.text").trim() })
  .refine((typed) => typed.pin === typed.pin_again, { path: ["pin_again"], error: "auth.validation.pin_again" });
export const noPinBody = z.strictObject({ current_password: triedPassword });

const session = z.guid();
export const ownSessionParams = z.strictObject({ session });
export const userSessionParams = (input: Input) => z.strictObject({ id: input.id(), session });
