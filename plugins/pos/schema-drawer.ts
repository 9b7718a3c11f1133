/** Shapes of drawer openings. */
import { z } from "zod";
import type { Input } from "../../kernel/input.ts";

export const drawerBody = (input: Input) => z.strictObject({ reason: input.text(200) });
export const openingAnswer = z.strictObject({
  id: z.int(),
  shift_id: z.int(),
  register_id: z.int(),
  reason: z.string(),
  by: z.string(),
  created_at: z.string(),
});
