/** Shapes of payments that a provider takes. */
import { z } from "zod";
import type { Input } from "../../kernel/input.ts";
import { INTENT_STATES } from "./payments/domain.ts";

export const intentParams = z.strictObject({ id: z.uuid() });
export const cartIntentParams = z.strictObject({ cart: z.uuid(), id: z.uuid() });
export const intentBody = (input: Input) =>
  z.strictObject({ method: input.text(40), amount: input.money({ min: 1 }), register_id: input.id().optional() });
export const giveBackBody = (input: Input) => z.strictObject({ reason: input.text(200) });

export const intentAnswer = z.strictObject({
  id: z.string(),
  method: z.string(),
  provider: z.string(),
  register_id: z.int(),
  amount: z.string(),
  currency: z.string(),
  state: z.enum(INTENT_STATES),
  reference: z.string().nullable(),
  qr: z.string().nullable(),
  expires_at: z.string(),
  sale_id: z.int().nullable(),
  created_at: z.string(),
});
export const intentsAnswer = z.strictObject({ data: z.array(intentAnswer) });
