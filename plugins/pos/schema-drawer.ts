/** Shapes of drawer openings. */
import { z } from "zod";
import { listQuery } from "../../kernel/http/cursor.ts";
import type { Input } from "../../kernel/input.ts";

export const drawerBody = (input: Input) => z.strictObject({ reason: input.text(200) });
export const openingsQuery = z.strictObject(listQuery);
export const openingAnswer = z.strictObject({
  id: z.int(),
  shift_id: z.int(),
  register_id: z.int(),
  reason: z.string(),
  by: z.string(),
  created_at: z.string(),
});
export const openingsAnswer = z.strictObject({ data: z.array(openingAnswer), next_cursor: z.string().nullable() });
