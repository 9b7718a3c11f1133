/** What may be typed or sent at the doors: codes, proofs, reasons. Messages are locale keys. */
import { z } from "zod";
import type { Input } from "../../kernel/input.ts";
import { credentials, ownPasswordForm, triedPassword } from "./schema.ts";

/** Apps show it in two groups of three. */
const totp = z
  .string("kernel.validation.text")
  .transform((typed) => typed.replace(/[\s-]/g, ""))
  .pipe(z.string().regex(/^\d{6}$/, "auth.validation.totp"));

const next = z.string().optional().catch(undefined);

export const loginBody = (input: Input) => z.strictObject({ ...credentials(input).shape, totp: totp.optional() });
export const codeQuery = z.object({ next });
export const codeForm = z.strictObject({ totp, next });

export const proofBody = z.strictObject({ current_password: triedPassword, totp });
export const ownPasswordBody = z.strictObject({
  current_password: triedPassword,
  password: ownPasswordForm.shape.password,
});

export const reasonBody = (input: Input) => z.strictObject({ reason: input.optionalText(200) });
